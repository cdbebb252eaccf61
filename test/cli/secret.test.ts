/** A secret asked for on a terminal outside the REPL: never echoed, and only where there is a terminal to ask on. */
import { expect, test } from 'vitest';
import { DEFAULT_SERVERS } from '../../src/client/connect-string.js';
import { withServerHint } from '../../src/commands/server-hint.js';
import { ConnectionError } from '../../src/errors.js';
import { renderError } from '../../src/output/kinds/error.js';
import { describeWithZooKeeper } from '../helpers/skip.js';
import { CTRL_C, openTerminal } from '../terminal/pseudo-terminal.js';
import { runZksh } from './zksh-process.js';

describeWithZooKeeper('addauth without its credential', (server) => {
  const words = ['-s', server, '-o', 'plain', '-e', 'addauth digest', '-e', 'whoami'];

  test('asks for it, shows nothing of it, and uses it', async () => {
    const terminal = openTerminal({ args: words });
    await terminal.waitForTyped('Credential for digest: ');
    terminal.type('ann:hunter2');
    terminal.type('\r');
    await terminal.waitFor('digest:ann');
    expect((await terminal.exited).exitCode).toBe(0);
    expect(terminal.raw).not.toContain('hunter2');
  });

  test('Ctrl-C at the question ends the run', async () => {
    const terminal = openTerminal({ args: words });
    await terminal.waitForTyped('Credential for digest: ');
    terminal.type(CTRL_C);
    expect((await terminal.exited).exitCode).toBe(130);
    expect(terminal.raw).toBe('Credential for digest: \r\n');
  });

  test('in a pipe there is nobody to ask', async () => {
    const { status, stderr } = await runZksh(words);
    expect(status).toBe(2);
    expect(stderr).toContain('no terminal to ask on');
  });
});

test('who named no server is told how to name one', () => {
  const refused = new ConnectionError('CONNECTREFUSED', 'cannot connect: localhost:2181: connection refused');
  const tell = (servers: string) =>
    renderError(withServerHint(refused, servers), { verb: 'ls', format: 'plain', color: false, debug: false });
  expect(tell(DEFAULT_SERVERS)).toContain('zksh -s HOST:PORT');
  expect(tell(DEFAULT_SERVERS)).toContain('ZKSH_SERVER');
  expect(tell('zk1:2181')).not.toContain('ZKSH_SERVER');
});
