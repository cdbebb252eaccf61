/** The rig itself: servers start, freeze, die, come back, and leave nothing behind. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Session } from '../contract/session.js';
import { startEnsemble } from './ensemble.js';
import { eventually } from './eventually.js';
import { askWord } from './four-letter-word.js';
import {
  describeWithOwnZooKeeper,
  describeWithRealZooKeeper,
  describeWithZooKeeper,
  haveRealZooKeeper,
} from './skip.js';
import { runZkCli } from './zkcli.js';
import { SUPER_AUTH, startZooKeeper } from './zookeeper.js';

describeWithZooKeeper('the shared server', (address) => {
  test('answers ruok with imok', async () => {
    expect(await askWord(Number(address.split(':')[1]), 'ruok')).toBe('imok');
  });

  test.runIf(haveRealZooKeeper())('can be used by zkCli', async () => {
    const { stdout, status } = await runZkCli(['-server', address, 'version']);
    expect(stdout).toMatch(/ZooKeeper CLI version: 3\.\d+\.\d+/);
    expect(status).toBe(0);
  });
});

describeWithOwnZooKeeper('a server of a test', () => {
  test('keeps its data when it is killed and restarted, and is silent while frozen', async () => {
    const server = await startZooKeeper();
    const first = await Session.open('first', { port: server.port, is38: false }, null);
    await first.create('/kept', { data: 'x' });
    await server.kill();
    await expect(askWord(server.port, 'ruok')).rejects.toThrow(/ECONNREFUSED/);
    await server.restart();
    const second = await Session.open('second', { port: server.port, is38: false }, null);
    expect((await second.getData('/kept')).data?.toString()).toBe('x');

    server.freeze();
    // Its threads stop one after the other, not within the call.
    await eventually(
      () =>
        askWord(server.port, 'ruok', { timeoutMs: 300 }).then(
          () => false,
          (error: Error) => error.message.includes('no answer'),
        ),
      { what: 'silence' },
    );
    server.resume();
    expect(await askWord(server.port, 'ruok')).toBe('imok');

    await server.stop();
    expect(existsSync(server.folder)).toBe(false);
  });

  test('has an AdminServer and SASL users when asked for', async () => {
    const server = await startZooKeeper({ admin: true, sasl: { alice: 'pass"word' } });
    const url = `http://127.0.0.1:${server.adminPort}/commands/ruok`;
    const answer = await eventually(() => fetch(url), { what: 'the AdminServer' });
    expect(await answer.json()).toMatchObject({ command: 'ruok', error: null });
    if (haveRealZooKeeper()) {
      expect(readFileSync(join(server.folder, 'jaas.conf'), 'utf8')).toContain('user_alice="pass\\"word"');
    }
    await server.stop();
  });

  test('knows the super user', async () => {
    const server = await startZooKeeper();
    const session = await Session.open('super', { port: server.port, is38: false }, null);
    await session.auth('digest', SUPER_AUTH);
    expect(await session.whoAmI()).toContain('super:');
    await server.stop();
  });

  test('says what the server said when it cannot start', async () => {
    await expect(startZooKeeper({ config: { tickTime: 'never' } })).rejects.toThrow(/ended at once[\s\S]*never/);
  });

  test('does not outlive a test process that is killed', async () => {
    const script = `
      const { startZooKeeper } = await import('${new URL('./zookeeper.ts', import.meta.url).pathname}');
      const server = await startZooKeeper();
      console.log(server.port, server.folder);
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const line = await new Promise<string>((resolve) => child.stdout.once('data', (chunk) => resolve(String(chunk))));
    const [port, folder] = line.trim().split(' ');
    child.kill('SIGKILL');
    await eventually(
      () =>
        askWord(Number(port), 'ruok').then(
          () => false,
          () => true,
        ),
      { what: 'the end of the orphan' },
    );
    await eventually(() => !existsSync(folder!), { what: 'the end of its folder' });
  });
});

describeWithRealZooKeeper('an ensemble', () => {
  test('elects another leader when the leader is killed, and serves reads without a quorum', async () => {
    const ensemble = await startEnsemble({ readOnlyMode: true });
    const first = await ensemble.leader();
    expect(await ensemble.followers()).toHaveLength(2);
    await first.kill();
    const second = await ensemble.leader();
    expect(second.port).not.toBe(first.port);
    await second.kill();
    const [last] = ensemble.servers.filter((server) => server !== first && server !== second);
    await eventually(async () => (await last!.mode()) === 'read-only', { what: 'the last one to serve reads' });
    await first.restart();
    await ensemble.leader();
    await ensemble.stop();
  });
});

describeWithOwnZooKeeper(
  'an old server',
  () => {
    test('is a 3.8.6', async () => {
      const server = await startZooKeeper({ version: '3.8.6' });
      expect(await askWord(server.port, 'srvr')).toMatch(/^Zookeeper version: 3\.8\.6/);
      await server.stop();
    });
  },
  '3.8.6',
);
