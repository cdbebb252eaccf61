/**
 * What a terminal sends, as key presses. Knows the byte sequences of keyboards and of bracketed paste; not what a key
 * does (syntax/keys.ts). Sequences: ECMA-48 CSI and SS3, xterm's modifier parameter (1 + shift 1, alt 2, ctrl 4), CSI u.
 */

export type KeyPress =
  /** A key by its name in syntax/keys.ts: `enter`, `C-a`, `M-left`, `S-tab`. */
  | { readonly type: 'key'; readonly key: string }
  /** Printable characters; several when they came at once. */
  | { readonly type: 'text'; readonly text: string }
  /** A bracketed paste, whole; lines end with LF. */
  | { readonly type: 'paste'; readonly text: string };

export interface Keyboard {
  push(chunk: string): KeyPress[];
  /** A lone Escape, or the beginning of a sequence, waits for more. */
  readonly waiting: boolean;
  /** What waits, read as keys: nothing more came. */
  flush(): KeyPress[];
}

const PASTE_START = '\x1b[200~';
const PASTE_END = '\x1b[201~';

const FINALS: Readonly<Record<string, string>> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  F: 'end',
  H: 'home',
  Z: 'S-tab',
};
const TILDES: Readonly<Record<string, string>> = {
  1: 'home',
  2: 'insert',
  3: 'delete',
  4: 'end',
  5: 'pageup',
  6: 'pagedown',
  7: 'home',
  8: 'end',
};
const CONTROLS: Readonly<Record<string, string>> = {
  '\r': 'enter',
  '\n': 'enter',
  '\t': 'tab',
  '\x7f': 'backspace',
  '\b': 'backspace',
  '\x1b': 'escape',
  '\x00': 'C-space',
  '\x1c': 'C-\\',
  '\x1d': 'C-]',
  '\x1e': 'C-^',
  '\x1f': 'C-_',
};

export function createKeyboard(): Keyboard {
  let pending = '';
  let pasted: string | null = null;

  function read(atEnd: boolean): KeyPress[] {
    const presses: KeyPress[] = [];
    while (pending !== '') {
      if (pasted !== null) {
        const end = pending.indexOf(PASTE_END);
        if (end === -1) {
          // The end mark itself may arrive in two pieces.
          const keep = atEnd ? 0 : Math.min(pending.length, PASTE_END.length - 1);
          pasted += pending.slice(0, pending.length - keep);
          pending = pending.slice(pending.length - keep);
          return presses;
        }
        presses.push({ type: 'paste', text: cleanPaste(pasted + pending.slice(0, end)) });
        pending = pending.slice(end + PASTE_END.length);
        pasted = null;
        continue;
      }
      if (pending.startsWith(PASTE_START)) {
        pasted = '';
        pending = pending.slice(PASTE_START.length);
        continue;
      }
      const [length, press] = readOne(pending, atEnd);
      if (length === 0) {
        return presses;
      }
      pending = pending.slice(length);
      if (press !== null) {
        presses.push(press);
      }
    }
    return presses;
  }

  return {
    push(chunk) {
      pending += chunk;
      return read(false);
    },
    get waiting() {
      return pending !== '' && pasted === null;
    },
    flush: () => read(pasted === null),
  };
}

/** How much of `input` the first key press takes, and which it is (null: one that nobody knows). Length 0: not all here. */
function readOne(input: string, atEnd: boolean): [length: number, press: KeyPress | null] {
  if (input[0] === '\x1b' && input.length > 1) {
    return readEscape(input, atEnd);
  }
  if (input === '\x1b' && !atEnd) {
    return [0, null];
  }
  const text = /^[^\x00-\x1f\x7f]+/.exec(input)?.[0];
  return text === undefined ? [1, { type: 'key', key: controlKey(input) }] : [text.length, { type: 'text', text }];
}

function readEscape(input: string, atEnd: boolean): [number, KeyPress | null] {
  const sequence = /^\x1b(\x1b)?(?:\[\[?([0-9;:<=>?]*)[ -/]*([@-~])|O([0-9;]*)([A-Za-z]))/.exec(input);
  if (sequence !== null) {
    const [whole, doubled, csi, csiFinal, ss3, ss3Final] = sequence;
    const key = ss3Final === 'M' ? 'enter' : namedKey(csi ?? ss3 ?? '', csiFinal ?? ss3Final ?? '');
    return [whole.length, key === null ? null : { type: 'key', key: doubled === undefined ? key : withAlt(key) }];
  }
  if (!atEnd && /^\x1b\x1b?(?:\[\[?[0-9;:<=>?]*[ -/]*|O[0-9;]*)?$/.test(input)) {
    return [0, null];
  }
  if (input[1] === '\x1b') {
    return [1, { type: 'key', key: 'escape' }];
  }
  const character = String.fromCodePoint(input.codePointAt(1) ?? 0);
  const key = character in CONTROLS || character < ' ' ? controlKey(character) : character.toLowerCase();
  return [1 + character.length, { type: 'key', key: withAlt(key) }];
}

function controlKey(input: string): string {
  const character = input[0] ?? '';
  return CONTROLS[character] ?? `C-${String.fromCharCode(character.charCodeAt(0) + 96)}`;
}

function namedKey(parameters: string, final: string): string | null {
  const [first = '', modifiers = '', third = ''] = parameters.split(';');
  const modifierBits = Math.max(0, Number.parseInt(modifiers, 10) - 1 || 0);
  if (final === 'u' || (final === '~' && first === '27')) {
    const code = Number.parseInt(final === 'u' ? first : third, 10);
    const character = Number.isNaN(code) || code > 0x10ffff ? '' : String.fromCodePoint(code);
    const name = CONTROLS[character] ?? character.toLowerCase();
    return name === '' ? null : withModifiers(name, modifierBits);
  }
  const name = final === '~' ? TILDES[first] : FINALS[final];
  return name === undefined ? null : withModifiers(name, modifierBits);
}

function withModifiers(name: string, bits: number): string {
  return `${bits & 2 ? 'M-' : ''}${bits & 4 ? 'C-' : ''}${bits & 1 ? 'S-' : ''}${name}`;
}

function withAlt(key: string): string {
  return key.startsWith('M-') ? key : `M-${key}`;
}

/** Line ends become LF; other control characters but TAB have no business in a line. */
function cleanPaste(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(/[\x00-\x08\x0b-\x1f\x7f]/g, '');
}
