import { describe, expect, test } from 'vitest';
import { createKeyboard, type KeyPress } from '../../src/shell/keyboard.js';

function read(...chunks: string[]): KeyPress[] {
  const keyboard = createKeyboard();
  return [...chunks.flatMap((chunk) => keyboard.push(chunk)), ...keyboard.flush()];
}

const KEYS: readonly (readonly [bytes: string, key: string])[] = [
  ['\r', 'enter'],
  ['\n', 'enter'],
  ['\t', 'tab'],
  ['\x7f', 'backspace'],
  ['\b', 'backspace'],
  ['\x01', 'C-a'],
  ['\x1a', 'C-z'],
  ['\x1f', 'C-_'],
  ['\x1b', 'escape'],
  ['\x1b[A', 'up'],
  ['\x1bOB', 'down'],
  ['\x1b[C', 'right'],
  ['\x1b[D', 'left'],
  ['\x1b[H', 'home'],
  ['\x1b[F', 'end'],
  ['\x1b[1~', 'home'],
  ['\x1b[4~', 'end'],
  ['\x1b[3~', 'delete'],
  ['\x1b[Z', 'S-tab'],
  ['\x1b[1;5C', 'C-right'],
  ['\x1b[1;3D', 'M-left'],
  ['\x1b\x1b[D', 'M-left'],
  ['\x1bb', 'M-b'],
  ['\x1bB', 'M-b'],
  ['\x1b<', 'M-<'],
  ['\x1b\x7f', 'M-backspace'],
  ['\x1b\b', 'M-backspace'],
  ['\x1b\r', 'M-enter'],
  ['\x1bOM', 'enter'],
  ['\x1b[13;3u', 'M-enter'],
  ['\x1b[97;5u', 'C-a'],
  ['\x1b[27;5;97~', 'C-a'],
];

describe('keys', () => {
  test.each(KEYS)('%j is %s', (bytes, key) => {
    expect(read(bytes)).toEqual([{ type: 'key', key }]);
  });

  test.each(KEYS)('%j between letters is that key alone, cut at any byte', (bytes, key) => {
    for (let cut = 1; cut < bytes.length; cut += 1) {
      const presses = read(`a${bytes.slice(0, cut)}`, `${bytes.slice(cut)}`);
      expect(presses).toEqual([
        { type: 'text', text: 'a' },
        { type: 'key', key },
      ]);
    }
  });

  test('letters that come at once stay together, keys between them keep their place', () => {
    expect(read('ls /é漢👍\rpwd')).toEqual([
      { type: 'text', text: 'ls /é漢👍' },
      { type: 'key', key: 'enter' },
      { type: 'text', text: 'pwd' },
    ]);
  });

  test('a sequence that nobody knows is no text', () => {
    expect(read('a\x1b[200;1x\x1b[I\x1b[<0;1;1Mb')).toEqual([
      { type: 'text', text: 'a' },
      { type: 'text', text: 'b' },
    ]);
  });

  test('a lone Escape waits, and is itself when nothing follows', () => {
    const keyboard = createKeyboard();

    expect(keyboard.push('\x1b')).toEqual([]);
    expect(keyboard.waiting).toBe(true);
    expect(keyboard.flush()).toEqual([{ type: 'key', key: 'escape' }]);
    expect(keyboard.waiting).toBe(false);
  });
});

describe('paste', () => {
  const paste = '\x1b[200~get /a\r\nset /b \x1b[31m1\tx\rls\x1b[201~';
  const pasted = { type: 'paste', text: 'get /a\nset /b [31m1\tx\nls' };

  test('is one press, its line ends LF, without what drives a terminal', () => {
    expect(read(paste)).toEqual([pasted]);
  });

  test('may be cut at any byte', () => {
    for (let cut = 1; cut < paste.length; cut += 1) {
      const keyboard = createKeyboard();
      const presses = [...keyboard.push(paste.slice(0, cut)), ...keyboard.push(`${paste.slice(cut)}\r`)];
      expect(presses).toEqual([pasted, { type: 'key', key: 'enter' }]);
    }
  });

  test('does not end because nothing more came for a while', () => {
    const keyboard = createKeyboard();

    keyboard.push('\x1b[200~abc');

    expect(keyboard.waiting).toBe(false);
    expect(keyboard.flush()).toEqual([]);
    expect(keyboard.push('def\x1b[201~')).toEqual([{ type: 'paste', text: 'abcdef' }]);
  });
});
