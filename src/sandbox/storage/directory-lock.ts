/**
 * Keeps a data directory to one server. ZooKeeper itself locks nothing, so ours leaves a file that says who is there, which
 * a killed process cannot take along: whoever comes next looks whether that process still runs. Real servers are seen by the
 * file that zkServer.sh writes and, on Linux, by the logs that they have open.
 */
import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { readFile, readlink, rename, unlink, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { LocalError } from '../../errors.js';

export interface DirectoryLock {
  release(): Promise<void>;
}

const LOCK_NAME = '.zksh-sandbox.lock';
const ZKSERVER_PID_NAME = 'zookeeper_server.pid';

/** Who holds a lock. What the system cannot tell is ''. */
interface Holder {
  readonly pid: number;
  /** When the process began, in the system's own count: numbers of processes come again. */
  readonly started: string;
  /** The machine since it was switched on, and the space that its process numbers count in. */
  readonly boot: string;
  readonly host: string;
}

/**
 * @param folders where snapshots and logs are
 * @throws LocalError somebody else is there
 */
export async function lockDirectory(dataDir: string, folders: readonly string[]): Promise<DirectoryLock> {
  await refuseRealServer(dataDir, folders);
  const path = join(dataDir, LOCK_NAME);
  const text = JSON.stringify(await ourselves());
  while (!(await placeFile(path, text))) {
    await removeIfStale(path, dataDir);
  }
  return {
    async release() {
      if ((await readOrNull(path)) === text) {
        await unlink(path);
      }
    },
  };
}

/** False: there is one already. */
async function placeFile(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
      return false;
    }
    throw error;
  }
}

/** @throws LocalError its holder runs, or may run */
async function removeIfStale(path: string, dataDir: string): Promise<void> {
  const text = await readOrNull(path);
  if (text === null) {
    return;
  }
  const holder = parseHolder(text);
  const state = holder === null ? 'unknown' : await stateOf(holder);
  if (state !== 'gone') {
    const who = holder === null ? 'another process' : `process ${holder.pid} on ${holder.host}`;
    throw new LocalError(`${dataDir} is in use by ${who}`, {
      why: 'Two servers on one directory would destroy it.',
      hint:
        state === 'running'
          ? 'Stop that server, or give another folder with --data-dir.'
          : `Whether it still runs cannot be seen from here. If it does not: rm ${path}`,
    });
  }
  // Of several who find it stale only one can move it away; who moved something else away by that puts it back.
  const aside = `${path}.${process.pid}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  const moved = await readOrNull(aside);
  if (moved !== null && moved !== text) {
    await placeFile(path, moved);
  }
  await unlink(aside);
}

async function stateOf(holder: Holder): Promise<'running' | 'gone' | 'unknown'> {
  const us = await ourselves();
  if (holder.host !== us.host && holder.boot !== us.boot) {
    return 'unknown';
  }
  if (holder.boot !== us.boot) {
    // The same machine, started anew; or another container on it, whose processes we cannot see.
    const isSameMachine = holder.boot.split('/')[0] === us.boot.split('/')[0];
    return isSameMachine ? 'unknown' : 'gone';
  }
  if (!isRunning(holder.pid)) {
    return 'gone';
  }
  const started = await startOf(holder.pid);
  return started === '' || holder.started === '' || started === holder.started ? 'running' : 'gone';
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function ourselves(): Promise<Holder> {
  const boot = ((await readOrNull('/proc/sys/kernel/random/boot_id')) ?? '').trim();
  const space = await readlink('/proc/self/ns/pid').catch(() => '');
  return { pid: process.pid, started: await startOf(process.pid), boot: `${boot}/${space}`, host: hostname() };
}

/** Field 22 of proc(5)'s stat; the name in field 2 may have blanks in it. */
async function startOf(pid: number): Promise<string> {
  const stat = await readOrNull(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

function parseHolder(text: string): Holder | null {
  try {
    const { pid, started, boot, host } = JSON.parse(text) as Holder;
    return Number.isInteger(pid) && pid > 0
      ? { pid, started: String(started), boot: String(boot), host: String(host) }
      : null;
  } catch {
    return null;
  }
}

async function refuseRealServer(dataDir: string, folders: readonly string[]): Promise<void> {
  const pid = (await pidOfZkServer(dataDir)) ?? pidWithOpenLog(folders);
  if (pid !== null) {
    throw new LocalError(`${dataDir} is in use by a ZooKeeper server, process ${pid}`, {
      why: 'Two servers on one directory would destroy it.',
      hint: `Stop that server, or work on a copy: cp -r ${dataDir} COPY`,
    });
  }
}

async function pidOfZkServer(dataDir: string): Promise<number | null> {
  const pid = Number(await readOrNull(join(dataDir, ZKSERVER_PID_NAME)));
  if (!Number.isInteger(pid) || pid <= 0 || !isRunning(pid)) {
    return null;
  }
  const command = await readOrNull(`/proc/${pid}/cmdline`);
  return command === null || command.includes('zookeeper') ? pid : null;
}

/**
 * Only Java's processes are looked at, and only those that we may look into. Without waiting: /proc is no disk, and hundreds
 * of small reads one after the other would be most of the time that a start takes.
 */
function pidWithOpenLog(folders: readonly string[]): number | null {
  const places = folders.map((folder) => attempt(() => realpathSync(folder), folder));
  const pids = attempt(() => readdirSync('/proc'), []).filter((name) => /^[0-9]+$/.test(name));
  const pid = pids.find((each) => commandOf(each) === 'java' && hasOpenLog(each, places));
  return pid === undefined ? null : Number(pid);
}

function commandOf(pid: string): string {
  return attempt(() => readFileSync(`/proc/${pid}/comm`, 'utf8'), '').trim();
}

function hasOpenLog(pid: string, folders: readonly string[]): boolean {
  const descriptors = attempt(() => readdirSync(`/proc/${pid}/fd`), []);
  const paths = descriptors.map((name) => attempt(() => readlinkSync(`/proc/${pid}/fd/${name}`), ''));
  return paths.some((path) => folders.some((folder) => path.startsWith(join(folder, 'log.'))));
}

/** Processes come and go while they are looked at, and not every system has /proc. */
function attempt<T>(look: () => T, otherwise: T): T {
  try {
    return look();
  } catch {
    return otherwise;
  }
}

function readOrNull(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch(() => null);
}
