/**
 * zksh in a real pseudo-terminal with a terminal emulator behind it: what a user would see, as lines. Tests type and wait
 * for facts on the screen; nothing sleeps.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type IPty, spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { onTestFinished } from 'vitest';
import { eventually } from '../helpers/eventually.js';

export interface TerminalOptions {
  readonly args?: readonly string[];
  readonly columns?: number;
  readonly rows?: number;
  readonly environment?: Readonly<Record<string, string>>;
  /** A program of another name, found on the PATH; default zksh by this Node. */
  readonly program?: string;
  /** Kept over several terminals: where the history is. Default: one of its own. */
  readonly home?: string;
}

export interface PseudoTerminal {
  readonly pid: number;
  readonly home: string;
  /** What arrived, escape sequences and all. */
  readonly raw: string;
  /** As it is; `\r` is Enter. */
  type(text: string): void;
  paste(text: string): void;
  resize(columns: number, rows: number): void;
  /** All lines, those that have scrolled off included, without blanks at their ends; a wrapped line is one line. */
  lines(): string[];
  /** What is in the window now, row by row. */
  rows(): string[];
  /** The row of the cursor up to the cursor. */
  beforeCursor(): string;
  /** The last line that is not empty. */
  lastLine(): string;
  /** Whether any cell of the window has a colour or an attribute. */
  hasStyle(): boolean;
  waitFor(what: string | RegExp): Promise<void>;
  /** Until the cursor stands behind this. */
  waitForTyped(text: string): Promise<void>;
  /** Until `look` says so. */
  until(what: string, look: () => boolean): Promise<void>;
  readonly exited: Promise<{ readonly exitCode: number; readonly signal: number | undefined }>;
}

export const ENTER = '\r';
export const TAB = '\t';
export const CTRL_A = '\x01';
export const CTRL_C = '\x03';
export const CTRL_D = '\x04';
export const CTRL_R = '\x12';
export const CTRL_Z = '\x1a';
export const UP = '\x1b[A';
export const ESCAPE = '\x1b';

const SCROLLBACK_LINES = 200_000;

/** Ends with the test. */
export function openTerminal(options: TerminalOptions = {}): PseudoTerminal {
  const { args = [], columns = 100, rows = 30, environment = {}, program } = options;
  const home = options.home ?? temporaryHome();
  const [file, words] = program === undefined ? [process.execPath, [resolve('bin/zksh.js'), ...args]] : [program, args];
  const emulator = new xterm.Terminal({ cols: columns, rows, scrollback: SCROLLBACK_LINES, allowProposedApi: true });
  const { PATH = '' } = process.env;
  const env = { PATH, HOME: home, XDG_STATE_HOME: home, TERM: 'xterm-256color', LANG: 'C.UTF-8', ...environment };
  const pty: IPty = spawn(file, [...words], { cols: columns, rows, env, name: env.TERM });
  const chunks: string[] = [];
  pty.onData((data) => {
    chunks.push(data);
    emulator.write(data);
  });
  let isOver = false;
  const exited = new Promise<{ exitCode: number; signal: number | undefined }>((done) =>
    pty.onExit(({ exitCode, signal }) => {
      isOver = true;
      // What it wrote last is still on its way through the emulator.
      emulator.write('', () => done({ exitCode, signal }));
    }),
  );
  onTestFinished(async () => {
    if (!isOver) pty.kill('SIGKILL');
    await exited;
    emulator.dispose();
  });

  function lines(): string[] {
    const { active } = emulator.buffer;
    const found: string[] = [];
    for (let y = 0; y < active.length; y += 1) {
      const line = active.getLine(y);
      const text = line?.translateToString(true) ?? '';
      if (line?.isWrapped === true && found.length > 0) {
        found[found.length - 1] += text;
      } else {
        found.push(text);
      }
    }
    return found;
  }

  function windowRows(): string[] {
    const { active } = emulator.buffer;
    return Array.from(
      { length: emulator.rows },
      (_, y) => active.getLine(active.baseY + y)?.translateToString(true) ?? '',
    );
  }

  function beforeCursor(): string {
    const { active } = emulator.buffer;
    return active.getLine(active.baseY + active.cursorY)?.translateToString(false, 0, active.cursorX) ?? '';
  }

  async function until(what: string, look: () => boolean): Promise<void> {
    await eventually(look, { what }).catch((error: Error) => {
      throw new Error(`${error.message}; the screen:\n${windowRows().join('\n')}`);
    });
  }

  return {
    pid: pty.pid,
    home,
    exited,
    get raw() {
      return chunks.join('');
    },
    type: (text) => pty.write(text),
    paste: (text) => pty.write(`\x1b[200~${text}\x1b[201~`),
    resize(newColumns, newRows) {
      emulator.resize(newColumns, newRows);
      pty.resize(newColumns, newRows);
    },
    lines,
    rows: windowRows,
    beforeCursor,
    lastLine: () => lines().findLast((line) => line !== '') ?? '',
    hasStyle() {
      const { active } = emulator.buffer;
      const cell = active.getNullCell();
      for (let y = 0; y < active.length; y += 1) {
        for (let x = 0; x < emulator.cols; x += 1) {
          const found = active.getLine(y)?.getCell(x, cell);
          if (found !== undefined && !found.isAttributeDefault()) return true;
        }
      }
      return false;
    },
    waitFor: (what) =>
      until(`${what} on the screen`, () =>
        lines().some((line) => (typeof what === 'string' ? line.includes(what) : what.test(line))),
      ),
    waitForTyped: (text) => until(`the cursor behind ${text}`, () => beforeCursor().endsWith(text)),
    until,
  };
}

/** Removed with the test. */
export function temporaryHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'zksh-terminal-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  return home;
}
