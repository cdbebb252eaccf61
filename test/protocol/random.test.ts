/** Random values and random bytes. A failure prints its seed; `ZKSH_SEED=…` runs with it again. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isZkshError } from '../../src/errors.js';
import { formatAclEntry, parseAcl } from '../../src/protocol/acl.js';
import { FrameSplitter } from '../../src/protocol/frame.js';
import {
  type ConnectRequestValue,
  decodeConnectRequest,
  decodeConnectResponse,
  encodeConnectRequest,
} from '../../src/protocol/handshake.js';
import { formatZxid, parseZxid } from '../../src/protocol/ids.js';
import { JuteReader, JuteWriter } from '../../src/protocol/jute.js';
import {
  decodeNotification,
  decodeReply,
  decodeReplyHeader,
  decodeRequest,
  decodeRequestHeader,
  encodeRequest,
  skipErrorBody,
  writeReply,
} from '../../src/protocol/messages.js';
import type { MultiOperationInput, MultiReadResultRecord, MultiResultRecord } from '../../src/protocol/multi.js';
import { OPS, type Op } from '../../src/protocol/ops.js';
import { resolvePath, validatePath } from '../../src/protocol/path.js';
import { build } from '../helpers/byte-builder.js';
import { WIRE_CASES } from './wire-cases.js';

const RUNS = process.env.ZKSH_SEED === undefined ? {} : { seed: Number(process.env.ZKSH_SEED) };

const int = fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff });
const long = fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n });
const time = fc.integer({ min: -8_640_000_000_000_000, max: 8_640_000_000_000_000 });
/** Whole characters: a lone surrogate cannot be sent. */
const text = fc.string({ unit: 'binary', maxLength: 80 });
const maybeText = fc.option(text);
const data = fc.option(fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)));
const maybeTexts = fc.option(fc.array(maybeText, { maxLength: 5 }));
const acl = fc.array(fc.record({ perms: int, scheme: text, id: text }), { maxLength: 4 });
const maybeAcl = fc.option(acl);

const stat = fc.record({
  czxid: long,
  mzxid: long,
  ctime: time,
  mtime: time,
  version: int,
  cversion: int,
  aversion: int,
  ephemeralOwner: long,
  dataLength: int,
  numChildren: int,
  pzxid: long,
});
const create = { path: maybeText, data, acl: maybeAcl, flags: int };
const createTTL = { ...create, ttl: fc.integer({ min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER }) };

const multi: fc.Arbitrary<MultiOperationInput[]> = fc.array(
  fc.oneof(
    fc.record({ op: fc.constantFrom('create', 'create2', 'createContainer'), ...create }),
    fc.record({ op: fc.constant('createTTL'), ...createTTL }),
    fc.record({ op: fc.constantFrom('delete', 'check'), path: maybeText, version: int }),
    fc.record({ op: fc.constant('setData'), path: maybeText, data, version: int }),
  ),
  { maxLength: 6 },
);
const multiResults: fc.Arbitrary<MultiResultRecord[]> = fc.array(
  fc.oneof(
    fc.record({ op: fc.constant('create'), path: text }),
    fc.record({ op: fc.constant('create2'), path: text, stat }),
    fc.record({ op: fc.constantFrom('delete', 'check') }),
    fc.record({ op: fc.constant('setData'), stat }),
    fc.record({ op: fc.constant('error'), err: int }),
  ),
  { maxLength: 6 },
);
const multiReadResults: fc.Arbitrary<MultiReadResultRecord[]> = fc.array(
  fc.oneof(
    fc.record({ op: fc.constant('getData'), data, stat }),
    fc.record({ op: fc.constant('getChildren'), children: fc.array(text, { maxLength: 5 }) }),
    fc.record({ op: fc.constant('error'), err: int }),
  ),
  { maxLength: 6 },
);

describe('whatever a client asks, a server understands', () => {
  test.each<[Op, fc.Arbitrary<unknown>]>([
    [OPS.createTTL, fc.record(createTTL)],
    [OPS.setACL, fc.record({ path: maybeText, acl: maybeAcl, version: int })],
    [OPS.setWatches2, setWatches2()],
    [
      OPS.reconfig,
      fc.record({ joiningServers: maybeText, leavingServers: maybeText, newMembers: maybeText, curConfigId: long }),
    ],
    [OPS.auth, fc.record({ type: int, scheme: maybeText, auth: data })],
    [OPS.multi, multi],
  ])('$name', (op, requests) => {
    fc.assert(
      fc.property(int, requests, (xid, request) => {
        const reader = new JuteReader(encodeRequest(op, xid, request as never), 4);
        expect(decodeRequestHeader(reader)).toEqual({ xid, type: op.code });
        expect(decodeRequest(op, reader)).toEqual(request);
        expect(reader.remaining).toBe(0);
      }),
      RUNS,
    );
  });

  test('the handshake', () => {
    const requests: fc.Arbitrary<ConnectRequestValue> = fc.record({
      lastZxidSeen: long,
      sessionTimeoutMs: int,
      sessionId: long,
      password: data,
      readOnly: fc.option(fc.boolean()),
    });
    fc.assert(
      fc.property(requests, (request) => {
        expect(decodeConnectRequest(encodeConnectRequest(request).subarray(4))).toEqual(request);
      }),
      RUNS,
    );
  });
});

