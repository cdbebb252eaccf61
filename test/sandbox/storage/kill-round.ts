/** One round: a sandbox under load is killed at a random moment; what it confirmed must be there, for us and for a real server. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { openSession } from '../../../src/client/session.js';
import { eventually } from '../../helpers/eventually.js';
import { reapWithUs } from '../../helpers/reaper.js';
import { SUPER_DIGEST, startZooKeeper } from '../../helpers/zookeeper.js';
import { dumpServer } from './dump.js';
import { copyDataDir } from './scene.js';
import { contentOf, isSame, randomFrom, Writer } from './writers.js';

const WRITERS = 4;
const CHILD = fileURLToPath(new URL('killed-sandbox.ts', import.meta.url));

export interface RoundReport {
  readonly confirmedCount: number;
  readonly lastZxid: bigint;
}

/** @throws Error what is missing or too much */
export async function killRound(dataDir: string, seed: number, withRealServer: boolean): Promise<RoundReport> {
  const random = randomFrom(seed);
  const settings = {
    'DigestAuthenticationProvider.superDigest': SUPER_DIGEST,
    snapCount: 50 + Math.floor(random() * 2000),
    preAllocSize: [4, 64, 65_536][Math.floor(random() * 3)],
    forceSync: random() < 0.3 ? 'yes' : 'no',
    'snapshot.compression.method': random() < 0.2 ? 'gz' : '',
    'autopurge.purgeInterval': 1,
  };
  const victim = await startChild(dataDir, settings);
  const address = `127.0.0.1:${victim.port}`;
  const writers = await Promise.all(
    Array.from({ length: WRITERS }, (_, index) => Writer.open(address, `/w${index}`, seed * WRITERS + index)),
  );
  await Promise.all(
    writers.map(({ session, folder }) => session.create(`${folder}-e-`, null, { mode: 'ephemeralSequential' })),
  );
  const writing = Promise.all(writers.map((writer) => writer.writeOn()));
  const enough = Math.floor(random() ** 2 * 4000);
  await eventually(() => sumOf(writers) >= enough, { what: `${enough} writes`, everyMs: 1 });
  await victim.kill();
  await Promise.all(writers.map(({ session }) => session.close(0)));
  await writing;

  const copy = copyDataDir(dataDir);
  const survivor = await startChild(dataDir, settings);
  try {
    await checkContents(survivor.port, writers);
    const dump = await dumpServer(survivor.port);
    for (const { session, folder } of writers) {
      const id = `0x${BigInt.asUintN(64, session.sessionId).toString(16)}`;
      if (!dump.sessions.includes(id) || !dump.ephemerals.some((path) => path.startsWith(`${folder}-e-`))) {
        throw new Error(`seed ${seed}: session ${id} or its ephemeral is gone`);
      }
    }
    if (withRealServer) await compareWithReal(copy.path, dump, seed);
    const session = await openSession({ servers: `127.0.0.1:${survivor.port}` });
    await session.exists('/');
    const { lastZxid } = session;
    await session.close();
    return { confirmedCount: sumOf(writers), lastZxid };
  } finally {
    await survivor.kill();
    copy.remove();
  }
}

function sumOf(writers: readonly Writer[]): number {
  return writers.reduce((sum, { confirmedCount }) => sum + confirmedCount, 0);
}

async function checkContents(port: number, writers: readonly Writer[]): Promise<void> {
  const session = await openSession({ servers: `127.0.0.1:${port}` });
  for (const writer of writers) {
    const content = await contentOf(session, writer.folder);
    if (!writer.possibleContents().some((possible) => isSame(possible, content))) {
      throw new Error(
        `${writer.folder} is as it never was, or as it was before the ${writer.confirmedCount} confirmed writes`,
      );
    }
  }
  await session.close();
}

async function compareWithReal(
  dataDir: string,
  ours: Awaited<ReturnType<typeof dumpServer>>,
  seed: number,
): Promise<void> {
  const real = await startZooKeeper({ config: { dataDir } });
  try {
    const theirs = await dumpServer(real.port);
    for (const part of ['znodes', 'ephemerals', 'sessions'] as const) {
      if (!isDeepStrictEqual(ours[part], theirs[part]))
        throw new Error(`seed ${seed}: the real server shows other ${part}`);
    }
  } finally {
    await real.stop();
  }
}

async function startChild(
  dataDir: string,
  settings: Readonly<Record<string, unknown>>,
): Promise<{ port: number; kill(): Promise<void> }> {
  const child = spawn(process.execPath, ['--import', 'tsx', CHILD, dataDir, JSON.stringify(settings)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  reapWithUs(child);
  let errors = '';
  child.stderr.on('data', (text) => {
    errors += text;
  });
  const port = await firstLine(child).catch(() => {
    throw new Error(`the sandbox did not start: ${errors}`);
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    port: Number(port),
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (more) => {
      text += more;
      if (text.includes('\n')) resolve(text.trim());
    });
    child.once('exit', () => reject(new Error('it ended')));
  });
}
