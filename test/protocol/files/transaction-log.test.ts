import { describe, expect, test } from 'vitest';
import { adler32 } from '../../../src/protocol/files/adler32.js';
import {
  LOG_HEADER,
  type LogEnding,
  type LogEntry,
  readLog,
  writeEntry,
} from '../../../src/protocol/files/transaction-log.js';
import { JuteWriter } from '../../../src/protocol/jute.js';
import { build } from '../../helpers/byte-builder.js';
import { pieces, recorded } from './recorded.js';

const LOG = recorded('log.1');
/** Where its padding begins. */
const END = 3296;
const WORLD = [{ perms: 31, scheme: 'world', id: 'anyone' }];

async function read(bytes: Buffer, pieceBytes?: number): Promise<{ entries: LogEntry[]; ending: LogEnding | null }> {
  const all: LogEntry[] = [];
  let last: LogEnding | null = null;
  for await (const { entries, ending } of readLog(pieces(bytes, pieceBytes))) {
    all.push(...entries);
    last = ending;
  }
  return { entries: all, ending: last };
}

/** An entry made by hand around a body. */
function entry(body: Buffer): Buffer {
  return build()
    .long(BigInt(adler32(body)))
    .buffer(body)
    .byte(0x42)
    .done();
}

function header(type: number, zxid = 1n): ReturnType<typeof build> {
  return build().long(5n).int(3).long(zxid).long(1000n).int(type);
}

function log(...parts: Buffer[]): Buffer {
  return Buffer.concat([Buffer.from('5a4b4c47000000020000000000000000', 'hex'), ...parts]);
}

