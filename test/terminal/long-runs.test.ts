/** What long runs show on a terminal: a row of progress in place, the figures, Ctrl-C; and du -i to walk about in. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect, type Session } from '../../src/index.js';
import { describeWithZooKeeper } from '../helpers/skip.js';
import { CTRL_C, CTRL_D, ENTER, openTerminal, type PseudoTerminal } from './pseudo-terminal.js';

const ERASED = '\r\u001b[K';
const DOWN = '\u001b[B';
const LEFT = '\u001b[D';

describeWithZooKeeper('long runs', (address) => {
  const root = `/test-${randomUUID()}`;
  const server = `${address}${root}`;
  let session: Session;

  beforeAll(async () => {
    session = await connect(server.slice(0, -root.length));
    await session.create(root, null);
    const names = Array.from({ length: 200 }, (_, index) => `n${String(index).padStart(3, '0')}`);
    await session.multi([
      { op: 'create', path: `${root}/many`, data: null },
      ...names.map((name) => ({ op: 'create' as const, path: `${root}/many/${name}`, data: Buffer.alloc(10) })),
      { op: 'create', path: `${root}/big`, data: Buffer.alloc(5_000) },
      { op: 'create', path: `${root}/big/one`, data: Buffer.alloc(7_000) },
    ]);
  });
  afterAll(() => session?.close());

  test('a row tells how far it is, and is gone at the end; the figures stay', async () => {
    const terminal = openTerminal({
      args: ['-s', server, 'find', '/', '--name', 'n19?', '--rate', '100'],
      columns: 70,
    });

    await terminal.waitFor(/searching {2}\d+ of \d+ znodes {2}\d+%/);
    expect((await terminal.exited).exitCode).toBe(0);

    const shown = terminal.lines().filter((line) => line !== '');
    expect(shown.filter((line) => line.startsWith('/many/n19'))).toHaveLength(10);
    expect(shown.some((line) => line.startsWith('searching'))).toBe(false);
    expect(shown.at(-1)).toMatch(/^20\d znodes searched, in [\d.]+ s \(\d+\/s\)$/);
    expect(terminal.raw.split(ERASED).length).toBeGreaterThan(2);
  });

  test('-q shows neither', async () => {
    const terminal = openTerminal({ args: ['-s', server, 'find', '/many', '--name', 'n199', '--rate', '150', '-q'] });
    await terminal.exited;

    expect(terminal.lines().filter((line) => line !== '')).toEqual(['/many/n199']);
    expect(terminal.raw).not.toContain('searching');
  });

  test('Ctrl-C ends it at once, and leaves no row behind', async () => {
    const terminal = openTerminal({ args: ['-s', server, 'du', '/', '--rate', '20'] });
    await terminal.waitFor(/measuring {2}\d+/);
    terminal.type(CTRL_C);

    expect((await terminal.exited).exitCode).toBe(130);
    expect(terminal.lines().some((line) => line.startsWith('measuring'))).toBe(false);
  });

  test('the shell shows it too, above its prompt', async () => {
    const terminal = await openShell();
    terminal.type(`grep -c nothing / --rate 100${ENTER}`);

    await terminal.waitFor(/searching {2}\d+ of \d+ znodes/);
    await terminal.waitFor(/znodes searched, .* in [\d.]+ s/);
    await terminal.waitForTyped(`${server} /> `);
    expect(terminal.lines().some((line) => line.startsWith('searching'))).toBe(false);
    terminal.type(CTRL_D);
    await terminal.exited;
  });

  async function openShell(size: { columns?: number; rows?: number } = {}): Promise<PseudoTerminal> {
    const terminal = openTerminal({ args: ['-s', server], columns: 120, ...size });
    await terminal.waitForTyped(`${server} /> `);
    return terminal;
  }

  describe('du -i', () => {
    test('goes in and out, and gives the screen back', async () => {
      const terminal = await openShell();
      terminal.type(`du -i${ENTER}`);
      await terminal.waitFor('enter: go in');

      const names = () => terminal.rows().flatMap((row) => /\d+ {2}(\S+\/?) *$/.exec(row)?.[1] ?? []);
      await terminal.until('the children of the root', () => names().includes('many/'));
      expect(names()).toEqual(['big/', 'many/']);
      expect(terminal.rows()[0]).toMatch(/^\/ {2}13\.7 KiB in 204 znodes, by bytes$/);

      terminal.type(`${DOWN}${ENTER}`);
      await terminal.until('the children of /many', () => names().includes('n000'));
      terminal.type(LEFT);
      await terminal.until('the root again', () => names().includes('big/'));
      terminal.resize(40, 8);
      await terminal.until('the narrow window', () => {
        const rows = terminal.rows();
        return rows.every((row) => row.length <= 40) && rows.some((row) => /^up, down .*…$/.test(row));
      });
      terminal.resize(120, 30);

      terminal.type('q');
      await terminal.waitForTyped(`${server} /> `);
      expect(terminal.lines().some((line) => line.includes('enter: go in'))).toBe(false);
      terminal.type(`pwd${ENTER}`);
      await terminal.waitFor(/^\/$/m);
      terminal.type(CTRL_D);
      await terminal.exited;
    });

    test('of what does not exist says so, and Ctrl-C leaves', async () => {
      const terminal = await openShell();
      terminal.type(`du -i /nope${ENTER}`);
      await terminal.waitFor('no such znode');
      terminal.type(CTRL_C);
      await terminal.waitForTyped(`${server} /> `);
      terminal.type(CTRL_D);
      await terminal.exited;
    });
  });
});
