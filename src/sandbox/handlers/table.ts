/** Which handler answers which operation. auth, sasl and the handshake are the connection's business. */
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

const WRITES: readonly (readonly [opCode: number, handler: Handler])[] = [
  [1, create],
  [2, remove],
  [5, setData],
  [7, setAcl],
  [9, sync],
  [14, multi],
  [15, create],
  [16, reconfig],
  [19, create],
  [20, deleteContainer],
  [21, create],
  [-10, createAgain],
  [-11, close],
];

const READS: readonly (readonly [opCode: number, handler: Handler])[] = [
  [3, exists],
  [4, getData],
  [6, getAcl],
  [8, getChildren],
  [11, ping],
  [12, getChildren],
  [17, removeOrCheckWatches],
  [18, removeOrCheckWatches],
  [22, multiRead],
  [101, setWatches],
  [103, getEphemerals],
  [104, getAllChildrenNumber],
  [105, setWatches],
  [106, addWatch],
  [107, whoAmI],
];

const BY_CODE: ReadonlyMap<number, Entry> = new Map<number, Entry>([
  ...WRITES.map(([opCode, handler]): [number, Entry] => [opCode, { handler, writes: true }]),
  ...READS.map(([opCode, handler]): [number, Entry] => [opCode, { handler, writes: false }]),
]);

/** undefined: -6, and the connection ends. */
export function findHandler(opCode: number): Entry | undefined {
  return BY_CODE.get(opCode);
}
