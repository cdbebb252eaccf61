/**
 * A session that has only what a walk needs, over a tree in memory: requests are read and replies made by the records of the
 * protocol. It counts what was asked, and can be told what goes wrong.
 */
import type { Session } from '../../src/client/api.js';
import { KeeperError } from '../../src/errors.js';
import { JuteReader } from '../../src/protocol/jute.js';
import { MultiReadRequest, MultiReadResponse } from '../../src/protocol/multi.js';
import { READ_CODES, type ReadFrameOp } from '../../src/protocol/read-frame.js';
import { decodeRecord, encodeRecord } from '../../src/protocol/record.js';
import {
  GetChildren2Response,
  GetChildrenRequest,
  GetChildrenResponse,
  GetDataResponse,
} from '../../src/protocol/records.js';
import type { Stat } from '../../src/protocol/stat.js';

export interface TreeZnode {
  readonly children: readonly string[];
  readonly data?: Buffer | null;
  /** Name of the error it is answered with. */
  readonly refusal?: string;
}

export interface TreeSession {
  readonly session: Session;
  /** Of requests, by op; of what was asked for in each multiRead. */
  readonly counts: Record<ReadFrameOp, number> & { inFlight: number; inFlightMax: number };
  readonly batches: { readonly count: number; readonly requestBytes: number; readonly replyBytes: number }[];
  /** Before each answer to so many reads; what it throws is the answer. */
  before: (op: ReadFrameOp, count: number) => void;
}

/** Length, xid, type. */
const HEADER_BYTES = 12;
const ERROR_NUMBERS: Readonly<Record<string, number>> = { NONODE: -101, NOAUTH: -102 };

/** @param tree path to names of children, or more */
export function treeSession(tree: ReadonlyMap<string, TreeZnode>, chroot = ''): TreeSession {
  const counts = {
    getData: 0,
    getChildren: 0,
    getChildren2: 0,
    multiRead: 0,
    listWithData: 0,
    inFlight: 0,
    inFlightMax: 0,
  };
  const batches: { count: number; requestBytes: number; replyBytes: number }[] = [];
  const fake: TreeSession = {
    session: { chroot, readFrame, getData: refuseFlags } as unknown as Session,
    counts,
    batches,
    before: () => {},
  };

  async function refuseFlags(path: string): Promise<never> {
    throw new KeeperError('NONODE', 'there is none', { path });
  }

  async function readFrame<T>(op: ReadFrameOp, frame: Buffer, read: (reader: JuteReader) => T): Promise<T> {
    counts[op] += 1;
    counts.inFlight += 1;
    counts.inFlightMax = Math.max(counts.inFlightMax, counts.inFlight);
    expectHeader(op, frame);
    await new Promise((resolve) => setImmediate(resolve));
    counts.inFlight -= 1;
    fake.before(
      op,
      op === 'multiRead' ? decodeRecord(MultiReadRequest, new JuteReader(frame, HEADER_BYTES)).length : 1,
    );
    const reader = new JuteReader(op === 'multiRead' ? answerMultiRead(frame) : answerSingle(op, frame));
    const value = read(reader);
    if (reader.remaining !== 0) throw new Error(`${reader.remaining} bytes were left unread`);
    return value;
  }

  function answerMultiRead(frame: Buffer): Buffer {
    const asked = decodeRecord(MultiReadRequest, new JuteReader(frame, HEADER_BYTES));
    const reply = encodeRecord(
      MultiReadResponse,
      asked.map(({ op, path }) => {
        const znode = tree.get(path ?? '');
        const refusal = znode === undefined ? 'NONODE' : znode.refusal;
        if (znode === undefined || refusal !== undefined) {
          return { op: 'error' as const, err: ERROR_NUMBERS[refusal ?? ''] ?? -1 };
        }
        return op === 'getChildren'
          ? { op, children: [...znode.children] }
          : { op, data: znode.data ?? null, stat: statOf(znode) };
      }),
    );
    batches.push({ count: asked.length, requestBytes: frame.length, replyBytes: reply.length });
    return reply;
  }

  function answerSingle(op: ReadFrameOp, frame: Buffer): Buffer {
    const { path } = decodeRecord(GetChildrenRequest, new JuteReader(frame, HEADER_BYTES));
    const znode = tree.get(path ?? '');
    if (znode === undefined || znode.refusal !== undefined) {
      throw new KeeperError(znode?.refusal ?? 'NONODE', 'no', { op });
    }
    if (op === 'getData') return encodeRecord(GetDataResponse, { data: znode.data ?? null, stat: statOf(znode) });
    const children = [...znode.children];
    return op === 'getChildren'
      ? encodeRecord(GetChildrenResponse, { children })
      : encodeRecord(GetChildren2Response, { children, stat: statOf(znode) });
  }

  return fake;
}

function expectHeader(op: ReadFrameOp, frame: Buffer): void {
  if (frame.readInt32BE(0) !== frame.length - 4 || frame.readInt32BE(8) !== READ_CODES[op]) {
    throw new Error(`a frame that says ${frame.subarray(0, HEADER_BYTES).toString('hex')} for ${op}`);
  }
}

export function statOf({ children, data }: TreeZnode): Stat {
  return {
    czxid: 0x1_0000_0007n,
    mzxid: -1n,
    pzxid: 0x7fff_ffff_ffff_fff0n,
    ctime: 1_700_000_000_123,
    mtime: 1_800_000_000_456,
    version: 1,
    cversion: 2,
    aversion: 3,
    ephemeralOwner: 0n,
    dataLength: data?.length ?? 0,
    numChildren: children.length,
  };
}

/** `{ '/': ['a'], '/a': [] }` as a tree. */
export function plainTree(children: Readonly<Record<string, readonly string[]>>): Map<string, TreeZnode> {
  return new Map(Object.entries(children).map(([path, names]) => [path, { children: names }]));
}

/** Each of `width` children has as many, `depth` levels deep; and what a walk should tell. */
export function bigTree(
  width: number,
  depth: number,
  data: Buffer | null = null,
): { readonly tree: Map<string, TreeZnode>; readonly expected: string[] } {
  const tree = new Map<string, TreeZnode>();
  const expected: string[] = [];
  const grow = (path: string, level: number): void => {
    expected.push(path);
    const names =
      level === depth ? [] : Array.from({ length: width }, (_, index) => `n${String(index).padStart(6, '0')}`);
    tree.set(path, { children: [...names].reverse(), data });
    for (const name of names) {
      grow(path === '/' ? `/${name}` : `${path}/${name}`, level + 1);
    }
  };
  grow('/', 0);
  return { tree, expected };
}
