import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeZnode, type ZnodeRecord } from '../../src/protocol/znode-line.js';
import { createExportWriter, createZnodeLinesReader, decodeZnodeLines } from '../../src/protocol/znode-lines.js';

const STAT = {
  czxid: 0x1fn,
  mzxid: 0x100000002n,
  pzxid: 0x1fn,
  ctime: Date.UTC(2026, 10, 22, 17, 30, 1, 5),
  mtime: Date.UTC(2026, 10, 22, 17, 30, 2),
  version: 3,
  cversion: -1,
  aversion: 0,
  ephemeralOwner: 0n,
  dataLength: 5,
  numChildren: 2,
};

function znode(more: Partial<ZnodeRecord>): ZnodeRecord {
  return { path: '/a', data: null, acl: null, kind: 'persistent', ttlMs: null, stat: null, ...more };
}

const HEADER = {
  root: '/config',
  chroot: '/app',
  server: 'zk1:2181',
  timeMs: Date.UTC(2026, 10, 22, 17, 30, 1),
  zxid: 0x1fn,
  isPartial: false,
};

function exported(records: readonly ZnodeRecord[]): string {
  const writer = createExportWriter(HEADER);
  return Buffer.concat([
    writer.znodes(records),
    writer.end({ skippedCount: 2, unreadableCount: 1, zxid: 0x2fn }),
  ]).toString();
}

describe('a line', () => {
  test.each([
    ['null data', znode({}), '{"path":"/a","data":null}'],
    ['empty data', znode({ data: Buffer.alloc(0) }), '{"path":"/a","data":""}'],
    ['text', znode({ data: Buffer.from('x"y\n') }), '{"path":"/a","data":"x\\"y\\n"}'],
    [
      'bytes that are no text',
      znode({ data: Buffer.from([0xff, 0]) }),
      '{"path":"/a","data":"/wA=","encoding":"base64"}',
    ],
    ['a TTL', znode({ kind: 'ttl', ttlMs: 5000 }), '{"path":"/a","kind":"ttl","ttl":5000,"data":null}'],
    [
      'an ACL',
      znode({
        acl: [
          { scheme: 'x509', id: 'CN="a",O=b', perms: 31 },
          { scheme: 'world', id: 'anyone', perms: 0 },
        ],
      }),
      '{"path":"/a","data":null,"acl":[{"scheme":"x509","id":"CN=\\"a\\",O=b","perms":"cdrwa"},{"scheme":"world","id":"anyone","perms":"0x0"}]}',
    ],
    [
      'a stat',
      znode({ stat: STAT }),
      '{"path":"/a","data":null,"stat":{"czxid":"0x1f","mzxid":"0x100000002","pzxid":"0x1f","ctime":"2026-11-22T17:30:01.005Z","mtime":"2026-11-22T17:30:02.000Z","version":3,"cversion":-1,"aversion":0,"ephemeralOwner":"0x0","dataLength":5,"numChildren":2}}',
    ],
  ])('with %s is written so, and read back', (_, record, line) => {
    expect(encodeZnode(record)).toBe(line);
    expect([...decodeZnodeLines(line)]).toEqual([record]);
  });

  test('holds nothing that drives a terminal, and is read back all the same', () => {
    const record = znode({ path: '/\u202etxt', data: Buffer.from('\u001b[2J\u009b\u007f\u{e0041}') });
    const line = encodeZnode(record);
    expect(line).toBe('{"path":"/\\u202etxt","data":"\\u001b[2J\\u009b\\u007f\\udb40\\udc41"}');
    expect([...decodeZnodeLines(line)]).toEqual([record]);
  });

  test('of any znode is read back as it was', () => {
    const bytes = fc.option(
      fc.oneof(
        fc.uint8Array(),
        fc.string({ unit: 'grapheme' }).map((text) => Buffer.from(text)),
      ),
    );
    const name = fc
      .stringMatching(/^[^/\u0000-\u001f\u007f-\u009f\ud800-\uf8ff\ufff0-\uffff]+$/)
      .filter((text) => !/^\.{1,2}$/.test(text));
    const acl = fc.option(
      fc.array(fc.record({ perms: fc.integer({ min: 0, max: 31 }), scheme: fc.string(), id: fc.string() })),
    );
    const int32 = fc.integer({ min: -0x80000000, max: 0x7fffffff });
    const zxid = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    const time = fc.maxSafeInteger();
    const stat = fc.option(
      fc.record({
        czxid: zxid,
        mzxid: zxid,
        pzxid: zxid,
        ctime: time,
        mtime: time,
        version: int32,
        cversion: int32,
        aversion: int32,
        ephemeralOwner: zxid,
        dataLength: int32,
        numChildren: int32,
      }),
    );
    const kind = fc.oneof(
      fc.constantFrom('persistent', 'ephemeral', 'container').map((plain) => ({ kind: plain, ttlMs: null })),
      fc.integer({ min: 1, max: 0xffffffffff }).map((ttlMs) => ({ kind: 'ttl', ttlMs })),
    );
    const record = fc.record({ names: fc.array(name), data: bytes, acl, stat, kind }).map(
      ({ names, data, kind: { kind: word, ttlMs }, ...more }) =>
        ({
          path: `/${names.join('/')}`,
          data: data === null ? null : Buffer.from(data),
          ...more,
          kind: word,
          ttlMs,
        }) as ZnodeRecord,
    );
    fc.assert(
      fc.property(fc.array(record), fc.array(fc.nat(400)), (records, cuts) => {
        const file = Buffer.from(exported(records));
        const reader = createZnodeLinesReader('x');
        const found: ZnodeRecord[] = [];
        let from = 0;
        for (const cut of cuts) {
          found.push(...reader.push(file.subarray(from, from + cut)));
          from += cut;
        }
        found.push(...reader.push(file.subarray(from)), ...reader.end());
        expect(found).toEqual(records);
        expect(reader.header).toEqual(HEADER);
        expect(reader.trailer).toEqual({
          znodesCount: records.length,
          skippedCount: 2,
          unreadableCount: 1,
          zxid: 0x2fn,
        });
      }),
    );
  });

  test('may say more than we know where a later version wrote it, but not where somebody typed it', () => {
    const line = '{"path":"/a","data":"x","colour":"red"}';
    expect(() => [...decodeZnodeLines(line)]).toThrow('the lines:1: "colour" is no key of a znode');
    const writer = createExportWriter(HEADER);
    const head = writer.znodes([]);
    const reader = createZnodeLinesReader('x');
    expect(reader.push(Buffer.from(`${head}${line}\n`))).toHaveLength(1);
  });
});

