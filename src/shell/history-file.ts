/**
 * The history on disk: one entry a line, oldest first; a line break inside an entry is written as \x01, as psql does.
 * Several shells append at once: each entry is one write at the end of the file. Mode 0600. What must not be stored is
 * left out by the caller (syntax/redact.ts). A history that cannot be read or written never disturbs the shell.
 */
import { appendFile, chmod, mkdir, open, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { HistoryLines } from './history-list.js';

/** Read at the start; more is cut off the file's beginning. */
export const HISTORY_BYTES_MAX = 1024 * 1024;

/** Longer entries (a pasted document) are kept for this shell only. */
const ENTRY_LENGTH_MAX = 20_000;

export interface History {
  /** Oldest first; of this shell only, until load() is done. */
  readonly lines: HistoryLines;
  load(): Promise<void>;
  /** Not twice in a row, and none that begins with a blank. */
  add(entry: string): void;
  /** Resolves when all that was added is on disk. */
  flushed(): Promise<void>;
}

/** @param file null: keeps the history of this shell only, in memory */
export function createHistory(file: string | null): History {
  let lines: string[] = [];
  let writing: Promise<void> = Promise.resolve();

  return {
    get lines() {
      return lines;
    },
    load() {
      const ownCount = lines.length;
      // Behind the writes so far: what this shell added before is in the file by then.
      writing = writing.then(async () => {
        const stored = file === null ? lines.slice(0, ownCount) : await readEntries(file);
        lines = [...stored, ...lines.slice(ownCount)];
      });
      return writing;
    },
    add(entry) {
      const line = entry.trimEnd();
      if (line === '' || /^\s/.test(line) || line === lines.at(-1)) {
        return;
      }
      lines.push(line);
      if (file !== null && line.length <= ENTRY_LENGTH_MAX) {
        writing = writing.then(() => append(file, line));
      }
    },
    flushed: () => writing,
  };
}

async function append(file: string, line: string): Promise<void> {
  const encoded = `${line.replaceAll('\x01', '').replaceAll('\n', '\x01')}\n`;
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await appendFile(file, encoded, { mode: 0o600 });
    await chmod(file, 0o600);
  } catch {
    // A full disk or a read-only home is no reason to trouble somebody who works on znodes.
  }
}

async function readEntries(file: string): Promise<string[]> {
  try {
    const text = await readTail(file);
    const entries = text.split('\n').filter((line) => line !== '');
    return entries.map((line) => line.replaceAll('\x01', '\n')).filter((line, i, all) => line !== all[i - 1]);
  } catch {
    return [];
  }
}

async function readTail(file: string): Promise<string> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const from = Math.max(0, size - HISTORY_BYTES_MAX);
    const buffer = Buffer.alloc(size - from);
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, from);
    const text = buffer.toString('utf8', 0, bytesRead);
    if (from === 0) {
      return text;
    }
    const whole = text.slice(text.indexOf('\n') + 1);
    // Only once it is twice as long, so that shells that start at the same time hardly ever cut at the same time.
    if (size > 2 * HISTORY_BYTES_MAX) {
      await replaceFile(file, whole);
    }
    return whole;
  } finally {
    await handle.close();
  }
}

async function replaceFile(file: string, text: string): Promise<void> {
  const temporary = `${file}.${process.pid}`;
  await writeFile(temporary, text, { mode: 0o600 });
  await rename(temporary, file);
}
