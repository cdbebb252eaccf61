/**
 * `!` and `^` in a line, and the list they look at: JLine's DefaultExpander and DefaultHistory (3.25). Lines are numbered
 * from 1; repeated ones and those with a blank in front are not kept.
 */

const HISTORY_MAX = 500;

export class LineHistory {
  readonly #lines: string[] = [];
  /** How many lines have been forgotten. */
  #forgotten = 0;

  /** Of the newest, counted from 0 over all that were ever kept; and of what would come next. */
  get nextIndex(): number {
    return this.#forgotten + this.#lines.length;
  }

  get oldestIndex(): number {
    return this.#forgotten;
  }

  add(line: string): void {
    const text = line.replace(/^[\0- ]+|[\0- ]+$/g, '');
    if (line === '' || line.startsWith(' ') || text === this.#lines.at(-1)) {
      return;
    }
    this.#lines.push(text);
    if (this.#lines.length > HISTORY_MAX) {
      this.#lines.shift();
      this.#forgotten++;
    }
  }

  at(index: number): string | undefined {
    return this.#lines[index - this.#forgotten];
  }

  get newest(): string | undefined {
    return this.#lines.at(-1);
  }

  findLast(matches: (line: string) => boolean): string | undefined {
    return this.#lines.findLast(matches);
  }
}

/** The line as it will run; unchanged where an event is unknown. */
export function expandHistory(line: string, history: LineHistory): string {
  return new Expansion(line, history).run() ?? line;
}

class Expansion {
  readonly #line: string;
  readonly #history: LineHistory;
  #at = 0;
  #text = '';

  constructor(line: string, history: LineHistory) {
    this.#line = line;
    this.#history = history;
  }

  /** null: an event is unknown. */
  run(): string | null {
    const line = this.#line;
    let isQuoted = false;
    let isEscaped = false;
    let unicode = 0;
    for (; this.#at < line.length; this.#at++) {
      const character = line.charAt(this.#at);
      if (unicode > 0) {
        // JLine's own count: the character behind the four digits is protected too.
        unicode--;
        isEscaped = true;
        this.#text += character;
      } else if (isEscaped) {
        isEscaped = character === 'u';
        unicode = character === 'u' ? 4 : 0;
        this.#text += character;
      } else if (character === "'") {
        isQuoted = !isQuoted;
        this.#text += character;
      } else if (isQuoted) {
        this.#text += character;
      } else if (character === '!') {
        if (!this.#expandBang()) {
          return null;
        }
      } else if (character === '^' && this.#at === 0) {
        if (!this.#expandCaret()) {
          return null;
        }
      } else {
        isEscaped = character === '\\';
        this.#text += character;
      }
    }
    return this.#text;
  }

  /** false: unknown event. */
  #expandBang(): boolean {
    const line = this.#line;
    if (this.#at + 1 >= line.length) {
      this.#text += '!';
      return true;
    }
    const next = line.charAt(++this.#at);
    if (next === '#') {
      this.#text += this.#text;
      return true;
    }
    if (next === ' ' || next === '\t') {
      this.#text += `!${next}`;
      return true;
    }
    const found = this.#find(next);
    this.#text += found ?? '';
    return found !== undefined;
  }

  #find(next: string): string | undefined {
    const [line, history] = [this.#line, this.#history];
    if (next === '!') {
      return history.newest;
    }
    if (next === '$') {
      const trimmed = history.newest;
      return trimmed?.slice(trimmed.lastIndexOf(' ') + 1);
    }
    if (next === '?') {
      const end = line.indexOf('?', this.#at + 1);
      const part = line.slice(this.#at + 1, end < 0 ? line.length : end);
      this.#at = end < 0 ? line.length : end;
      return history.findLast((each) => each.includes(part));
    }
    if (next === '-' || /[0-9]/.test(next)) {
      return this.#findNumber(next === '-');
    }
    const prefix = line.slice(this.#at);
    this.#at = line.length;
    return history.findLast((each) => each.startsWith(prefix));
  }

  /** The character behind the number is lost, as in JLine. */
  #findNumber(isBack: boolean): string | undefined {
    const [line, history] = [this.#line, this.#history];
    const from = this.#at + (isBack ? 1 : 0);
    let to = from;
    while (to < line.length && /[0-9]/.test(line.charAt(to))) {
      to++;
    }
    this.#at = to;
    const number = Number(line.slice(from, to));
    if (from === to || number > 0x7fff_ffff) {
      return undefined;
    }
    const index = isBack ? history.nextIndex - number : number - 1;
    const isKnown = index >= history.oldestIndex && index < history.nextIndex;
    return isKnown ? history.at(index) : undefined;
  }

  /** `^old^new`: the line before, with all `old` replaced. false: there is none. */
  #expandCaret(): boolean {
    const line = this.#line;
    const first = line.indexOf('^', 1);
    const second = line.indexOf('^', first + 1);
    const end = second < 0 ? line.length : second;
    if (first <= 0 || end <= 0) {
      this.#text += '^';
      return true;
    }
    const before = this.#history.newest;
    if (before === undefined) {
      return false;
    }
    this.#text += before.replaceAll(line.slice(1, first), () => line.slice(first + 1, end));
    this.#at = end + 1;
    return true;
  }
}
