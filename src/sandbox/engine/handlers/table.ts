/** Which handler answers which operation. auth, sasl and the handshake are the connection's business. */
import { OPS } from '../../../protocol/ops.js';
import type { Handler } from '../call.js';
import { getAcl, setAcl } from './acl.js';
import { create } from './create.js';
import { deleteContainer, remove } from './delete.js';
import { exists } from './exists.js';
import { getAllChildrenNumber, getChildren } from './get-children.js';
import { getData } from './get-data.js';
import { multi } from './multi.js';
import { multiRead } from './multi-read.js';
import { reconfig } from './reconfig.js';
import { close, createAgain, getEphemerals, ping, sync, whoAmI } from './session.js';
import { setData } from './set-data.js';
import { setWatches } from './set-watches.js';
import { addWatch, removeOrCheckWatches } from './watches.js';

/** `writes`: a server in read-only mode answers -119, to sync as well (ReadOnlyRequestProcessor). */
export interface Entry {
  readonly handler: Handler;
  readonly writes: boolean;
}

/** Internal: no client should send it. */
const CREATE_SESSION = -10;

const WRITES: readonly (readonly [opCode: number, handler: Handler])[] = [
  [OPS.create.code, create],
  [OPS.delete.code, remove],
  [OPS.setData.code, setData],
  [OPS.setACL.code, setAcl],
  [OPS.sync.code, sync],
  [OPS.multi.code, multi],
  [OPS.create2.code, create],
  [OPS.reconfig.code, reconfig],
  [OPS.createContainer.code, create],
  [OPS.deleteContainer.code, deleteContainer],
  [OPS.createTTL.code, create],
  [CREATE_SESSION, createAgain],
  [OPS.closeSession.code, close],
];

const READS: readonly (readonly [opCode: number, handler: Handler])[] = [
  [OPS.exists.code, exists],
  [OPS.getData.code, getData],
  [OPS.getACL.code, getAcl],
  [OPS.getChildren.code, getChildren],
  [OPS.ping.code, ping],
  [OPS.getChildren2.code, getChildren],
  [OPS.checkWatches.code, removeOrCheckWatches],
  [OPS.removeWatches.code, removeOrCheckWatches],
  [OPS.multiRead.code, multiRead],
  [OPS.setWatches.code, setWatches],
  [OPS.getEphemerals.code, getEphemerals],
  [OPS.getAllChildrenNumber.code, getAllChildrenNumber],
  [OPS.setWatches2.code, setWatches],
  [OPS.addWatch.code, addWatch],
  [OPS.whoAmI.code, whoAmI],
];

const BY_CODE: ReadonlyMap<number, Entry> = new Map<number, Entry>([
  ...WRITES.map(([opCode, handler]): [number, Entry] => [opCode, { handler, writes: true }]),
  ...READS.map(([opCode, handler]): [number, Entry] => [opCode, { handler, writes: false }]),
]);

/** undefined: -6, and the connection ends. */
export function findHandler(opCode: number): Entry | undefined {
  return BY_CODE.get(opCode);
}
