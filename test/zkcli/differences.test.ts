/** docs/zkcli-differences.md: each of its headings is the name of a test here. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Session } from '../../src/client/api.js';
import { javaDate } from '../../src/output/time.js';
import { eventually } from '../helpers/eventually.js';
import { freePort } from '../helpers/free-port.js';
import { temporaryFolder } from '../helpers/reaper.js';
import { describeWithOwnZooKeeper, describeWithZooKeeper } from '../helpers/skip.js';
import { startZooKeeper, type ZooKeeperServer } from '../helpers/zookeeper.js';
import { DROP_IN } from './cases.js';
import { openSuper } from './prepare.js';

const HEADINGS = [...readFileSync('docs/zkcli-differences.md', 'utf8').matchAll(/^## (.*)$/gm)].map(([, text]) => text);
const tested = new Set<string>();

function differs(heading: string, body: () => Promise<void> | void): void {
  tested.add(heading);
  test(heading, body);
}

interface Run {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number | null;
}

function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
  return spawn(DROP_IN, args, { env: { ...process.env, TERM: 'xterm', ...env }, stdio: 'pipe' });
}

function run(args: readonly string[], stdin = '', env: Readonly<Record<string, string>> = {}): Promise<Run> {
  const child = start(args, env);
  let [stdout, stderr] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  child.stdin?.on('error', () => {});
  child.stdin?.end(stdin);
  return new Promise((resolve) => child.on('close', (status) => resolve({ stdout, stderr, status })));
}

const CONNECTED = '\nWATCHER::\n\nWatchedEvent state:SyncConnected type:None path:null zxid: -1\n';

describeWithZooKeeper('what is different from zkCli.sh', (server) => {
  let session: Session;
  const root = `/test-differences-${process.pid}`;
  const folder = temporaryFolder('zkcli-differences');

  beforeAll(async () => {
    session = await openSuper(server).catch(async () => openSuper(server));
    await session.create(root, Buffer.from('x'));
  });
  afterAll(async () => {
    for (const name of (await session.getChildren(root)).children) {
      await session.delete(`${root}/${name}`);
    }
    await session.delete(root);
    await session.close();
    folder.remove();
  });

  differs('The session is closed at the end', async () => {
    const { stdout } = await run(['-server', server, 'create', '-e', `${root}/e`]);
    expect(stdout).not.toContain('Closed');
    expect(await session.exists(`${root}/e`)).toBeNull();
  });

  differs('Where Java ends with a stack trace, there is one line', async () => {
    const { stdout, stderr, status } = await run(['-server', server], `set -v abc ${root} y\nls /\n`);
    expect(stderr).toBe('zkCli.sh: java.lang.NumberFormatException: For input string: "abc"\n');
    expect(stdout.endsWith('(CONNECTED) 0] ')).toBe(true);
    expect(status).toBe(1);
  });

  differs('Nothing is logged', async () => {
    const { stdout, stderr } = await run(['-server', server, 'get', root]);
    expect({ stdout, stderr }).toEqual({ stdout: `Connecting to ${server}\n${CONNECTED}x\n`, stderr: '' });
    expect(await run(['-server', server], '')).toMatchObject({ stderr: '' });
  });

  differs('Text is UTF-8 in every locale', async () => {
    const { stdout } = await run(['-server', server], `create ${root}/ż żółw\nget ${root}/ż\n`, { LC_ALL: 'C' });
    expect(stdout).toContain('żółw');
    expect((await session.getData(`${root}/ż`)).data?.toString()).toBe('żółw');
  });

  differs('Events of watches are printed whole, and before the next prompt', async () => {
    const { stdout } = await run(['-server', server], `get -w ${root}\nset ${root} x\n`);
    expect(stdout.replace(/zxid: \d+/, 'zxid: N')).toContain(
      `1] \nWATCHER::\n\nWatchedEvent state:SyncConnected type:NodeDataChanged path:${root} zxid: N\n[zk: ${server}(CONNECTED) 2] `,
    );
  });

  differs('Commands that ask the server nothing open no connection', async () => {
    const { stdout, status } = await run(['-server', server, 'ls', 'x']);
    expect({ stdout, status }).toEqual({ stdout: `Connecting to ${server}\n`, status: 1 });
  });

  differs('The next line waits for the answers to connect and addauth', async () => {
    const { stdout, stderr } = await run(['-server', server], 'connect\naddauth nosuch x\nls /\n');
    expect(stderr).toBe('');
    expect(stdout).toContain(`(CONNECTING) 1] ${CONNECTED}[zk: ${server}(CONNECTED) 2] `);
    expect(stdout).toMatch(/state:AuthFailed .*\nNot connected\n\[zk: \S+\(AUTH_FAILED\) 3\] /);
  });

  differs('A list of servers is tried to its end', async () => {
    const down = `127.0.0.1:${await freePort()}`;
    const { stdout, stderr } = await run(['-server', `${down},${server}`, 'get', root]);
    expect({ stderr, last: stdout.split('\n').at(-2) }).toEqual({ stderr: '', last: 'x' });
  });

  differs('TLS needs one property less, and reads PEM and PKCS12', async () => {
    const file = join(folder.path, 'jks.properties');
    writeFileSync(file, 'zookeeper.client.secure = true\nzookeeper.ssl.trustStore.location = /tls/trust.jks\n');
    const refused = await run(['-server', server, '-client-configuration', file, 'ls', '/']);
    expect(refused).toMatchObject({ status: 1, stdout: `Connecting to ${server}\n` });
    expect(refused.stderr).toMatch(
      /^zkCli\.sh: .*trust\.jks: a Java key store \(JKS\) .*keytool -importkeystore .*\n$/,
    );
  });

  differs('SASL is not supported', async () => {
    const CLIENT_JVMFLAGS = '-Xmx64m -Djava.security.auth.login.config=/etc/jaas.conf';
    const { stderr, status } = await run(['-server', server, 'ls', '/'], '', { CLIENT_JVMFLAGS });
    expect(stderr).toMatch(/^zkCli\.sh \(zksh\): SASL is not supported;.*\n$/);
    expect(status).toBe(0);
    const without = { CLIENT_JVMFLAGS: `${CLIENT_JVMFLAGS} -Dzookeeper.sasl.client=false` };
    expect(await run(['-server', server, 'ls', '/'], '', without)).toMatchObject({ stderr: '' });
  });

  differs('reconfig -file leaves the checks to the leader', async () => {
    const file = join(folder.path, 'members.cfg');
    writeFileSync(file, 'server.1=127.0.0.1:1\n');
    const { stderr, status } = await run(['-server', server, 'reconfig', '-file', file]);
    expect({ stderr, status }).toEqual({ stderr: expect.not.stringContaining('Error processing'), status: 1 });
  });

  differs('An interrupted run closes its session', async () => {
    const child = start(['-server', server]);
    const ended = new Promise((resolve) => child.on('close', (status) => resolve(status)));
    child.stdin?.write(`create -e ${root}/held\n`);
    await eventually(async () => (await session.exists(`${root}/held`)) !== null, { what: 'the znode' });
    child.kill('SIGTERM');
    expect(await ended).toBe(143);
    expect(await session.exists(`${root}/held`)).toBeNull();
  });

  differs('Its version is that of the zkCli.sh that it stands for', async () => {
    const { stdout } = await run(['-server', server, 'version']);
    expect(stdout).toMatch(/^ZooKeeper CLI version: 3\.9\.5-[0-9a-f]{40}, built on \d{4}-\d\d-\d\d \d\d:\d\d UTC$/m);
  });

  test('it is found through symbolic links', async () => {
    const [first, second] = [join(folder.path, 'zkCli.sh'), join(folder.path, 'zk')];
    symlinkSync(DROP_IN, first);
    symlinkSync('zkCli.sh', second);
    const child = spawn(second, ['version'], { stdio: 'ignore' });
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(0);
  });
});

describeWithOwnZooKeeper('a server with enforce.auth', () => {
  let enforcing: ZooKeeperServer;
  beforeAll(async () => {
    enforcing = await startZooKeeper({ config: { 'enforce.auth.enabled': true, 'enforce.auth.schemes': 'digest' } });
  });
  afterAll(() => enforcing.stop());

  const refusal = 'KeeperErrorCode = Session closed because client failed to authenticate for /\n';

  test('refuses a one-shot as it refuses that of zkCli.sh', async () => {
    expect(await run(['-server', enforcing.address, 'ls', '/'])).toEqual({
      stdout: `Connecting to ${enforcing.address}\n${CONNECTED}`,
      stderr: refusal,
      status: 1,
    });
  });

  test('serves who logs in first', async () => {
    const { stdout, status } = await run(['-server', enforcing.address], 'addauth digest u:p\nls /\n');
    expect(stdout).toContain('1] [zookeeper]');
    expect(status).toBe(0);
  });

  differs('A server that demands credentials is given up at once', async () => {
    const { stdout, stderr } = await run(['-server', enforcing.address], 'ls /\nls /\n');
    expect(stderr).toBe(refusal);
    expect(stdout).toContain('1] Not connected');
  });
});

describeWithOwnZooKeeper(
  'a server of 3.8',
  () => {
    let old: ZooKeeperServer;
    beforeAll(async () => {
      old = await startZooKeeper({ version: '3.8.6' });
    });
    afterAll(() => old.stop());

    differs('removewatches -p and -r work on servers before 3.9', async () => {
      const lines = 'create /x\naddWatch -m PERSISTENT /x\nremovewatches /x -p\nset /x 1\n';
      const { stdout, stderr, status } = await run(['-server', old.address], lines);
      expect(stdout).toContain('type:PersistentWatchRemoved path:/x');
      expect(stdout).not.toContain('NodeDataChanged');
      expect({ stderr, status }).toEqual({ stderr: 'Created /x\n', status: 0 });
    });
  },
  '3.8.6',
);

differs('Some time zones had other names in the past', () => {
  expect(javaDate(Date.UTC(2026, 6, 1), 'Etc/UTC')).toMatch(/^\w{3} \w{3} \d\d \d\d:\d\d:\d\d \S+ 2026$/);
});

test('every difference has its test', () => {
  // The line editor's is in terminal.test.ts.
  tested.add('On a terminal it has another line editor');
  expect([...tested].sort()).toEqual([...HEADINGS].sort());
});
