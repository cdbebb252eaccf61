/**
 * How many bytes writes take in a multi, exactly: a server hangs up on one byte more than its jute.maxbuffer. The layout is
 * that of protocol/multi.ts and protocol/records.ts.
 */
import { type AclEntry, OPEN_ACL } from '../../protocol/acl.js';
import type { PlannedWrite } from './planned-write.js';

/** The request's header (xid, type), and the header that ends the list. */
export const MULTI_FRAME_BYTES = 8 + 9;

/** In front of each operation: type, done, err. */
const OP_HEADER_BYTES = 9;
const INT_BYTES = 4;
const LONG_BYTES = 8;

/**
 * Of one write with its checks; 0 for what stands in no multi.
 * @param chrootBytes in front of each path
 */
export function writeBytes(write: PlannedWrite, chrootBytes: number): number {
  if (write.op === 'setAcl') {
    return 0;
  }
  let bytes = OP_HEADER_BYTES + pathBytes(write.path, chrootBytes);
  for (const { path } of write.checks ?? []) {
    bytes += OP_HEADER_BYTES + pathBytes(path, chrootBytes) + INT_BYTES;
  }
  switch (write.op) {
    case 'create': {
      const ttlBytes = write.mode === 'ttl' ? LONG_BYTES : 0;
      return bytes + dataBytes(write.data) + aclBytes(write.acl ?? OPEN_ACL) + INT_BYTES + ttlBytes;
    }
    case 'setData':
      return bytes + dataBytes(write.data) + INT_BYTES;
    case 'delete':
      return bytes + INT_BYTES;
  }
}

/** Inside a chroot `/` is the chroot itself. */
function pathBytes(path: string, chrootBytes: number): number {
  const own = path === '/' && chrootBytes > 0 ? 0 : Buffer.byteLength(path);
  return INT_BYTES + chrootBytes + own;
}

function dataBytes(data: Buffer | null): number {
  return INT_BYTES + (data?.length ?? 0);
}

/** Lists of ACLs are shared by many znodes, and so is what they take. */
const knownAcls = new WeakMap<readonly AclEntry[], number>();

function aclBytes(acl: readonly AclEntry[]): number {
  let bytes = knownAcls.get(acl);
  if (bytes === undefined) {
    bytes = INT_BYTES;
    for (const { scheme, id } of acl) {
      bytes += INT_BYTES + INT_BYTES + Buffer.byteLength(scheme) + INT_BYTES + Buffer.byteLength(id);
    }
    knownAcls.set(acl, bytes);
  }
  return bytes;
}
