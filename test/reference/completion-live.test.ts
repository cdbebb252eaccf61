/** Paths of a real server behind Tab in real shells, with the built zksh: inserted, run, and read. */
import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Session } from '../../src/client/api.js';
import { openSession } from '../../src/client/session.js';
import { describeWithShell, describeWithZooKeeper } from '../helpers/skip.js';
import { type InteractiveShell, startShell } from './interactive-shell.js';

/** What a ZooKeeper keeps as a name and a shell would not leave alone. */
const NAMES: readonly string[] = [
  'two words',
  '$(touch CANARY)',
  '`touch CANARY`',
  '; touch CANARY #',
  `"$(touch CANARY)`,
  `it's`,
  'back\\slash',
  '*?[a-z]{x,y}',
  'a:b=c@d',
  'bang!!bang',
  '日本語-ü',
];

const ROOT = `/test-${Math.random().toString(36).slice(2)}`;

describeWithZooKeeper('completion of the znodes of a real server', (address) => {
  let session: Session;
  let programs: string;
  beforeAll(async () => {
    programs = mkdtempSync(join(tmpdir(), 'zksh-programs-'));
    symlinkSync(resolve('bin/zksh.js'), join(programs, 'zksh'));
    session = await openSession({ servers: address });
    await session.create(ROOT, null);
    for (const [index, name] of NAMES.entries()) {
      await session.create(`${ROOT}/${index}`, null);
      await session.create(`${ROOT}/${index}/${name}`, Buffer.from(`data-of-${index}-end`));
    }
  });
  afterAll(async () => {
    for (const [index, name] of NAMES.entries()) {
      await session.delete(`${ROOT}/${index}/${name}`);
      await session.delete(`${ROOT}/${index}`);
    }
    await session.delete(ROOT);
    await session.close();
    rmSync(programs, { recursive: true, force: true });
  });

  for (const name of ['bash', 'zsh', 'fish'] as const) {
    describeWithShell(name, name, () => {
      let shell: InteractiveShell;
      beforeAll(async () => {
        shell = await startShell(name, { path: programs });
      });
      afterAll(() => shell?.close());

      test.for([...NAMES.entries()])('%j is inserted, run and read', async ([index]) => {
        await shell.completePatientlyAndRun(`zksh -s ${address} get ${ROOT}/${index}/`);
        await shell.shows(`data-of-${index}-end`);
        expect(existsSync(join(shell.folder, 'CANARY'))).toBe(false);
      });

      test('the server may be named by the environment', async () => {
        const own = await startShell(name, { path: programs, environment: { ZKSH_SERVER: `${address}${ROOT}` } });
        await own.completePatientlyAndRun('zksh get /0/');
        await own.shows('data-of-0-end');
        own.close();
      });
    });
  }

  describeWithShell('bash', 'bash', () => {
    test('Tab walks down, and a znode without children gets its blank', async () => {
      const shell = await startShell('bash', { path: programs });
      // Typed whole, so Tab goes on to its only child.
      const start = `zksh -s ${address}${ROOT} get`;
      expect(await shell.completePatientlyAndRun(`${start} /8`)).toBe(`${start} /8/a:b=c@d `);
      expect(await shell.completePatientlyAndRun(`${start} --outp`)).toBe(`${start} --output `);
      shell.close();
    });
  });
});

for (const name of ['bash', 'zsh', 'fish'] as const) {
  describeWithShell(name, `${name} without an answer from a server`, () => {
    let shell: InteractiveShell;
    let mute: Server;
    let programs: string;
    beforeAll(async () => {
      programs = mkdtempSync(join(tmpdir(), 'zksh-programs-'));
      symlinkSync(resolve('bin/zksh.js'), join(programs, 'zksh'));
      mute = createServer(() => {});
      await new Promise<void>((listening) => mute.listen(0, '127.0.0.1', listening));
      shell = await startShell(name, { path: programs });
    });
    afterAll(() => {
      shell?.close();
      mute?.close();
      rmSync(programs, { recursive: true, force: true });
    });

    test('one that refuses leaves the line as it is', async () => {
      const seen = (await shell.output()).length;
      expect(await shell.complete('zksh -s 127.0.0.1:1 get /x')).toBe('zksh -s 127.0.0.1:1 get /x');
      expect((await shell.output()).slice(seen)).not.toMatch(/refused|zksh:/);
    });

    // Without a limit of its own zksh would wait for an hour here.
    test('one that accepts and says nothing does not hold up the prompt', async () => {
      const port = (mute.address() as { port: number }).port;
      const line = `zksh -s 127.0.0.1:${port} --connect-timeout=1h get /x`;
      const seen = (await shell.output()).length;
      expect(await shell.complete(line)).toBe(line);
      expect((await shell.output()).slice(seen)).not.toContain('zksh:');
    });

    test('options that make no sense are not complained about', async () => {
      expect(await shell.complete('zksh -s :: --timeout=soon get /x')).toBe('zksh -s :: --timeout=soon get /x');
      expect(await shell.output()).not.toMatch(/zksh: |usage/i);
    });
  });
}
