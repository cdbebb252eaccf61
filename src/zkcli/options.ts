/**
 * Options of one command as commons-cli 1.5 finds them: DefaultParser with options that have a short name only. Its
 * quirks are kept, because scripts can see each of them: `-sv 0`, `-v0`, `-v=0`, `--` and what is taken for a value.
 */
import { Crash, Refusal } from './crash.js';
import { isDouble } from './java-numbers.js';

export interface OptionTable {
  /** Name without the hyphen, and whether a value follows. */
  readonly options: Readonly<Record<string, 'flag' | 'value'>>;
  /** All options exclude each other. `required` is what is said where none is given. */
  readonly group?: { readonly required?: string };
}

export interface ParsedOptions {
  has(name: string): boolean;
  /** The first one given counts; undefined: not given. */
  value(name: string): string | undefined;
  /** The verb, and what is no option. */
  readonly words: readonly string[];
}

/** @throws Refusal with the name of Java's exception; Crash for `-=…`, which ends Java */
export function parseOptions(table: OptionTable, words: readonly string[]): ParsedOptions {
  return new Parser(table).parse(words);
}

/** An option that was met, and its value once there is one. */
interface Met {
  readonly name: string;
  value?: string;
}

class Parser {
  readonly #table: OptionTable;
  readonly #met: Met[] = [];
  readonly #words: string[] = [];
  /** The option that still waits for a value. */
  #open: Met | null = null;
  #isPlain = false;
  #selected: string | null = null;

  constructor(table: OptionTable) {
    this.#table = table;
  }

  parse(words: readonly string[]): ParsedOptions {
    for (const word of words) {
      this.#take(word);
    }
    this.#requireValue();
    if (this.#table.group?.required !== undefined && this.#selected === null) {
      throw refuse('MissingOptionException', `Missing required option: [${this.#table.group.required}]`);
    }
    const met = this.#met;
    return {
      words: this.#words,
      has: (name) => met.some((option) => option.name === name),
      value: (name) => met.find((option) => option.name === name && option.value !== undefined)?.value,
    };
  }

  #take(word: string): void {
    if (this.#isPlain) {
      this.#words.push(word);
    } else if (word === '--') {
      this.#isPlain = true;
    } else if (this.#open !== null && this.#isValue(word)) {
      this.#giveValue(withoutQuotes(word));
    } else if (word.startsWith('--')) {
      throw unrecognized(word);
    } else if (word.startsWith('-') && word !== '-') {
      this.#takeShort(word);
    } else {
      this.#words.push(word);
    }
  }

  #takeShort(word: string): void {
    const text = word.slice(1);
    const equals = text.length === 1 ? -1 : text.indexOf('=');
    if (equals < 0) {
      if (this.#knows(text)) {
        this.#begin(text);
      } else if (text.length === 1) {
        throw unrecognized(word);
      } else {
        this.#takeCluster(word);
      }
      return;
    }
    const name = text.slice(0, equals);
    if (name === '') {
      throw new Crash('java.lang.StringIndexOutOfBoundsException: begin 0, end 1, length 0');
    }
    if (name.length !== 1 || this.#table.options[name] !== 'value') {
      throw unrecognized(word);
    }
    this.#begin(name);
    this.#giveValue(text.slice(equals + 1));
  }

  /** Several flags in one word; behind an option that takes a value, the rest is that. */
  #takeCluster(word: string): void {
    for (let at = 1; at < word.length; at++) {
      const name = word[at] ?? '';
      if (!this.#knows(name)) {
        throw unrecognized(word);
      }
      this.#begin(name);
      if (this.#open !== null && at + 1 < word.length) {
        this.#giveValue(word.slice(at + 1));
        return;
      }
    }
  }

  #begin(name: string): void {
    this.#requireValue();
    if (this.#table.group !== undefined) {
      if (this.#selected !== null && this.#selected !== name) {
        throw refuse(
          'AlreadySelectedException',
          `The option '${name}' was specified but an option from this group has already been selected: '${this.#selected}'`,
        );
      }
      this.#selected = name;
    }
    const option: Met = { name };
    this.#met.push(option);
    this.#open = this.#table.options[name] === 'value' ? option : null;
  }

  #giveValue(value: string): void {
    if (this.#open !== null) {
      this.#open.value = value;
      this.#open = null;
    }
  }

  #requireValue(): void {
    if (this.#open !== null) {
      throw refuse('MissingArgumentException', `Missing argument for option: ${this.#open.name}`);
    }
  }

  /** What looks like a known option is no value, unless it is a number. */
  #isValue(word: string): boolean {
    return !this.#looksKnown(word) || isDouble(word);
  }

  #looksKnown(word: string): boolean {
    if (!word.startsWith('-') || word.length === 1) {
      return false;
    }
    const [name = ''] = word.slice(1).split('=', 1);
    return this.#knows(withoutHyphens(name)) || (name !== '' && this.#knows(withoutHyphens(name.charAt(0))));
  }

  #knows(name: string): boolean {
    return name !== '' && Object.hasOwn(this.#table.options, name);
  }
}

function withoutHyphens(text: string): string {
  return text.replace(/^--?/, '');
}

/** Quotes around a value go, where there are no others inside. */
function withoutQuotes(word: string): string {
  return /^"[^"]*"$/.test(word) ? word.slice(1, -1) : word;
}

function unrecognized(word: string): Refusal {
  return refuse('UnrecognizedOptionException', `Unrecognized option: ${word}`);
}

function refuse(exception: string, text: string): Refusal {
  return new Refusal(`org.apache.commons.cli.${exception}: ${text}`);
}