describe('a log of a real server', () => {
  test('is read to its padding, numbers without gaps', async () => {
    const { entries, ending } = await read(LOG);
    expect(entries.map(({ header }) => header.zxid)).toEqual(Array.from({ length: 29 }, (_, index) => index + 1));
    expect(ending).toEqual({ kind: 'padding', offset: END });
    expect(entries[0]).toEqual({
      header: { sessionId: 72058448308404224n, cxid: 0, zxid: 1, timeMs: 1795377072255 },
      txn: { type: 'createSession', sessionTimeoutMs: 30_000 },
      digest: { version: 2, treeDigest: 1371985504n },
      offset: 16,
      end: 16 + 12 + 48 + 1,
    });
    expect(entries[7]?.txn).toEqual({
      type: 'create',
      path: '/a/es-0000000005',
      data: null,
      acl: WORLD,
      ephemeral: true,
      parentCVersion: 6,
      withStat: true,
    });
    expect(entries[10]?.txn).toMatchObject({
      type: 'createTTL',
      path: '/ttl',
      parentCVersion: 3,
      ttlMs: 1_000_000_000,
    });
    expect(entries[17]).toMatchObject({ txn: { type: 'error', err: -101 }, digest: null });
    expect(entries[28]?.txn).toEqual({ type: 'closeSession', paths: ['/a/theirs', '/a/theirs-too'] });
  });

  test('a multi that was refused holds what was not done and why', async () => {
    const { entries } = await read(LOG);
    const txn = entries[19]?.txn;
    expect(txn?.type === 'multi' && txn.txns.map((each) => (each.type === 'error' ? each.err : each.type))).toEqual([
      'create',
      -101,
      -2,
    ]);
  });

  test('written again it has the same bytes', async () => {
    const { entries } = await read(LOG);
    const writer = new JuteWriter();
    writer.raw(LOG_HEADER);
    for (const { header, txn, digest } of entries) writeEntry(writer, header, txn, digest);
    expect(writer.take()).toEqual(LOG.subarray(0, END));
  });

  test('pieces of any size make no difference', async () => {
    const whole = await read(LOG);
    for (const length of [1, 2, 3, 5, 7, 12, 13, 16, 17, 64, 100, 999, 4096]) {
      expect(await read(LOG, length), `pieces of ${length}`).toEqual(whole);
    }
  });

  test('cut at any byte it gives every entry before that, and says whether one is missing its end', async () => {
    const { entries } = await read(LOG);
    const ends = entries.map(({ end }) => end);
    for (let cut = 0; cut <= END; cut++) {
      const found = await read(LOG.subarray(0, cut));
      const count = ends.filter((end) => end <= cut).length;
      const offset = cut < 16 ? 0 : (ends[count - 1] ?? 16);
      expect(found.entries.length, `cut at ${cut}`).toBe(count);
      // The first bytes of a checksum are zeros, as in padding.
      const isBegun = LOG.subarray(offset, cut).some((byte) => byte !== 0) || cut < 16;
      const kind = isBegun ? 'cutShort' : cut === offset ? 'endOfFile' : 'padding';
      expect(found.ending, `cut at ${cut}`).toEqual({ kind, offset });
    }
  });

  test('an entry of which only a beginning was written over the zeros is unfinished, wherever that stopped', async () => {
    const { entries } = await read(LOG);
    const last = entries.at(-1)!;
    for (let written = last.offset; written < last.end; written++) {
      const bytes = Buffer.concat([LOG.subarray(0, written), Buffer.alloc(LOG.length - written)]);
      const { entries: left, ending } = await read(bytes);
      expect(left.length, `stopped at ${written}`).toBe(28);
      // The first bytes of a checksum are zeros as well.
      const isBegun = LOG.subarray(last.offset, written).some((byte) => byte !== 0);
      expect(ending, `stopped at ${written}`).toEqual({ kind: isBegun ? 'cutShort' : 'padding', offset: last.offset });
    }
  });

  test('a byte turned over anywhere in an entry is found', async () => {
    const { entries } = await read(LOG);
    const { offset, end } = entries[4]!;
    for (let at = offset; at < end; at++) {
      const bytes = Buffer.from(LOG);
      bytes[at] = bytes[at]! ^ 0x10;
      const { entries: left, ending } = await read(bytes);
      expect(left.length, `byte ${at}`).toBe(4);
      expect(ending?.kind, `byte ${at}`).toMatch(/^(checksumMismatch|endMarkMissing|cutShort|unreadableEntry)$/);
      expect(ending?.offset).toBe(offset);
    }
  });

  test('zeros in the middle are not its end', async () => {
    const { entries } = await read(LOG);
    const { offset } = entries[9]!;
    const bytes = Buffer.from(LOG);
    bytes.fill(0, offset, offset + 200);
    const firstBehind = bytes.findIndex((byte, index) => index >= offset + 200 && byte !== 0);
    expect((await read(bytes)).ending).toEqual({ kind: 'zeroLengthEntry', offset, bytesAt: firstBehind });
  });

  test('entries that are not wanted are left out, and damage among them is found all the same', async () => {
    const { entries } = await read(LOG);
    const bytes = Buffer.from(LOG);
    const left: number[] = [];
    for await (const batch of readLog(pieces(bytes, 100), 25))
      left.push(...batch.entries.map(({ header }) => header.zxid));
    expect(left).toEqual([26, 27, 28, 29]);
    const { offset } = entries[3]!;
    bytes[offset + 50] = bytes[offset + 50]! ^ 1;
    const endings: (LogEnding | null)[] = [];
    for await (const { ending } of readLog(pieces(bytes), 25)) endings.push(ending);
    expect(endings).toEqual([{ kind: 'checksumMismatch', offset }]);
  });

  test('a missing end mark with more behind it is not its end', async () => {
    const { entries } = await read(LOG);
    const { offset, end } = entries[9]!;
    const bytes = Buffer.from(LOG);
    bytes[end - 1] = 0;
    const { ending } = await read(bytes);
    expect(ending).toMatchObject({ kind: 'endMarkMissing', offset });
  });
});

