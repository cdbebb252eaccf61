/**
 * snapshot and restore: the tree as a file over HTTP, and back. Follows SnapshotCommand, RestoreCommand and
 * ZooKeeperServer.restoreFromSnapshot (3.9), slips included: the interval between snapshots is taken for microseconds, and
 * after a restore sessions do not expire until the next start.
 */
import { readSnapshot } from '../../../protocol/files/snapshot-reader.js';
import { loadTree, snapshotOf } from '../../storage/engine-snapshot.js';
import { readSnapshotFile } from '../../storage/last-snapshot.js';
import { javaHex } from '../../tree/java-text.js';
import type { Server } from '../server.js';
import type { AdminContext, CommandResult } from './command.js';

const UNAVAILABLE: CommandResult = { status: 503 };
const FAILED: CommandResult = { status: 500 };
const TOO_MANY: CommandResult = { status: 429 };

export async function snapshot(
  context: AdminContext,
  { query }: { readonly query: URLSearchParams },
): Promise<CommandResult> {
  const { server } = context;
  if (!server.settings['admin.snapshot.enabled']) {
    return UNAVAILABLE;
  }
  if (!server.settings['serializeLastProcessedZxid.enabled']) {
    return FAILED;
  }
  if (!isTime(server, 'snapshot', server.settings['admin.rateLimiterIntervalInMS'] / 1000)) {
    return TOO_MANY;
  }
  const { zxid, bytes } = await take(context);
  const headers = { last_zxid: `0x${javaHex(zxid)}`, snapshot_size: String(bytes.length) };
  const isStreamed = (query.get('streaming') ?? 'true').toLowerCase() === 'true';
  return isStreamed ? { headers, body: bytes } : { headers };
}

async function take({ server, directory }: AdminContext): Promise<{ zxid: number; bytes: Buffer }> {
  if (directory === null) {
    const { zxid, pieces } = snapshotOf(server.engine);
    return { zxid, bytes: Buffer.concat([...pieces]) };
  }
  const { zxid, file } = await directory.snapshot();
  return { zxid, bytes: await readSnapshotFile(file) };
}

export async function restore(
  { server, directory }: AdminContext,
  { body }: { readonly body: Buffer },
): Promise<CommandResult> {
  if (!server.settings['admin.restore.enabled']) {
    return UNAVAILABLE;
  }
  if (!server.settings['serializeLastProcessedZxid.enabled']) {
    return FAILED;
  }
  if (!isTime(server, 'restore', server.settings['admin.rateLimiterIntervalInMS'])) {
    return TOO_MANY;
  }
  const lastZxid = await lastZxidOf(body);
  if (lastZxid === null) {
    return FAILED;
  }
  await putBack(server, body);
  await directory?.snapshot();
  return { pairs: [['last_zxid', lastZxid]] };
}

/** All of it is read before anything is changed; null: it is no whole snapshot with a last zxid. */
async function lastZxidOf(body: Buffer): Promise<number | null> {
  try {
    for await (const part of readSnapshot(inPieces(body))) {
      if (part.kind === 'trailer') {
        return part.trailer.lastZxid;
      }
    }
  } catch {
    // Whatever is wrong with it, the answer is the same.
  }
  return null;
}

/**
 * Tree and sessions of the snapshot take the place of those that are there. The zxid goes on, so that what is logged behind
 * it fits the next recovery.
 */
async function putBack(server: Server, body: Buffer): Promise<void> {
  const { engine } = server;
  const header = { cxid: 0, zxid: engine.lastZxid, timeMs: server.clock.wallClock() };
  for (const sessionId of [...engine.sessions.keys()]) {
    engine.replay({ ...header, sessionId }, { type: 'closeSession', paths: [] });
  }
  const { sessions } = await loadTree(engine, inPieces(body));
  for (const { sessionId, sessionTimeoutMs } of sessions) {
    engine.replay({ ...header, sessionId }, { type: 'createSession', sessionTimeoutMs });
  }
  engine.finishReplay(header.zxid);
  for (const connection of server.connections) {
    engine.removePeer(connection);
  }
  server.isExpiryOff = true;
}

async function* inPieces(body: Buffer): AsyncGenerator<Buffer> {
  yield body;
}

/** Whether the last one is that long ago; if so, this is the last one now. */
function isTime(server: Server, name: 'snapshot' | 'restore', intervalMs: number): boolean {
  const now = server.clock.now();
  const before = server.lastAdminRuns[name];
  if (before !== null && now - before < intervalMs) {
    return false;
  }
  server.lastAdminRuns[name] = now;
  return true;
}
