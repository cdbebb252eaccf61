/** The built sandbox as a process of its own, as the commands start it. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { reapWithUs } from '../helpers/reaper.js';

export interface SandboxProcess {
  /** `host:port`. */
  readonly address: string;
  /** Memory that the system gave it, bytes. */
  residentBytes(): number;
  stop(): Promise<void>;
}

export async function startSandboxProcess(...words: readonly string[]): Promise<SandboxProcess> {
  const child = spawn(process.execPath, [resolve('bin/zksh.js'), 'sandbox', '--port', '0', '--empty', ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  reapWithUs(child);
  const address = await addressOf(child);
  return {
    address,
    residentBytes: () => Number(spawnSync('ps', ['-o', 'rss=', '-p', String(child.pid)]).stdout) * 1024,
    stop: () =>
      new Promise((done) => {
        child.once('exit', () => done());
        child.kill('SIGINT');
      }),
  };
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((done, failed) => {
    let text = '';
    child.stdout?.on('data', (more) => {
      text += more;
      const address = /^listening on (\S+)$/m.exec(text)?.[1];
      if (address !== undefined) done(address);
    });
    child.once('exit', (status) => failed(new Error(`the sandbox ended with ${status}`)));
  });
}
