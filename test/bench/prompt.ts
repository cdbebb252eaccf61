/** How long it takes until the prompt stands in a terminal. */
import { resolve } from 'node:path';
import { spawn } from '@lydell/node-pty';
import { temporaryFolder } from '../helpers/reaper.js';

const DEADLINE_MS = 30_000;
const ESCAPES = /\x1b\[[\d;?]*[a-zA-Z]/g;

/** ms from the start of the process to a prompt on the screen, which takes keys from then on. */
export function openPrompt(address: string): Promise<number> {
  const home = temporaryFolder('bench-home');
  const { PATH = '' } = process.env;
  const start = performance.now();
  const terminal = spawn(process.execPath, [resolve('bin/zksh.js'), '-s', address], {
    cols: 100,
    rows: 30,
    name: 'xterm-256color',
    env: { PATH, HOME: home.path, TERM: 'xterm-256color', LANG: 'C.UTF-8' },
  });
  let seen = '';
  let ms: number | null = null;
  return new Promise((done, failed) => {
    const timer = setTimeout(() => terminal.kill('SIGKILL'), DEADLINE_MS);
    terminal.onData((text) => {
      seen += text;
      if (ms === null && seen.replaceAll(ESCAPES, '').includes(' />')) {
        ms = performance.now() - start;
        terminal.write('\x04');
      }
    });
    terminal.onExit(() => {
      clearTimeout(timer);
      home.remove();
      if (ms === null) failed(new Error(`no prompt within ${DEADLINE_MS} ms: ${JSON.stringify(seen)}`));
      else done(ms);
    });
  });
}
