/** Bodies of requests, written by the byte builder. What does not come from here in a case is meant to be broken. */
import { type ByteBuilder, build } from '../helpers/byte-builder.js';

/** perms, scheme, id */
export type AclTuple = readonly [number, string | null, string | null];

export const OPEN: readonly AclTuple[] = [[31, 'world', 'anyone']];
/** Everything but READ. */
export const NO_READ: readonly AclTuple[] = [[30, 'world', 'anyone']];

export const READ = 1;
export const WRITE = 2;
export const CREATE = 4;
export const DELETE = 8;
export const ADMIN = 16;

export const EPHEMERAL = 1;
export const SEQUENTIAL = 2;
export const EPHEMERAL_SEQUENTIAL = 3;
export const CONTAINER = 4;
export const TTL = 5;
export const TTL_SEQUENTIAL = 6;

export const OP = {
  create: 1,
  delete: 2,
  exists: 3,
  getData: 4,
  setData: 5,
  getACL: 6,
  setACL: 7,
  getChildren: 8,
  sync: 9,
  ping: 11,
  getChildren2: 12,
  check: 13,
  multi: 14,
  create2: 15,
  reconfig: 16,
  checkWatches: 17,
  removeWatches: 18,
  createContainer: 19,
  deleteContainer: 20,
  createTTL: 21,
  multiRead: 22,
  auth: 100,
  setWatches: 101,
  sasl: 102,
  getEphemerals: 103,
  getAllChildrenNumber: 104,
  setWatches2: 105,
  addWatch: 106,
  whoAmI: 107,
  closeSession: -11,
} as const;

export type OpName = keyof typeof OP;

export interface Creation {
  readonly path: string | null;
  readonly data?: string | Uint8Array | null;
  readonly acl?: readonly AclTuple[] | null;
  readonly flags?: number;
  /** Of createTTL, ms. */
  readonly ttl?: bigint;
}

export function bytesOf(data: string | Uint8Array | null | undefined): Buffer | null {
  return data === null || data === undefined ? null : Buffer.from(data as string);
}

export const body = {
  create: ({ path, data, acl, flags, ttl }: Creation): ByteBuilder => {
    const bytes = build()
      .string(path)
      .buffer(bytesOf(data))
      .acl(acl === undefined ? OPEN : acl)
      .int(flags ?? 0);
    return ttl === undefined ? bytes : bytes.long(ttl);
  },
  /** delete and check. */
  pathVersion: (path: string | null, version: number): ByteBuilder => build().string(path).int(version),
  /** exists, getData, getChildren, getChildren2. */
  pathWatch: (path: string | null, watch: boolean): ByteBuilder => build().string(path).boolean(watch),
  setData: (path: string | null, data: string | Uint8Array | null, version: number): ByteBuilder =>
    build().string(path).buffer(bytesOf(data)).int(version),
  setACL: (path: string | null, acl: readonly AclTuple[] | null, version: number): ByteBuilder =>
    build().string(path).acl(acl).int(version),
  path: (path: string | null): ByteBuilder => build().string(path),
  /** checkWatches and removeWatches: a type; addWatch: a mode. */
  pathInt: (path: string | null, value: number): ByteBuilder => build().string(path).int(value),
  auth: (scheme: string | null, credentials: string | Uint8Array | null): ByteBuilder =>
    build().int(0).string(scheme).buffer(bytesOf(credentials)),
  token: (token: Uint8Array | null): ByteBuilder => build().buffer(token),
  setWatches: (relativeZxid: number, lists: readonly (readonly string[] | null)[]): ByteBuilder => {
    const bytes = build().long(BigInt(relativeZxid));
    for (const list of lists) bytes.strings(list);
    return bytes;
  },
  reconfig: (joining: string | null, leaving: string | null, members: string | null, configId: bigint): ByteBuilder =>
    build().string(joining).string(leaving).string(members).long(configId),
  nothing: (): ByteBuilder => build(),
};

/** One operation inside a multi or multiRead. */
export interface Part {
  readonly type: number;
  readonly bytes: Buffer;
  readonly path: string | null;
  /** What the case says of it, for the ledger. */
  readonly creation?: Creation;
  readonly data?: string | Uint8Array | null;
}

/** Operations of a multi. */
export const part = {
  create: (
    path: string | null,
    more: Omit<Creation, 'path'> & { readonly as?: 'create2' | 'createContainer' | 'createTTL' } = {},
  ): Part => {
    const creation = { path, ...more };
    return { type: OP[more.as ?? 'create'], bytes: body.create(creation).done(), path, creation };
  },
  delete: (path: string | null, version = -1): Part => {
    return { type: OP.delete, bytes: body.pathVersion(path, version).done(), path };
  },
  setData: (path: string | null, data: string | Uint8Array | null = 'x', version = -1): Part => {
    return { type: OP.setData, bytes: body.setData(path, data, version).done(), path, data };
  },
  check: (path: string | null, version = -1): Part => {
    return { type: OP.check, bytes: body.pathVersion(path, version).done(), path };
  },
  getData: (path: string | null, watch = false): Part => {
    return { type: OP.getData, bytes: body.pathWatch(path, watch).done(), path };
  },
  getChildren: (path: string | null, watch = false): Part => {
    return { type: OP.getChildren, bytes: body.pathWatch(path, watch).done(), path };
  },
  /** What may not stand there, or is broken. */
  raw: (type: number, bytes: ByteBuilder = build()): Part => ({ type, bytes: bytes.done(), path: null }),
};

export function multiBody(parts: readonly Part[]): ByteBuilder {
  const bytes = build();
  for (const { type, bytes: operation } of parts) bytes.multiHeader(type, false, -1).raw(operation);
  return bytes.multiHeader(-1, true, -1);
}

/** The end of a list of operations or results. */
export const MULTI_END = 'ffffffff01ffffffff';
