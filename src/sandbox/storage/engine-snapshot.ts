/**
 * A running engine to the bytes of a snapshot, and back. Without files: the AdminServer's snapshot and restore use it too.
 * Follows ZooKeeperServer.takeSnapshot and restoreFromSnapshot (ZooKeeper 3.9).
 */
import type { SnapshotSession, SnapshotTrailer, StoredState } from '../../protocol/files/snapshot.js';
import { readSnapshot } from '../../protocol/files/snapshot-reader.js';
import { writeSnapshot } from '../../protocol/files/snapshot-writer.js';
import { Malformed } from '../../protocol/jute.js';
import type { Engine } from '../engine/engine.js';

export interface EngineSnapshot {
  /** Every transaction up to this one is in it. */
  readonly zxid: number;
  /**
   * The bytes, made as they are asked for. What happens to the tree meanwhile may be in them (a fuzzy snapshot), unless all
   * are taken at once.
   */
  readonly pieces: Iterable<Buffer>;
  /** Known when all pieces were taken. */
  readonly znodesCount: () => number;
}

/** Begins now. `hasLastZxid`: ends with the last zxid, as those of 3.9. */
export function snapshotOf(engine: Engine, hasLastZxid = true): EngineSnapshot {
  const zxid = engine.lastZxid;
  let znodesCount = 0;
  // What is created from now on comes back with its transaction. Left out, it cannot be what a Java server stumbles over: a
  // znode below one that was deleted and made anew meanwhile, which that forgets to enter among the children.
  const before = function* (): Generator<StoredState> {
    for (const znode of engine.tree.walk()) {
      if (znode.czxid <= zxid) {
        znodesCount++;
        yield znode;
      }
    }
  };
  const pieces = writeSnapshot({
    sessions: [...engine.sessions.values()],
    aclLists: engine.tree.aclLists(),
    znodes: before(),
    trailer: () => trailerOf(engine, hasLastZxid),
  });
  return { zxid, pieces, znodesCount: () => znodesCount };
}

function trailerOf({ settings, digest, lastZxid }: Engine, hasLastZxid: boolean): SnapshotTrailer {
  // A server that never had a transaction has not computed its digest yet.
  const treeDigest = lastZxid === 0 ? 0n : digest.treeDigest;
  return {
    digest: settings.digestEnabled ? { zxid: lastZxid, version: digest.version, treeDigest } : null,
    lastZxid: hasLastZxid ? lastZxid : null,
  };
}

export interface LoadedSnapshot {
  readonly sessions: readonly SnapshotSession[];
  readonly trailer: SnapshotTrailer;
  /** Znodes whose ACL list is not in the file: only transactions behind it can tell. */
  readonly strangersCount: number;
}

/**
 * Replaces the tree by that of a snapshot; sessions are only told.
 * @throws Malformed, and then the tree is neither the old nor the new one
 */
export async function loadTree(engine: Engine, pieces: AsyncIterable<Uint8Array>): Promise<LoadedSnapshot> {
  let sessions: readonly SnapshotSession[] = [];
  let strangersCount = 0;
  let znodesCount = 0;
  engine.tree.clear();
  for await (const part of readSnapshot(pieces)) {
    switch (part.kind) {
      case 'sessions':
        ({ sessions } = part);
        break;
      case 'znodes':
        strangersCount += part.strangersCount;
        znodesCount += part.znodes.length;
        for (const znode of part.znodes) {
          engine.tree.restore(znode);
        }
        break;
      case 'trailer':
        // The tree counts its root twice. Whatever has no parent, or is there twice, a Java server refuses as well.
        if (znodesCount !== engine.tree.nodeCount - 1) {
          throw new Malformed('znodes without a parent, or with the same path', 0);
        }
        return { sessions, trailer: part.trailer, strangersCount };
    }
  }
  throw new Malformed('the file ends without a trailer', 0);
}
