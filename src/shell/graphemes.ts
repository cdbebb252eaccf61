/**
 * Where a cursor may stand in a text: boundaries of graphemes and of words, as UTF-16 offsets; how wide a grapheme is
 * on a terminal and how it is shown. No state, no keys.
 */
import stringWidth from 'string-width';

let segmenter: Intl.Segmenter | undefined;

/** The segmenter's time grows with the square of its text, so it gets pieces. */
const PIECE_LENGTH = 512;

/** The graphemes of `text`, in order. */
export function graphemes(text: string): string[] {
  // Most lines are ASCII, where each character is its own grapheme and the segmenter need not be loaded at all.
  if (/^[\n\x20-\x7e]*$/.test(text)) {
    return text.split('');
  }
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  const found: string[] = [];
  for (let from = 0, to = 0; from < text.length; from = to) {
    to = from + PIECE_LENGTH;
    if (isHighSurrogate(text.charCodeAt(to - 1))) {
      to += 1;
    }
    // The last grapheme of a piece may go on in the next one.
    const begun = found.pop() ?? '';
    for (const { segment } of segmenter.segment(begun + text.slice(from, to))) {
      found.push(segment);
    }
  }
  return found;
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code < 0xdc00;
}

/** The boundary before `offset`; 0 at the start. */
export function previousBoundary(text: string, offset: number): number {
  return offset - (graphemes(text.slice(Math.max(0, offset - PIECE_LENGTH), offset)).at(-1)?.length ?? 0);
}

/** The boundary behind `offset`; the length of `text` at its end. */
export function nextBoundary(text: string, offset: number): number {
  return offset + (graphemes(text.slice(offset, offset + PIECE_LENGTH))[0]?.length ?? 0);
}

const WORD = /[\p{L}\p{N}\p{M}_]/u;
const BLANK = /\s/;

/** The start of the word before `offset`: letters and digits only, so a path is walked part by part. */
export function previousWord(text: string, offset: number): number {
  return walkBack(
    text,
    walkBack(text, offset, (c) => !WORD.test(c)),
    (c) => WORD.test(c),
  );
}

/** The end of the word behind `offset`. */
export function nextWord(text: string, offset: number): number {
  return walkOn(
    text,
    walkOn(text, offset, (c) => !WORD.test(c)),
    (c) => WORD.test(c),
  );
}

/** The start of the blank-separated word before `offset`: a whole path. */
export function previousBlankWord(text: string, offset: number): number {
  return walkBack(
    text,
    walkBack(text, offset, (c) => BLANK.test(c)),
    (c) => !BLANK.test(c),
  );
}

function walkBack(text: string, offset: number, goesOn: (character: string) => boolean): number {
  for (let at = offset; ; ) {
    const before = previousBoundary(text, at);
    if (before === at || !goesOn(text.slice(before, at))) {
      return at;
    }
    at = before;
  }
}

function walkOn(text: string, offset: number, goesOn: (character: string) => boolean): number {
  for (let at = offset; ; ) {
    const behind = nextBoundary(text, at);
    if (behind === at || !goesOn(text.slice(at, behind))) {
      return at;
    }
    at = behind;
  }
}

/**
 * Text on one line as it may be shown: control characters in caret notation, so that nothing typed, pasted or read from a
 * history or a server drives the terminal.
 */
export function shownText(text: string): string {
  if (isPlainCharacter(text)) {
    return text;
  }
  return text.replace(/[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, caret);
}

/** Columns that `text` takes, as it is shown. */
export function shownWidth(text: string): number {
  if (isPlainCharacter(text)) {
    return 1;
  }
  const shown = shownText(text);
  return /^[\x20-\x7e]*$/.test(shown) ? shown.length : stringWidth(shown);
}

/** By far the most frequent question, so it costs next to nothing. */
function isPlainCharacter(text: string): boolean {
  const code = text.charCodeAt(0);
  return text.length === 1 && code >= 0x20 && code < 0x7f;
}

function caret(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) {
    return `^${String.fromCharCode(code + 64)}`;
  }
  return code === 0x7f ? '^?' : `<${code.toString(16).padStart(2, '0')}>`;
}