describe('whatever a server answers, a client understands', () => {
  test.each<[Op, fc.Arbitrary<unknown>]>([
    [OPS.getData, fc.record({ data, stat })],
    [OPS.getACL, fc.record({ acl, stat })],
    [OPS.getChildren2, fc.record({ children: fc.array(text, { maxLength: 20 }), stat })],
    [OPS.sync, fc.record({ path: maybeText })],
    [OPS.multi, multiResults],
    [OPS.multiRead, multiReadResults],
  ])('$name, in its own form of UTF-8 as well', (op, replies) => {
    fc.assert(
      fc.property(int, long, replies, fc.constantFrom('client', 'server'), (xid, zxid, reply, form) => {
        const writer = new JuteWriter(form);
        writeReply(writer, { xid, zxid, err: 0 }, op, reply as never);
        const reader = new JuteReader(writer.take(), 4);
        expect(decodeReplyHeader(reader)).toEqual({ xid, zxid, err: 0 });
        expect(decodeReply(op, reader)).toEqual(reply);
      }),
      RUNS,
    );
  });
});

describe('bytes that are wrong give a value or a ProtocolError, never anything else', () => {
  test('random bytes, as any message', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
        for (const op of Object.values<Op>(OPS)) {
          readAll(op, Buffer.from(bytes));
        }
      }),
      { ...RUNS, numRuns: 300 },
    );
  });

  test('good messages with a few bytes changed', () => {
    const damage = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(damage, (changes) => {
        for (const wire of WIRE_CASES) {
          for (const good of [wire.requestBytes, wire.replyBytes]) {
            const bytes = Buffer.from(good);
            for (const [at, byte] of changes) {
              if (bytes.length > 0) bytes[at % bytes.length] = byte;
            }
            readAll(OPS[wire.op], bytes);
          }
        }
      }),
      { ...RUNS, numRuns: 300 },
    );
  });

  test('every four bytes of a good reply replaced by lengths that cannot be', () => {
    for (const wire of WIRE_CASES) {
      for (const length of [-1, -2, -0x8000_0000, 0x7fff_ffff, 0x1000_0000, 0x0010_0000]) {
        for (let at = 0; at + 4 <= wire.replyBytes.length; at++) {
          const bytes = Buffer.from(wire.replyBytes);
          bytes.writeInt32BE(length, at);
          readAll(OPS[wire.op], bytes);
        }
      }
    }
  });
});

test('frames come out whole, however the stream is cut', () => {
  const frames = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 12 });
  fc.assert(
    fc.property(frames, fc.array(fc.nat({ max: 30 }), { maxLength: 60 }), (contents, sizes) => {
      const stream = Buffer.concat(contents.map((content) => build().raw(content).frame()));
      const splitter = new FrameSplitter(40);
      const found: Buffer[] = [];
      let at = 0;
      for (const size of [...sizes, stream.length]) {
        splitter.push(stream.subarray(at, at + size));
        at += size;
        for (let frame = splitter.next(); frame !== null; frame = splitter.next()) {
          found.push(frame);
        }
      }
      expect(found.map((frame) => [...frame])).toEqual(contents.map((content) => [...content]));
      expect(splitter.pendingBytes).toBe(0);
    }),
    RUNS,
  );
});

describe('text', () => {
  test('of any ACL entry that can be written is taken back', () => {
    const id = fc.string({ unit: 'grapheme', maxLength: 30 }).map((letters) => `${letters.trim()}|`);
    const entry = fc.record({ perms: int, scheme: fc.constantFrom('ip', 'sasl', 'x509'), id });
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1, maxLength: 4 }), (entries) => {
        expect(parseAcl(entries.map(formatAclEntry).join(','))).toEqual(entries);
      }),
      RUNS,
    );
  });

  test('of any number of 64 bits is taken back', () => {
    fc.assert(
      fc.property(long, (number) => {
        expect(parseZxid(formatZxid(number))).toBe(number);
        expect(parseZxid(`${number}`)).toBe(number);
      }),
      RUNS,
    );
  });

  test('that resolves to a path resolves to a legal one', () => {
    const words = fc.array(fc.constantFrom('/', '.', '..', 'a', 'b c', '\u0007', '😀', '//'), { maxLength: 8 });
    fc.assert(
      fc.property(words, (parts) => {
        const path = orError(() => resolvePath('/x/y', parts.join('')), 'usage');
        expect(path === null ? null : validatePath(path)).toBeNull();
      }),
      RUNS,
    );
  });
});

function setWatches2() {
  return fc.record({
    relativeZxid: long,
    dataWatches: maybeTexts,
    existWatches: maybeTexts,
    childWatches: maybeTexts,
    persistentWatches: maybeTexts,
    persistentRecursiveWatches: maybeTexts,
  });
}

function readAll(op: Op, bytes: Buffer): void {
  orError(() => decodeRequest(op, new JuteReader(bytes, 0, { form: 'server' })), 'protocol');
  orError(() => decodeReply(op, new JuteReader(bytes)), 'protocol');
  orError(() => skipErrorBody(op, new JuteReader(bytes)), 'protocol');
  orError(() => decodeNotification(new JuteReader(bytes)), 'protocol');
  orError(() => decodeConnectResponse(bytes), 'protocol');
}

/** null for an error of that kind; any other is the test's failure. */
function orError<T>(act: () => T, kind: 'protocol' | 'usage'): T | null {
  try {
    return act();
  } catch (error) {
    if (isZkshError(error) && error.kind === kind) return null;
    throw error;
  }
}
