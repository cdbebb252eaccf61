/** Verbs that need somebody at a terminal: a history, a question, a multi that is put together, watches behind the prompt. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect, type Session } from '../../src/index.js';
import { describeWithZooKeeper } from '../helpers/skip.js';
import { CTRL_C, CTRL_D, ENTER, openTerminal, type PseudoTerminal } from './pseudo-terminal.js';

describeWithZooKeeper('in a terminal', (address) => {
  const root = `/test-${randomUUID()}`;
  const prompt = `${address}${root} /> `;
  let session: Session;

  beforeAll(async () => {
    session = await connect(address);
    await session.create(root, null);
  });
  afterAll(() => session?.close());

  async function openShell(environment: Readonly<Record<string, string>> = {}): Promise<PseudoTerminal> {
    const terminal = openTerminal({ args: ['-s', `${address}${root}`], environment });
    await (environment.TERM === 'dumb' ? terminal.waitFor('/>') : terminal.waitForTyped(prompt));
    return terminal;
  }

  test.each(['xterm-256color', 'dumb'])('deleteall asks, and hears the answer (%s)', async (TERM) => {
    await session.create(`${root}/gone`, null);
    await session.create(`${root}/gone/child`, null);
    const terminal = await openShell({ TERM });

    terminal.type(`deleteall /gone${ENTER}`);
    await terminal.waitFor('Delete /gone and the znode below it? [y/N]');
    terminal.type(`n${ENTER}`);
    await terminal.waitFor('not done: the answer was not yes');
    expect(await session.exists(`${root}/gone/child`)).not.toBeNull();

    terminal.type(`deleteall /gone${ENTER}`);
    await terminal.until(
      'the second question',
      () => terminal.lines().filter((line) => line.includes('[y/N]')).length === 2,
    );
    terminal.type(`yes${ENTER}exists /gone${ENTER}`);
    await terminal.waitFor('/gone: no such znode');
    terminal.type(CTRL_D);
    await terminal.exited;
  });

  test('Ctrl-C at the question deletes nothing', async () => {
    await session.create(`${root}/stays`, null);
    await session.create(`${root}/stays/child`, null);
    const terminal = await openShell();

    terminal.type(`deleteall /stays${ENTER}`);
    await terminal.waitFor('[y/N]');
    terminal.type(CTRL_C);
    await terminal.waitForTyped(prompt);

    expect(await session.exists(`${root}/stays/child`)).not.toBeNull();
    terminal.type(CTRL_D);
    await terminal.exited;
  });

  test.each([
    ['y', `yes${ENTER}`, 0],
    ['n', ENTER, 1],
    ['Ctrl-C', CTRL_C, 130],
  ])('a single command asks too: %s', async (name, typed, exitCode) => {
    const path = `${root}/single-${name}`;
    await session.create(path, null);
    await session.create(`${path}/child`, null);
    const terminal = openTerminal({ args: ['-s', address, 'deleteall', path] });

    await terminal.waitFor('[y/N]');
    terminal.type(typed);

    expect((await terminal.exited).exitCode).toBe(exitCode);
    expect((await session.exists(path)) === null).toBe(exitCode === 0);
  });

  test('a multi is put together under a prompt that counts, and committed', async () => {
    const terminal = await openShell();

    terminal.type(`multi${ENTER}`);
    await terminal.waitForTyped(' / multi(0)> ');
    terminal.type(`create /m1 x${ENTER}`);
    await terminal.waitForTyped(' / multi(1)> ');
    terminal.type(`set /m1 y${ENTER}`);
    await terminal.waitForTyped(' / multi(2)> ');
    expect(await session.exists(`${root}/m1`)).toBeNull();
    terminal.type(`commit${ENTER}`);
    await terminal.waitFor('2. set /m1: ok');
    await terminal.waitForTyped(prompt);

    expect((await session.getData(`${root}/m1`)).data?.toString()).toBe('y');
    terminal.type(CTRL_D);
    await terminal.exited;
  });

  test('history blanks secrets, and redo runs a line again', async () => {
    const terminal = await openShell();

    terminal.type(`create /h x${ENTER}`);
    await terminal.waitFor(/^\/h$/);
    terminal.type(`addauth digest me:secret-word${ENTER}`);
    await terminal.waitForTyped(prompt);
    terminal.type(`history${ENTER}`);
    await terminal.waitFor(/2 {2}addauth digest me:\*\*\*$/);
    terminal.type(`redo 1${ENTER}`);
    await terminal.waitFor('zksh: create /h: it exists already');
    terminal.type(`redo 2${ENTER}`);
    await terminal.waitFor('its secret is not kept');
    terminal.type(CTRL_D);

    expect((await terminal.exited).exitCode).toBe(2);
  });

  test('addWatch reports above the line, printwatches hides it, removewatches ends it', async () => {
    const terminal = await openShell();

    terminal.type(`addWatch /w${ENTER}`);
    await terminal.waitFor('watching /w behind the prompt');
    await session.create(`${root}/w`, null);
    await terminal.waitFor(/created +\/w/);
    terminal.type(`printwatches off${ENTER}`);
    terminal.type(`watches${ENTER}`);
    await terminal.waitFor(/persistentRecursive +\/w$/);
    await session.setData(`${root}/w`, null);
    // Its reply comes behind the event.
    terminal.type(`getAllChildrenNumber /w${ENTER}`);
    await terminal.waitFor(/^0$/);
    terminal.type(`printwatches on${ENTER}removewatches /w${ENTER}pwd${ENTER}`);
    await terminal.waitFor(/^\/$/);
    expect(terminal.lines().some((line) => /changed +\/w/.test(line))).toBe(false);
    terminal.type(CTRL_D);
    await terminal.exited;
  });
});
