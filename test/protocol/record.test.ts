import { expect, test } from 'vitest';
import type { ProtocolError, UsageError } from '../../src/errors.js';
import { JuteReader, JuteWriter } from '../../src/protocol/jute.js';
import {
  decodeRecord,
  encodeRecord,
  int,
  nullableString,
  nullableVector,
  record,
  string,
  time,
  type ValueOf,
  vector,
  writeRecord,
} from '../../src/protocol/record.js';
import {
  Create2Response,
  GetAclResponse,
  GetChildrenResponse,
  SetAclRequest,
  Stat,
} from '../../src/protocol/records.js';
import { build, fromHex } from '../helpers/byte-builder.js';

const Inner = record('Inner', { id: int, name: string });
const Outer = record('Outer', { label: nullableString, inner: vector(Inner), last: nullableVector(int) });

test('the type, the encoder and the decoder follow from one description', () => {
  const value: ValueOf<typeof Outer> = { label: null, inner: [{ id: 7, name: 'x' }], last: [1, 2] };
  const bytes = build().string(null).int(1).int(7).string('x').int(2).int(1).int(2).done();
  expect(encodeRecord(Outer, value)).toEqual(bytes);
  expect(decodeRecord(Outer, new JuteReader(bytes))).toEqual(value);
});

test('null and empty lists are different, both ways', () => {
  for (const [last, hex] of [
    [null, 'ffffffff'],
    [[], '00000000'],
  ] as const) {
    const bytes = build().string('').int(0).hex(hex).done();
    expect(encodeRecord(Outer, { label: '', inner: [], last })).toEqual(bytes);
    expect(decodeRecord(Outer, new JuteReader(bytes))).toEqual({ label: '', inner: [], last });
  }
});

test('an error says in which field of which element of which list', () => {
  const bytes = build().int(2).int(31).string('world').string('anyone').int(1).int(-7).done();
  expect(() => decodeRecord(GetAclResponse, new JuteReader(bytes))).toThrow(
    expect.objectContaining<Partial<ProtocolError>>({
      kind: 'protocol',
      record: 'GetACLResponse',
      field: 'acl[1].scheme',
      offset: 31,
      message: 'GetACLResponse.acl[1].scheme at offset 31: a string of length -7',
    }),
  );
});

test('an error in a record inside a record names both', () => {
  const bytes = build().string('/x').stat().done().subarray(0, 40);
  expect(() => decodeRecord(Create2Response, new JuteReader(bytes))).toThrow(
    'Create2Response.stat.version at offset 38: 4 bytes wanted, 2 left',
  );
});

test('null where a name must be is an error', () => {
  const bytes = build().strings(['a', null]).done();
  expect(() => decodeRecord(GetChildrenResponse, new JuteReader(bytes))).toThrow(
    'GetChildrenResponse.children[1] at offset 9: null, where a string must be',
  );
  expect(() => decodeRecord(GetChildrenResponse, new JuteReader(fromHex('ffffffff')))).toThrow(
    'GetChildrenResponse.children at offset 0: null, where a list must be',
  );
});

test.each(['7fffffff', '10000000', '00010000'])('a count of 0x%s in 20 bytes fails at once', (count) => {
  const bytes = fromHex(`${count} 00000000 00000000 00000000 00000000`);
  expect(() => decodeRecord(GetChildrenResponse, new JuteReader(bytes))).toThrow(/children at offset 0: a count of/);
  expect(() => decodeRecord(GetAclResponse, new JuteReader(bytes))).toThrow(/acl at offset 0: a count of/);
});

test('a time that no date can hold is an error, so that it cannot become one later', () => {
  const Times = record('Times', { ctime: time });
  const edge = build().long(8_640_000_000_000_000n).done();
  const beyond = build().long(8_640_000_000_000_001n).done();
  expect(decodeRecord(Times, new JuteReader(edge))).toEqual({ ctime: 8_640_000_000_000_000 });
  expect(() => decodeRecord(Times, new JuteReader(beyond))).toThrow('Times.ctime at offset 0: a time of');
});

test('a value that does not fit is the caller’s mistake, and nothing of it is written', () => {
  const writer = new JuteWriter();
  writer.int(1);
  expect(() =>
    writeRecord(SetAclRequest, writer, { path: '/x', acl: [{ perms: 2 ** 31, scheme: 's', id: 'i' }], version: 0 }),
  ).toThrow(
    expect.objectContaining<Partial<UsageError>>({
      kind: 'usage',
      message: 'SetACLRequest.acl[0].perms: 2147483648 is not an integer from -2147483648 to 2147483647',
    }),
  );
  expect(writer.take()).toEqual(fromHex('00000001'));
});

test('a Stat takes 68 bytes', () => {
  expect(Stat.bytesMin).toBe(68);
});