describe('lines of somebody’s own', () => {
  test('need neither first nor last line, and blank lines are nothing', () => {
    const text = '\ufeff{"path":"/"}\r\n\n  {"path":"/a","data":"é","kind":"container"}';
    expect([...decodeZnodeLines(text)]).toEqual([
      znode({ path: '/' }),
      znode({ data: Buffer.from('é'), kind: 'container' }),
    ]);
  });

  test('may come one by one', () => {
    expect([...decodeZnodeLines(['{"path":"/a"}', '{"path":"/b"}\n'])].map(({ path }) => path)).toEqual(['/a', '/b']);
  });

  test.each([
    ['{"path":"/a"', 'it is not JSON: '],
    ['[]', 'it is no JSON object'],
    ['{"data":"x"}', 'path is missing'],
    ['{"path":5}', 'path: 5 is no text'],
    ['{"path":"a"}', 'path: "a": it does not start with /'],
    ['{"path":"/a/"}', 'path: "/a/": it ends with /'],
    ['{"path":"/a/../b"}', 'path: "/a/../b": the component at position 4 is .., which a server does not resolve'],
    ['{"path":"/a","data":5}', 'data: 5 is neither text nor null'],
    ['{"path":"/a","data":"x","encoding":"base64"}', 'data: it is not base64'],
    ['{"path":"/a","data":"x","encoding":"hex"}', 'encoding: "hex" is neither utf8 nor base64'],
    ['{"path":"/a","data":null,"encoding":"utf8"}', 'encoding: null data has none'],
    ['{"path":"/a","data":"\\ud800"}', 'data: it has half of a surrogate pair in it'],
    ['{"path":"/a","kind":"sequential"}', 'kind: "sequential" is none of persistent, ephemeral, container, ttl'],
    ['{"path":"/a","kind":"ttl"}', 'ttl is missing'],
    ['{"path":"/a","ttl":5}', 'ttl: a persistent znode has none'],
    ['{"path":"/a","kind":"ttl","ttl":0}', 'ttl: 0 is no whole number from 1 to 1099511627775'],
    [
      '{"path":"/a","acl":[{"scheme":"world","id":"anyone","perms":"cq"}]}',
      'acl: perms: "cq" is not made of the letters',
    ],
    ['{"path":"/a","acl":["world:anyone:r"]}', 'acl: "world:anyone:r" is no entry'],
    ['{"path":"/a","stat":{}}', 'stat: czxid: nothing is no text such as "0x1f"'],
    ['{"zksh":"begin"}', 'zksh: "begin" is neither "export" nor "end"'],
    ['{"zksh":"export","format":2,"root":"/"}', 'format 2 is newer than this zksh, which reads 1'],
    ['{"zksh":"end","znodes":0,"sha256":""}', 'this ends an export, but its first line is missing'],
  ])('%s is refused with its place', (line, what) => {
    const read = () => [...decodeZnodeLines(`{"path":"/ok"}\n${line}`, 'seed.jsonl')];
    // A first line can only stand first.
    const alone = () => [...decodeZnodeLines(line, 'seed.jsonl')];
    expect(line.includes('"export"') ? alone : read).toThrow(
      `seed.jsonl:${line.includes('"export"') ? 1 : 2}: ${what}`,
    );
  });

  test('that are no UTF-8 are refused', () => {
    const reader = createZnodeLinesReader('x');
    expect(() => reader.push(Buffer.from('{"path":"/a","data":"\xe9"}\n', 'latin1'))).toThrow('x:1: it is not UTF-8');
  });
});

