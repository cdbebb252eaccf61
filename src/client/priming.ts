/**
 * The frames that a connection begins with behind the handshake, as ClientCnxn.SendThread.primeConnection (ZooKeeper 3.9)
 * sends them: credentials, then watches. They are built anew for each connection.
 */
import { XID } from '../protocol/ids.js';
import { SET_WATCHES_CHARS_MAX } from '../protocol/limits.js';
import { encodeRequest } from '../protocol/messages.js';
import { OPS } from '../protocol/ops.js';
import type { ServerPath } from '../protocol/path.js';
import type { AuthInfo } from './api.js';
import { WATCH_KINDS, type WatchedPaths } from './watches.js';

export function authFrame({ scheme, credential }: AuthInfo): Buffer {
  return encodeRequest(OPS.auth, XID.auth, { type: 0, scheme, auth: credential });
}

/** A path's length in front of it. */
const STRING_HEADER_BYTES = 4;
/** Room for all of a SetWatches but its paths. */
const SET_WATCHES_FRAME_BYTES = 64;

/**
 * SetWatches in batches, each below 128 KiB and below what the server takes. SetWatches2 (105) only where a batch has
 * persistent watches: servers before 3.6 do not know it. Kinds stay in their order across batches, because on servers
 * before 3.9 the last one sent for a path counts.
 */
export function setWatchesFrames(paths: WatchedPaths, lastZxid: bigint, requestBytesMax: number): Buffer[] {
  const bytesMax = Math.min(SET_WATCHES_CHARS_MAX, requestBytesMax - SET_WATCHES_FRAME_BYTES);
  const frames: Buffer[] = [];
  let batch = emptyBatch();
  let bytes = 0;
  for (const kind of WATCH_KINDS) {
    for (const path of paths[kind]) {
      const pathBytes = Buffer.byteLength(path) + STRING_HEADER_BYTES;
      if (bytes > 0 && bytes + pathBytes > bytesMax) {
        frames.push(setWatchesFrame(batch, lastZxid));
        batch = emptyBatch();
        bytes = 0;
      }
      batch[kind].push(path);
      bytes += pathBytes;
    }
  }
  if (bytes > 0) {
    frames.push(setWatchesFrame(batch, lastZxid));
  }
  return frames;
}

type Batch = Record<keyof WatchedPaths, ServerPath[]>;

function emptyBatch(): Batch {
  return { data: [], exists: [], children: [], persistent: [], persistentRecursive: [] };
}

function setWatchesFrame(batch: Batch, relativeZxid: bigint): Buffer {
  const oneShot = {
    relativeZxid,
    dataWatches: batch.data,
    existWatches: batch.exists,
    childWatches: batch.children,
  };
  if (batch.persistent.length + batch.persistentRecursive.length === 0) {
    return encodeRequest(OPS.setWatches, XID.setWatches, oneShot);
  }
  return encodeRequest(OPS.setWatches2, XID.setWatches, {
    ...oneShot,
    persistentWatches: batch.persistent,
    persistentRecursiveWatches: batch.persistentRecursive,
  });
}

/** The bare header is all there is to these two. */
export const PING_FRAME: Buffer = headerFrame(XID.ping, OPS.ping.code);

export function headerFrame(xid: number, code: number): Buffer {
  const frame = Buffer.alloc(12);
  frame.writeInt32BE(8, 0);
  frame.writeInt32BE(xid, 4);
  frame.writeInt32BE(code, 8);
  return frame;
}
