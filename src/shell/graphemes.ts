/**
 * Where a cursor may stand in a text: boundaries of graphemes and of words, as UTF-16 offsets; how wide a grapheme is
 * on a terminal and how it is shown. No state, no keys.
 */
import stringWidth from 'string-width';

let segmenter: Intl.Segmenter | undefined;

/** The graphemes of `text`, in order. */
export function graphemes(text: string): string[] {
  // Most lines are ASCII, where each character is its own grapheme and the segmenter need not be loaded at all.
  if (/^[\n\x20-\x7e]*$/.test(text)) {
    return text.split('');
  }
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** The boundary before `offset`; 0 at the start. */
export function previousBoundary(text: string, offset: number): number {
  return offset - (graphemes(text.slice(0, offset)).at(-1)?.length ?? 0);
}

/** The boundary behind `offset`; the length of `text` at its end. */
export function nextBoundary(text: string, offset: number): number {
  return offset + (graphemes(text.slice(offset))[0]?.length ?? 0);
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
  let at = offset;
  for (const character of graphemes(text.slice(0, offset)).reverse()) {
    if (!goesOn(character)) {
      break;
    }
    at -= character.length;
  }
  return at;
}

function walkOn(text: string, offset: number, goesOn: (character: string) => boolean): number {
  let at = offset;
  for (const character of graphemes(text.slice(offset))) {
    if (!goesOn(character)) {
      break;
    }
    at += character.length;
  }
  return at;
}

/**
 * Text on one line as it may be shown: control characters in caret notation, so that nothing typed, pasted or read from a
 * history or a server drives the terminal.
 */
export function shownText(text: string): string {
  return text.replace(/[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, caret);
}

/** Columns that `text` takes, as it is shown. */
export function shownWidth(text: string): number {
  const shown = shownText(text);
  return /^[\x20-\x7e]*$/.test(shown) ? shown.length : stringWidth(shown);
}

function caret(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) {
    return `^${String.fromCharCode(code + 64)}`;
  }
  return code === 0x7f ? '^?' : `<${code.toString(16).padStart(2, '0')}>`;
}