describe('other files', () => {
  test.each([
    ['nothing at all', Buffer.alloc(0), { kind: 'cutShort', offset: 0 }],
    ['zeros', Buffer.alloc(5000), { kind: 'cutShort', offset: 0 }],
    ['a header', log(), { kind: 'endOfFile', offset: 16 }],
    ['a header and few zeros', log(Buffer.alloc(7)), { kind: 'padding', offset: 16 }],
    ['a snapshot', recorded('snapshot.0'), { kind: 'notALog', offset: 0, why: 'it does not begin with ZKLG' }],
    ['a text', Buffer.from('hello'), { kind: 'notALog', offset: 0, why: 'it does not begin with ZKLG' }],
    [
      'a type that nobody knows',
      log(entry(header(77).done())),
      { kind: 'unreadableEntry', offset: 16, why: 'a transaction of type 77' },
    ],
    [
      'a check by itself',
      log(entry(header(13).string('/x').int(1).done())),
      { kind: 'unreadableEntry', offset: 16, why: 'a transaction of type 13' },
    ],
    [
      'a record that ends too soon',
      log(entry(header(2).int(9).done())),
      { kind: 'unreadableEntry', offset: 16, why: 'path: a string of length 9, and only 0 bytes left' },
    ],
    [
      'a negative length',
      log(build().long(1n).int(-5).int(0).done()),
      { kind: 'unreadableEntry', offset: 16, why: 'it says that it has -5 bytes' },
    ],
    ['a length beyond the end', log(build().long(1n).int(0x7fffffff).int(0).done()), { kind: 'cutShort', offset: 16 }],
  ])('%s', async (_name, bytes, ending) => {
    expect((await read(bytes)).ending).toEqual(ending);
  });
});

describe('what older servers wrote', () => {
  test.each([
    [
      'a create without the counter of its parent, before 3.4',
      header(1)
        .string('/x')
        .buffer(null)
        .acl([[31, 'world', 'anyone']])
        .boolean(true)
        .done(),
      { type: 'create', path: '/x', data: null, acl: WORLD, ephemeral: true, parentCVersion: -1 },
      null,
    ],
    ['a closeSession without paths, before 3.6', header(-11).done(), { type: 'closeSession', paths: null }, null],
    [
      'a closeSession without paths but with a digest',
      header(-11).int(2).long(77n).done(),
      { type: 'closeSession', paths: null },
      { version: 2, treeDigest: 77n },
    ],
    [
      'a closeSession of one short path without a digest',
      header(-11).strings(['/abc']).done(),
      { type: 'closeSession', paths: ['/abc'] },
      null,
    ],
    [
      'a create without a list of ACLs',
      header(1).string('/x').buffer(null).acl(null).boolean(false).int(4).done(),
      { type: 'create', path: '/x', data: null, acl: WORLD, ephemeral: false, parentCVersion: 4 },
      null,
    ],
  ])('%s', async (_name, body, txn, digest) => {
    const { entries } = await read(log(entry(body)));
    expect(entries[0]).toMatchObject({ txn, digest });
  });
});

test('what is written by hand is what is written', () => {
  const writer = new JuteWriter();
  const facts = { sessionId: 5n, cxid: 3, zxid: 1, timeMs: 1000 };
  writeEntry(
    writer,
    facts,
    {
      type: 'multi',
      txns: [
        { type: 'delete', path: '/x' },
        { type: 'check', path: '/y', version: 4 },
      ],
    },
    { version: 2, treeDigest: -1n },
  );
  const body = header(14)
    .int(2)
    .int(2)
    .buffer(build().string('/x').done())
    .int(13)
    .buffer(build().string('/y').int(4).done())
    .int(2)
    .long(-1n)
    .done();
  expect(writer.take()).toEqual(entry(body));
});

test('characters beyond the basic plane survive, as surrogates of their own too, as Java writes them', async () => {
  const id = 'CN=\u{1F600}';
  const surrogates = Buffer.from('434e3deda0bdedb880', 'hex');
  const body = header(7).string('/x').int(1).int(31).string('x509').buffer(surrogates).int(1).done();
  const { entries } = await read(log(entry(body)));
  expect(entries[0]?.txn).toMatchObject({ acl: [{ id }] });
  const writer = new JuteWriter();
  writeEntry(writer, entries[0]!.header, entries[0]!.txn, null);
  expect((await read(log(writer.take()))).entries[0]?.txn).toEqual(entries[0]?.txn);
});
