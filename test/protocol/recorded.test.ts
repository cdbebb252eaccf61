/** A conversation recorded between a client and ZooKeeper 3.9, byte for byte, in both directions. */
import { describe, expect, test } from 'vitest';
import { FrameSplitter } from '../../src/protocol/frame.js';
import {
  decodeConnectRequest,
  decodeConnectResponse,
  encodeConnectRequest,
  encodeConnectResponse,
  sessionPassword,
} from '../../src/protocol/handshake.js';
import { JuteReader, JuteWriter } from '../../src/protocol/jute.js';
import {
  decodeNotification,
  decodeReply,
  decodeReplyHeader,
  decodeRequest,
  decodeRequestHeader,
  encodeRequest,
  skipErrorBody,
  writeNotification,
  writeReply,
} from '../../src/protocol/messages.js';
import { OPS } from '../../src/protocol/ops.js';
import { fromHex } from '../helpers/byte-builder.js';

const openAcl = [{ perms: 31, scheme: 'world', id: 'anyone' }];
const statOfX = {
  czxid: 0x13n,
  mzxid: 0x13n,
  ctime: 0x1a2_02f0_db99,
  mtime: 0x1a2_02f0_db99,
  version: 0,
  cversion: 0,
  aversion: 0,
  ephemeralOwner: 0n,
  dataLength: 2,
  numChildren: 0,
  pzxid: 0x13n,
};
const statAfterSet = { ...statOfX, mzxid: 0x14n, mtime: 0x1a2_02f0_dba1, version: 1 };

const EXCHANGE = [
  {
    name: 'create /x "hi", open to all',
    op: OPS.create,
    xid: 1,
    request: { path: '/x', data: Buffer.from('hi'), acl: openAcl, flags: 0 },
    sent: '00000033 00000001 00000001 00000002 2f78 00000002 6869 00000001 0000001f 00000005 776f726c64 00000006 616e796f6e65 00000000',
    zxid: 0x13n,
    err: 0,
    reply: { path: '/x' },
    received: '00000016 00000001 0000000000000013 00000000 00000002 2f78',
  },
  {
    name: 'exists /x with a watch',
    op: OPS.exists,
    xid: 2,
    request: { path: '/x', watch: true },
    sent: '0000000f 00000002 00000003 00000002 2f78 01',
    zxid: 0x13n,
    err: 0,
    reply: { stat: statOfX },
    received: `00000054 00000002 0000000000000013 00000000
      0000000000000013 0000000000000013 000001a202f0db99 000001a202f0db99 00000000 00000000 00000000
      0000000000000000 00000002 00000000 0000000000000013`,
  },
  {
    name: 'setData /x "ho" at version 0',
    op: OPS.setData,
    xid: 3,
    request: { path: '/x', data: Buffer.from('ho'), version: 0 },
    sent: '00000018 00000003 00000005 00000002 2f78 00000002 686f 00000000',
    zxid: 0x14n,
    err: 0,
    reply: { stat: statAfterSet },
    received: `00000054 00000003 0000000000000014 00000000
      0000000000000013 0000000000000014 000001a202f0db99 000001a202f0dba1 00000001 00000000 00000000
      0000000000000000 00000002 00000000 0000000000000013`,
  },
  {
    name: 'getData /nope, which is not there',
    op: OPS.getData,
    xid: 4,
    request: { path: '/nope', watch: false },
    sent: '00000012 00000004 00000004 00000005 2f6e6f7065 00',
    zxid: 0x14n,
    err: -101,
    reply: null,
    received: '00000010 00000004 0000000000000014 ffffff9b',
  },
  {
    name: 'multi: check and delete /x',
    op: OPS.multi,
    xid: 6,
    request: [
      { op: 'check', path: '/x', version: 1 },
      { op: 'delete', path: '/x', version: 1 },
    ],
    sent: '00000037 00000006 0000000e 0000000d 00 ffffffff 00000002 2f78 00000001 00000002 00 ffffffff 00000002 2f78 00000001 ffffffff 01 ffffffff',
    zxid: 0x15n,
    err: 0,
    reply: [{ op: 'check' }, { op: 'delete' }],
    received:
      '0000002b 00000006 0000000000000015 00000000 0000000d 00 00000000 00000002 00 00000000 ffffffff 01 ffffffff',
  },
  {
    name: 'ping',
    op: OPS.ping,
    xid: -2,
    request: {},
    sent: '00000008 fffffffe 0000000b',
    zxid: 0x15n,
    err: 0,
    reply: {},
    received: '00000010 fffffffe 0000000000000015 00000000',
  },
  {
    name: 'addWatch /y, recursive',
    op: OPS.addWatch,
    xid: 7,
    request: { path: '/y', mode: 1 },
    sent: '00000012 00000007 0000006a 00000002 2f79 00000001',
    zxid: 0x15n,
    err: 0,
    reply: { err: 0 },
    received: '00000014 00000007 0000000000000015 00000000 00000000',
  },
  {
    name: 'closeSession',
    op: OPS.closeSession,
    xid: 9,
    request: {},
    sent: '00000008 00000009 fffffff5',
    zxid: 0x16n,
    err: 0,
    reply: {},
    received: '00000010 00000009 0000000000000016 00000000',
  },
] as const;