describe('an export', () => {
  const text = exported([znode({ path: '/config' }), znode({ path: '/config/a', data: Buffer.from('1') })]);

  test('begins and ends so', () => {
    const [first, , , last] = text.split('\n');
    expect(first).toBe(
      '{"zksh":"export","format":1,"root":"/config","chroot":"/app","server":"zk1:2181","time":"2026-11-22T17:30:01.000Z","zxid":"0x1f"}',
    );
    // Of the three lines above it, by sha256sum.
    expect(last).toBe(
      '{"zksh":"end","znodes":2,"skipped":2,"unreadable":1,"zxid":"0x2f","sha256":"e1c6aea321db19a264118e6d0005f50a5d8aaaeb2bece8001ceb2f7c65759a9b"}',
    );
  });

  test('cut after any byte but the last newline is noticed', () => {
    for (let cut = 1; cut < text.length - 1; cut++) {
      expect(() => [...decodeZnodeLines(text.slice(0, cut))], `cut at ${cut}`).toThrow(/:\d+: |was cut/);
    }
    expect([...decodeZnodeLines(text.slice(0, -1))]).toHaveLength(2);
  });

  test('with any byte changed is noticed', () => {
    const bytes = Buffer.from(text);
    const lastLine = text.trimEnd().lastIndexOf('\n') + 1;
    for (let at = 0; at < lastLine; at++) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      const reader = createZnodeLinesReader('x');
      expect(() => [...reader.push(changed), ...reader.end()], `changed at ${at}`).toThrow(/x:\d+: |was cut/);
    }
  });

  test('with a line taken out, or doubled, is noticed', () => {
    const lines = text.split('\n');
    expect(() => [...decodeZnodeLines(lines.toSpliced(2, 1).join('\n'))]).toThrow('has 2 znodes, but 1 are here');
    expect(() => [...decodeZnodeLines(text + text)]).toThrow('something behind the last line');
    expect(() => [...decodeZnodeLines(lines.toSpliced(2, 0, lines[0]!).join('\n'))]).toThrow('a second export begins');
  });
});
