import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect, type Session } from '../../src/index.js';
import { eventually } from '../helpers/eventually.js';
import { type FaultProxy, startFaultProxy } from '../helpers/fault-proxy.js';
import { freePort } from '../helpers/free-port.js';
import { describeWithOwnZooKeeper, describeWithProgram } from '../helpers/skip.js';
import { startZooKeeper, type ZooKeeperServer } from '../helpers/zookeeper.js';
import { CTRL_C, CTRL_D, CTRL_Z, ENTER, openTerminal, TAB } from './pseudo-terminal.js';

describe('without a server', () => {
  test('the prompt stands, the refusal is told once, and every verb that needs one says so', async () => {
    const address = `127.0.0.1:${await freePort()}`;
    const terminal = openTerminal({ args: ['-s', address] });

    await terminal.waitForTyped(`${address} (not connected) /> `);
    expect(terminal.lines().filter((line) => line.startsWith('zksh: '))).toHaveLength(1);
    terminal.type(`pwd${ENTER}get /a${ENTER}`);
    await terminal.waitFor(/^\/$/);
    await terminal.waitFor(/^zksh: get/);
    terminal.type(CTRL_D);

    expect((await terminal.exited).exitCode).toBe(6);
  });

  test('a server that accepts and says nothing: typing goes on, Ctrl-C ends the wait', async () => {
    const proxy = await startFaultProxy(`127.0.0.1:${await freePort()}`);
    proxy.welcome = 'mute';
    try {
      const terminal = openTerminal({ args: ['-s', proxy.address, '--connect-timeout', '60s'] });

      await terminal.waitForTyped(`${proxy.address} (connecting) /> `);
      terminal.type(`get /al${TAB}pha${ENTER}`);
      await terminal.waitFor('running; Ctrl-C ends it');
      terminal.type(CTRL_C);
      await terminal.waitForTyped('(connecting) /> ');
      terminal.type(`pwd${ENTER}`);
      await terminal.waitFor(/^\/$/);
      terminal.type(CTRL_D);

      expect((await terminal.exited).exitCode).toBe(0);
      expect(terminal.rows().some((row) => row.includes('running;'))).toBe(false);
    } finally {
      await proxy.stop();
    }
  });
});

describeWithOwnZooKeeper('a connection that does not last', () => {
  let server: ZooKeeperServer;
  let proxy: FaultProxy;
  let session: Session;

  beforeAll(async () => {
    server = await startZooKeeper({ config: { tickTime: 500 } });
    proxy = await startFaultProxy(server.address);
    session = await connect(server.address);
    await session.create('/a', Buffer.from('data of a'));
  });
  afterAll(async () => {
    await session?.close();
    await proxy?.stop();
    await server?.stop();
  });

  test('loss and return are told once each, with the watches that are armed again; the line stays', async () => {
    const terminal = openTerminal({ args: ['-s', proxy.address] });
    await terminal.waitForTyped(`${proxy.address} /> `);
    terminal.type(`watch -b /a${ENTER}`);
    await terminal.waitFor('watching /a');
    terminal.type('get /');
    await terminal.waitForTyped('/> get /');

    proxy.welcome = 'reset';
    proxy.cut('reset');
    await terminal.waitForTyped(`(disconnected) /> get /`);
    const refused = proxy.connectionsCount;
    await eventually(() => proxy.connectionsCount > refused + 1, { what: 'two attempts in vain' });
    proxy.welcome = 'forward';

    await terminal.waitFor(/connected to .* after \d+\.\d s: the same session/);
    await terminal.waitFor('1 watch armed again');
    await terminal.waitFor('What changed meanwhile was not reported for: /a');
    terminal.type(`a${ENTER}`);
    await terminal.waitFor('data of a');
    expect(terminal.lines().filter((line) => /disconnected from/.test(line))).toHaveLength(1);
    expect(terminal.lines().filter((line) => /connected to/.test(line))).toHaveLength(1);

    await session.setData('/a', Buffer.from('data of a'));
    await terminal.waitFor(/changed +\/a /);
  });

  test('expiry lists what is gone and asks for connect; until then nothing is sent', async () => {
    const terminal = openTerminal({ args: ['-s', server.address, '-t', '1s'] });
    await terminal.waitForTyped('/> ');
    terminal.type(`create -e /gone${ENTER}watch -b /a${ENTER}`);
    await terminal.waitFor('watching /a');
    await terminal.waitForTyped('/> ');
    terminal.type('get /');
    await terminal.waitForTyped('/> get /');

    // A stopped process sends no pings.
    process.kill(terminal.pid, 'SIGSTOP');
    await eventually(async () => (await session.exists('/gone')) === null, { what: 'the end of the session' });
    process.kill(terminal.pid, 'SIGCONT');

    await terminal.waitFor('session expired');
    await terminal.waitFor('Gone with it, ephemeral: /gone');
    await terminal.waitFor('Gone with it, watches: /a (persistent)');
    await terminal.waitFor('For a new session: connect');
    await terminal.waitForTyped('(session expired) /> get /');
    terminal.type(`a${ENTER}`);
    await terminal.waitFor('zksh: get: the session has expired');
    await terminal.waitForTyped('(session expired) /> ');
    terminal.type(`connect${ENTER}`);
    await terminal.waitForTyped(`${server.address} /> `);
    terminal.type(`get /a${ENTER}`);
    await terminal.waitFor('data of a');
  });

  test('a completion that the server does not answer holds up nobody', async () => {
    const terminal = openTerminal({ args: ['-s', proxy.address] });
    await terminal.waitForTyped(`${proxy.address} /> `);

    proxy.blackHole();
    terminal.type(`get /${TAB}`);
    terminal.type('abc');

    await terminal.waitForTyped('/> get /abc');
    proxy.heal();
  });

  describeWithProgram('bash', 'job control', () => {
    test('Ctrl-Z stops the shell, fg brings the line back', async () => {
      const terminal = openTerminal({ program: 'bash', args: ['--norc', '--noprofile', '-i'] });
      await terminal.until('the prompt of bash', () => /[$#] $/.test(terminal.beforeCursor()));
      terminal.type(`'${process.execPath}' bin/zksh.js -s ${server.address}${ENTER}`);
      await terminal.waitForTyped(`${server.address} /> `);
      terminal.type('get /');
      await terminal.waitForTyped('/> get /');

      terminal.type(CTRL_Z);
      await terminal.waitFor(/Stopped/);
      terminal.type(`fg${ENTER}`);

      await terminal.waitForTyped('/> get /');
      terminal.type(`a${ENTER}`);
      await terminal.waitFor('data of a');
    });
  });
});
