import { describe, expect, test } from 'vitest';
import { JuteReader, JuteWriter } from '../../src/protocol/jute.js';
import { decodeReply, decodeRequest, skipErrorBody, writeReply, writeRequest } from '../../src/protocol/messages.js';
import { findMultiFailure, type MultiResultRecord } from '../../src/protocol/multi.js';
import { OPS } from '../../src/protocol/ops.js';
import { build, fromHex } from '../helpers/byte-builder.js';

const END = 'ffffffff 01 ffffffff';

describe('a request', () => {
  test('of nothing is the end mark alone, both ways', () => {
    const writer = new JuteWriter();
    writeRequest(writer, OPS.multi, 1, []);
    expect(writer.take()).toEqual(build().int(1).int(14).hex(END).frame());
    expect(decodeRequest(OPS.multi, new JuteReader(fromHex(END)))).toEqual([]);
    expect(decodeRequest(OPS.multiRead, new JuteReader(fromHex(END)))).toEqual([]);
  });

  test('ends at the first header that says done, whatever its type', () => {
    const bytes = build().multiHeader(13, false, 5).string('/x').int(1).multiHeader(1, true, 9).string('junk').done();
    expect(decodeRequest(OPS.multi, new JuteReader(bytes))).toEqual([{ op: 'check', path: '/x', version: 1 }]);
  });

  test.each([7, 3, 4, 8, 12, 14, 0, -1, 99])('of type %d cannot stand in a multi', (type) => {
    const bytes = build().multiHeader(type, false, -1).string('/x').hex(END).done();
    expect(() => decodeRequest(OPS.multi, new JuteReader(bytes))).toThrow(
      `MultiRequest[0] at offset 0: an operation of type ${type}, which cannot stand here`,
    );
  });

  test.each([1, 2, 3, 5, 6, 12, 13, -1])('of type %d cannot stand in a multiRead', (type) => {
    const good = build().multiHeader(4, false, -1).string('/x').boolean(false).done();
    const bytes = build().raw(good).multiHeader(type, false, -1).string('/x').hex(END).done();
    expect(() => decodeRequest(OPS.multiRead, new JuteReader(bytes))).toThrow(
      `MultiReadRequest[1] at offset ${good.length}: an operation of type ${type}, which cannot stand here`,
    );
  });

  test('without an end is an error', () => {
    const bytes = build().multiHeader(13, false, -1).string('/x').int(1).done();
    expect(() => decodeRequest(OPS.multi, new JuteReader(bytes))).toThrow(/^MultiRequest\[1\] at offset 19: /);
  });

  test('says in which operation of it a value does not fit, and is not written at all', () => {
    const writer = new JuteWriter();
    expect(() =>
      writeRequest(writer, OPS.multi, 1, [
        { op: 'delete', path: '/a', version: 0 },
        { op: 'check', path: '/b', version: 2 ** 40 },
      ]),
    ).toThrow('MultiRequest[1].version: 1099511627776 is not an integer');
    expect(writer.length).toBe(0);
  });

  test('keeps a null path apart from an empty one', () => {
    const bytes = build().multiHeader(2, false, -1).string(null).int(0).multiHeader(2, false, -1).string('').int(0);
    expect(decodeRequest(OPS.multi, new JuteReader(bytes.hex(END).done()))).toEqual([
      { op: 'delete', path: null, version: 0 },
      { op: 'delete', path: '', version: 0 },
    ]);
  });
});

describe('a reply', () => {
  test('to createContainer and createTTL, and to create with flags 4, is that of create2', () => {
    const bytes = build().multiHeader(15, false, 0).string('/c').stat({ czxid: 9n }).hex(END).done();
    expect(decodeReply(OPS.multi, new JuteReader(bytes))).toMatchObject([
      { op: 'create2', path: '/c', stat: { czxid: 9n } },
    ]);
  });

  test.each([3, 19, 21, 99])('of type %d is nonsense', (type) => {
    const bytes = build().multiHeader(type, false, 0).string('/x').hex(END).done();
    expect(() => decodeReply(OPS.multi, new JuteReader(bytes))).toThrow('MultiResponse[0] at offset 0: ');
  });

  test('to a multiRead of 100,000 errors is read in one go', () => {
    const one = build().multiHeader(-1, false, -101).int(-101).done();
    const bytes = Buffer.concat([...Array<Buffer>(100_000).fill(one), fromHex(END)]);
    expect(decodeReply(OPS.multiRead, new JuteReader(bytes)).length).toBe(100_000);
  });

  test('that says MarshallingError may end with an empty result, or with nothing', () => {
    const writer = new JuteWriter('server');
    writeReply(writer, { xid: 3, zxid: 4n, err: -5 }, OPS.multi, []);
    expect(writer.take()).toEqual(build().int(3).long(4n).int(-5).hex(END).frame());
    writeReply(writer, { xid: 3, zxid: 4n, err: -5 }, OPS.multi, null);
    expect(writer.take()).toEqual(build().int(3).long(4n).int(-5).frame());

    for (const op of [OPS.multi, OPS.multiRead]) {
      expect(() => skipErrorBody(op, new JuteReader(fromHex(END)))).not.toThrow();
      expect(() => skipErrorBody(op, new JuteReader(Buffer.alloc(0)))).not.toThrow();
    }
  });

  test('that refuses a SASL step carries a null token', () => {
    const writer = new JuteWriter('server');
    writeReply(writer, { xid: 3, zxid: 0n, err: -115 }, OPS.sasl, { token: null });
    expect(writer.take()).toEqual(build().int(3).long(0n).int(-115).hex('ffffffff').frame());
    expect(() => skipErrorBody(OPS.sasl, new JuteReader(fromHex('ffffffff')))).not.toThrow();
  });

  test('that says any other error carries nothing more', () => {
    expect(() => skipErrorBody(OPS.getData, new JuteReader(Buffer.alloc(0)))).not.toThrow();
    expect(() => skipErrorBody(OPS.getData, new JuteReader(fromHex('00')))).toThrow(
      expect.objectContaining({ kind: 'protocol', record: 'GetDataResponse', offset: 0 }),
    );
  });
});

describe('where a multi failed', () => {
  const error = (err: number): MultiResultRecord => ({ op: 'error', err });
  test.each([
    ['at the first error that is neither 0 nor -2', [error(0), error(-101), error(-2)], { index: 1, err: -101 }],
    ['at the beginning', [error(-103), error(-2)], { index: 0, err: -103 }],
    ['nowhere', [{ op: 'check' }, { op: 'delete' }] as const, null],
    ['nowhere, if it was empty', [], null],
    ['somewhere, even if no server says it so', [error(0), error(-2)], { index: 0, err: 0 }],
  ])('%s', (_, results, expected) => {
    expect(findMultiFailure(results)).toEqual(expected);
  });
});