describe.each(EXCHANGE)('$name', ({ op, xid, request, sent, zxid, err, reply, received }) => {
  test('the client writes the request', () => {
    expect(encodeRequest(op, xid, request as never)).toEqual(fromHex(sent));
  });

  test('a server reads it', () => {
    const reader = new JuteReader(onlyFrame(sent));
    expect(decodeRequestHeader(reader)).toEqual({ xid, type: op.code });
    expect(decodeRequest(op, reader)).toEqual(request);
    expect(reader.remaining).toBe(0);
  });

  test('a server writes the reply', () => {
    const writer = new JuteWriter('server');
    writeReply(writer, { xid, zxid, err }, op, reply as never);
    expect(writer.take()).toEqual(fromHex(received));
  });

  test('the client reads it', () => {
    const reader = new JuteReader(onlyFrame(received));
    expect(decodeReplyHeader(reader)).toEqual({ xid, zxid, err });
    if (err === 0) {
      expect(decodeReply(op, reader)).toEqual(reply);
    } else {
      skipErrorBody(op, reader);
    }
    expect(reader.remaining).toBe(0);
  });
});

const CONNECT_REQUEST =
  '0000002d 00000000 0000000000000000 00002710 0000000000000000 00000010 00000000000000000000000000000000 00';
const CONNECT_RESPONSE = '00000025 00000000 00002710 0100003bbac20001 00000010 9f9f15b3c926eb183f35275bee7657b3 00';

test('the handshake, both ways', () => {
  const request = {
    lastZxidSeen: 0n,
    sessionTimeoutMs: 10_000,
    sessionId: 0n,
    password: Buffer.alloc(16),
    readOnly: false,
  };
  expect(encodeConnectRequest(request)).toEqual(fromHex(CONNECT_REQUEST));
  expect(decodeConnectRequest(onlyFrame(CONNECT_REQUEST))).toEqual(request);

  const response = {
    kind: 'session',
    sessionTimeoutMs: 10_000,
    sessionId: 0x0100003bbac20001n,
    password: fromHex('9f9f15b3c926eb183f35275bee7657b3'),
    readOnly: false,
  } as const;
  expect(encodeConnectResponse(response)).toEqual(fromHex(CONNECT_RESPONSE));
  expect(decodeConnectResponse(onlyFrame(CONNECT_RESPONSE))).toEqual(response);
});

test('the password follows from the session id', () => {
  expect(sessionPassword(0x0100003bbac20001n).toString('hex')).toBe('9f9f15b3c926eb183f35275bee7657b3');
});

test.each([
  {
    server: '3.9',
    zxid: 0x14n,
    received: '0000001e ffffffff 0000000000000014 00000000 00000003 00000003 00000002 2f78',
  },
  { server: '3.8', zxid: -1n, received: '0000001e ffffffff ffffffffffffffff 00000000 00000003 00000003 00000002 2f78' },
])('the notification of the change, as $server sends it', ({ zxid, received }) => {
  const event = { type: 3, state: 3, path: '/x' };
  const writer = new JuteWriter('server');
  writeNotification(writer, zxid, event);
  expect(writer.take()).toEqual(fromHex(received));

  const reader = new JuteReader(onlyFrame(received));
  expect(decodeReplyHeader(reader)).toEqual({ xid: -1, zxid, err: 0 });
  expect(decodeNotification(reader)).toEqual(event);
});

test('a failed multi: rolled back, failed, never tried', () => {
  const results = [
    { op: 'error', err: 0 },
    { op: 'error', err: -101 },
    { op: 'error', err: -2 },
  ] as const;
  const body =
    'ffffffff 00 00000000 00000000  ffffffff 00 ffffff9b ffffff9b  ffffffff 00 fffffffe fffffffe  ffffffff 01 ffffffff';
  const writer = new JuteWriter('server');
  writeReply(writer, { xid: 1, zxid: 2n, err: 0 }, OPS.multi, results);
  expect(writer.take().subarray(20)).toEqual(fromHex(body));
  expect(decodeReply(OPS.multi, new JuteReader(fromHex(body)))).toEqual(results);
});

test('the whole conversation in one stream comes apart at its frames', () => {
  const frames = [CONNECT_RESPONSE, ...EXCHANGE.map((step) => step.received)].map((hex) => fromHex(hex));
  const splitter = new FrameSplitter(1_000);
  splitter.push(Buffer.concat(frames));
  for (const frame of frames) {
    expect(splitter.next()).toEqual(frame.subarray(4));
  }
  expect(splitter.next()).toBeNull();
});

function onlyFrame(hex: string): Buffer {
  const bytes = fromHex(hex);
  expect(bytes.readInt32BE(0)).toBe(bytes.length - 4);
  return bytes.subarray(4);
}
