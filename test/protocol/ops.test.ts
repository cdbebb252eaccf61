import { describe, expect, expectTypeOf, test } from 'vitest';
import { isZkshError, type ProtocolError } from '../../src/errors.js';
import { JuteReader, JuteWriter } from '../../src/protocol/jute.js';
import {
  decodeReply,
  decodeReplyHeader,
  decodeRequest,
  decodeRequestHeader,
  encodeRequest,
  writeReply,
} from '../../src/protocol/messages.js';
import { findOp, OPS, type Op, type ReplyOf, type RequestOf } from '../../src/protocol/ops.js';
import type { Stat } from '../../src/protocol/stat.js';
import { build } from '../helpers/byte-builder.js';
import { WIRE_CASES } from './wire-cases.js';

test('every operation has its case here', () => {
  expect(WIRE_CASES.map((wire) => wire.op).sort()).toEqual(Object.keys(OPS).sort());
});

describe.each(WIRE_CASES)('$op', ({ op: name, request, requestBytes, reply, replyBytes }) => {
  const op: Op = OPS[name];

  test('the client writes the request, a server reads it', () => {
    const frame = build().int(5).int(op.code).raw(requestBytes).frame();
    expect(encodeRequest(op, 5, request as never)).toEqual(frame);

    const reader = new JuteReader(frame.subarray(4));
    expect(decodeRequestHeader(reader)).toEqual({ xid: 5, type: op.code });
    expect(decodeRequest(op, reader)).toEqual(request);
    expect(reader.remaining).toBe(0);
  });

  test('a server writes the reply, the client reads it', () => {
    const frame = build().int(5).long(0x1_0000_0001n).int(0).raw(replyBytes).frame();
    const writer = new JuteWriter('server');
    writeReply(writer, { xid: 5, zxid: 0x1_0000_0001n, err: 0 }, op, reply as never);
    expect(writer.take()).toEqual(frame);

    const reader = new JuteReader(frame.subarray(4));
    expect(decodeReplyHeader(reader)).toEqual({ xid: 5, zxid: 0x1_0000_0001n, err: 0 });
    expect(decodeReply(op, reader)).toEqual(reply);
  });

  test('a request cut at any byte is an error that names record, field and offset', () => {
    for (let length = 0; length < requestBytes.length; length++) {
      const cut = new JuteReader(requestBytes.subarray(0, length));
      expectProtocolError(() => decodeRequest(op, cut), op.request.name, length);
    }
  });

  test('a reply cut at any byte is an error that names record, field and offset', () => {
    for (let length = 0; length < replyBytes.length; length++) {
      const cut = new JuteReader(replyBytes.subarray(0, length));
      expectProtocolError(() => decodeReply(op, cut), op.reply.name, length);
    }
  });

  test('a byte too many behind a reply is an error, behind a request it is ignored', () => {
    const longer = new JuteReader(Buffer.concat([replyBytes, Buffer.from([0])]));
    expectProtocolError(() => decodeReply(op, longer), op.reply.name, replyBytes.length, null);
    expect(decodeRequest(op, new JuteReader(Buffer.concat([requestBytes, Buffer.from([7])])))).toEqual(request);
  });
});

test('a header cut at any byte is an error', () => {
  const request = build().int(1).int(4).done();
  const reply = build().int(1).long(2n).int(0).done();
  for (let length = 0; length < request.length; length++) {
    const cut = new JuteReader(request.subarray(0, length));
    expectProtocolError(() => decodeRequestHeader(cut), 'RequestHeader', length);
  }
  for (let length = 0; length < reply.length; length++) {
    const cut = new JuteReader(reply.subarray(0, length));
    expectProtocolError(() => decodeReplyHeader(cut), 'ReplyHeader', length);
  }
});

test('the numbers are those of ZooKeeper, each once', () => {
  const numbers = Object.fromEntries(Object.values(OPS).map((op) => [op.name, op.code]));
  expect(numbers).toEqual({
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
  });
  expect(new Set(Object.values(numbers)).size).toBe(Object.keys(OPS).length);
});

test('an operation is found by its number, and nothing by a number that no server knows', () => {
  for (const op of Object.values(OPS)) {
    expect(findOp(op.code)).toBe(op);
  }
  expect([-10, -1, 0, 10, 23, 99, 108, 1000].map(findOp)).toEqual(Array(8).fill(undefined));
});

test('each name in the table is its key, and each path field a field of its record', () => {
  for (const [key, op] of Object.entries(OPS)) {
    expect(op.name).toBe(key);
    expect(op.request.fields).toEqual(expect.arrayContaining([...op.requestPaths]));
    expect(op.reply.fields).toEqual(expect.arrayContaining([...op.replyPaths]));
  }
});

test('every field that is called a path is one for the chroot', () => {
  for (const op of Object.values(OPS)) {
    const paths = (fields: readonly string[]) => fields.filter((field) => /path|Watches$/i.test(field));
    expect(op.requestPaths, op.name).toEqual(paths(op.request.fields));
    expect(op.replyPaths, op.name).toEqual(op.name === 'getEphemerals' ? ['ephemerals'] : paths(op.reply.fields));
  }
});

test('requests and replies have the types of their records', () => {
  expectTypeOf<RequestOf<typeof OPS.getData>>().toEqualTypeOf<{
    readonly path: string | null;
    readonly watch: boolean;
  }>();
  expectTypeOf<ReplyOf<typeof OPS.getData>>().toEqualTypeOf<{ readonly data: Buffer | null; readonly stat: Stat }>();
  expectTypeOf<ReplyOf<typeof OPS.getChildren>>().toEqualTypeOf<{ readonly children: string[] }>();
  expectTypeOf<readonly string[]>().toExtend<RequestOf<typeof OPS.setWatches>['dataWatches']>();
  expectTypeOf<Extract<ReplyOf<typeof OPS.multiRead>[number], { op: 'error' }>>().toEqualTypeOf<{
    readonly op: 'error';
    readonly err: number;
  }>();
});

test('the operations that may have been applied without a reply', () => {
  const writes = Object.values(OPS).flatMap((op) => (op.writes ? [op.name] : []));
  expect(writes).toEqual([
    'create',
    'delete',
    'setData',
    'setACL',
    'multi',
    'create2',
    'reconfig',
    'createContainer',
    'deleteContainer',
    'createTTL',
    'closeSession',
  ]);
});

function expectProtocolError(act: () => unknown, record: string, length: number, field: 'any' | null = 'any'): void {
  const error = thrownBy(act);
  expect(error).toMatchObject({ kind: 'protocol', record });
  expect(error.offset).toBeGreaterThanOrEqual(0);
  expect(error.offset).toBeLessThanOrEqual(length);
  expect(error.message).toContain(`${error.offset}`);
  expect(typeof error.field).toBe(field === null ? 'undefined' : 'string');
  expect(error.message).toContain(error.record);
  expect(error.message).toContain(error.field ?? '');
}

function thrownBy(act: () => unknown): ProtocolError {
  try {
    act();
  } catch (error) {
    if (isZkshError(error) && error.kind === 'protocol') return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
