/**
 * Makes text safe to show: a znode must not be able to drive a terminal, nor to break a line of plain output. Two jobs,
 * kept apart: names and columns of plain output (always), and what goes to a terminal (only there).
 */
import { DRIVES_TERMINAL } from '../protocol/terminal-controls.js';

const SHORT: Readonly<Record<string, string>> = { '\t': '\\t', '\n': '\\n', '\r': '\\r', '\\': '\\\\' };

/** Controls: C0, DEL, C1. A name with one of them cannot be created on ZooKeeper, but other servers exist. */
const NAME_CONTROLS = /[\u0000-\u001f\\\u007f-\u009f]/g;

/** A name or another single field of plain output: `\t \n \r \\ \xNN`. */
export function escapeName(name: string): string {
  return name.replace(NAME_CONTROLS, (char) => SHORT[char] ?? hex2(char));
}

/** A name for a terminal: as in plain, and nothing that reorders or hides. */
export function visibleName(name: string): string {
  return visibleText(escapeName(name));
}

/** Text for a terminal: lines and TABs stay, everything else that is no mark on the screen is spelled out. */
export function visibleText(text: string): string {
  return text.replace(DRIVES_TERMINAL, (char) => (char === '\r' ? '\\r' : hex2(char)));
}

/** Bytes for a terminal: text where they are UTF-8, `\xNN` for each byte that is not. */
export function visibleData(data: Buffer): string {
  return decodeWithEscapes(data, visibleText);
}

/** Bytes on one line, as a field of plain output; `\xNN` is always one byte. */
export function escapeData(data: Buffer): string {
  return decodeWithEscapes(data, (text) =>
    text.replace(NAME_CONTROLS, (char) => SHORT[char] ?? hexBytes(Buffer.from(char))),
  );
}

/** The text of `data`, or null where it is not UTF-8. */
export function decodeUtf8(data: Buffer): string | null {
  try {
    return STRICT.decode(data);
  } catch {
    return null;
  }
}

const STRICT = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decodeWithEscapes(data: Buffer, escapeText: (text: string) => string): string {
  const whole = decodeUtf8(data);
  if (whole !== null) {
    return escapeText(whole);
  }
  const parts: string[] = [];
  let from = 0;
  while (from < data.length) {
    const to = endOfUtf8(data, from);
    parts.push(escapeText(data.toString('utf8', from, to)));
    if (to < data.length) {
      parts.push(hexBytes(data.subarray(to, to + 1)));
    }
    from = to + 1;
  }
  return parts.join('');
}

/** Where the run of well-formed UTF-8 that begins at `from` ends. */
function endOfUtf8(data: Buffer, from: number): number {
  let at = from;
  while (at < data.length) {
    const length = sequenceLength(data[at] ?? 0);
    if (length === 0 || at + length > data.length || decodeUtf8(data.subarray(at, at + length)) === null) {
      return at;
    }
    at += length;
  }
  return at;
}

/** 0: no character begins with this byte. */
function sequenceLength(lead: number): number {
  if (lead < 0x80) {
    return 1;
  }
  if (lead >= 0xc2 && lead < 0xe0) {
    return 2;
  }
  if (lead >= 0xe0 && lead < 0xf0) {
    return 3;
  }
  return lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
}

function hexBytes(bytes: Buffer): string {
  return bytes.toString('hex').replace(/../g, '\\x$&');
}

/** `\x1b`, and `\u{202e}` above U+00FF. */
function hex2(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  return code <= 0xff ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
}
