/** A client whose process stands still: its loop is blocked, or the whole process is stopped, as a laptop sleeps. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../helpers/eventually.js';
import { reapWithUs } from '../helpers/reaper.js';
import { describeWithOwnZooKeeper } from '../helpers/skip.js';
import { startZooKeeper, type ZooKeeperServer } from '../helpers/zookeeper.js';
import { newRoot, sceneOf } from './scene.js';

const SESSION_MS = 10_000;
/** More than the two thirds of a session after which silence means that a server is gone, less than the session. */
const STALL_MS = 7_500;

const PROGRAM = fileURLToPath(new URL('client-process.ts', import.meta.url));

describeWithOwnZooKeeper('a client process', () => {
  let server: ZooKeeperServer;
  beforeAll(async () => {
    // Sessions of up to 20 ticks.
    server = await startZooKeeper({ config: { tickTime: SESSION_MS / 20 } });
  });
  afterAll(() => server?.stop());

  test.concurrent('whose loop was blocked does not take its own silence for the server’s', async (context) => {
    const { join } = sceneOf(context);
    const observer = await join(server.address);
    const root = newRoot();
    await observer.session.create(root, null);
    await observer.session.create(`${root}/watched`, null);
    const client = await start(server.address, SESSION_MS, root);
    client.tell(`block ${STALL_MS}`);
    await client.said('blocking');
    await observer.session.setData(`${root}/watched`, null);
    // Told while it could not listen, and heard afterwards.
    await client.said('watched');
    const before = client.lines.findLast(({ done }) => done !== undefined)?.done as number;
    await eventually(() => client.lines.some(({ done }) => (done as number) > before + 20), { what: 'more work' });
    client.tell('stop');
    const { account, state } = await client.end();
    expect(state).toBe('closed');
    expect(account).toMatchObject({ refused: 0, unknown: 0 });
    expect(client.lines.filter(({ event }) => event === 'disconnected' || event === 'expired')).toEqual([]);
    expect((await observer.session.getData(`${root}/set`)).stat.version).toBe(account.done);
  });

  test.concurrent('that was stopped for less than its session goes on with it', async (context) => {
    const { join } = sceneOf(context);
    const observer = await join(server.address);
    const root = newRoot();
    await observer.session.create(root, null);
    await observer.session.create(`${root}/watched`, null);
    const client = await start(server.address, SESSION_MS, root);
    client.child.kill('SIGSTOP');
    await observer.session.setData(`${root}/watched`, null);
    await stall(STALL_MS);
    client.child.kill('SIGCONT');
    await client.said('watched');
    client.tell('stop');
    const { account, state } = await client.end();
    expect(state).toBe('closed');
    expect(client.lines.filter(({ event }) => event === 'expired')).toEqual([]);
    const { version } = (await observer.session.getData(`${root}/set`)).stat;
    expect(version).toBeGreaterThanOrEqual(account.done);
    expect(version).toBeLessThanOrEqual(account.done + account.unknown);
  });

  test.concurrent('that slept longer than its session wakes up to learn that it has expired', async (context) => {
    const { join } = sceneOf(context);
    const observer = await join(server.address);
    const root = newRoot();
    await observer.session.create(root, null);
    await observer.session.create(`${root}/watched`, null);
    const client = await start(server.address, 3_000, root);
    client.child.kill('SIGSTOP');
    await stall(10_000);
    client.child.kill('SIGCONT');
    const { account, state } = await client.end();
    expect(state).toBe('expired');
    expect(client.lines.filter(({ event }) => event === 'expired')).toHaveLength(1);
    const { version } = (await observer.session.getData(`${root}/set`)).stat;
    expect(version).toBeGreaterThanOrEqual(account.done);
    expect(version).toBeLessThanOrEqual(account.done + account.unknown);
  });
});

interface ClientProcess {
  readonly child: ChildProcess;
  readonly lines: Record<string, unknown>[];
  tell(line: string): void;
  /** Waits for a line with that key. */
  said(key: string): Promise<Record<string, unknown>>;
  /** Waits until the process ends in order. */
  end(): Promise<{ account: { done: number; refused: number; unknown: number }; state: string }>;
}

async function start(address: string, sessionMs: number, root: string): Promise<ClientProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', PROGRAM, address, String(sessionMs), root], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  reapWithUs(child);
  const lines: Record<string, unknown>[] = [];
  createInterface(child.stdout).on('line', (line) => lines.push(JSON.parse(line)));
  const said = (key: string) => eventually(() => lines.find((line) => key in line), { what: `a line with ${key}` });
  await said('sessionId');
  await said('done');
  return {
    child,
    lines,
    tell: (line) => child.stdin.write(`${line}\n`),
    said,
    async end() {
      await eventually(() => child.exitCode !== null, { what: 'the end of the process' });
      expect(child.exitCode).toBe(0);
      return lines.find((line) => 'account' in line) as never;
    },
  };
}

/** The fault itself is a length of time: nothing is waited for. */
function stall(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
