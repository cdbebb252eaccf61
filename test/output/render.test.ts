/** Every kind in every form, on a terminal and in a pipe. Expected text is written out. */
import { describe, expect, test } from 'vitest';
import type { Result, ResultKind } from '../../src/commands/results.js';
import { createRenderer, type RenderOptions, render, streamOf } from '../../src/output/render.js';
import {
  ATTACK,
  DRIVES_TERMINAL,
  EPHEMERAL,
  JSON_PIPE,
  NARROW,
  NOW_MS,
  PIPE,
  PLAIN_TERMINAL,
  STAT,
  TERMINAL,
  ZKCLI,
} from './options.js';

function text(result: Result, options: RenderOptions): string {
  return Buffer.from(render(result, options)).toString('utf8');
}

const STAT_LINES = `czxid\t0x100000002
mzxid\t0x100000005
pzxid\t0x10000000a
ctime\t2026-11-22T09:00:00.000Z
mtime\t2026-11-22T11:58:29.500Z
version\t3
cversion\t7
aversion\t1
ephemeralOwner\t0x0
dataLength\t5
numChildren\t2
`;

const STAT_JSON =
  '{"czxid":"0x100000002","mzxid":"0x100000005","pzxid":"0x10000000a","ctime":"2026-11-22T09:00:00.000Z","mtime":"2026-11-22T11:58:29.500Z","version":3,"cversion":7,"aversion":1,"ephemeralOwner":"0x0","dataLength":5,"numChildren":2}';

describe('a stat', () => {
  const stat: Result = { kind: 'stat', path: '/a', stat: STAT };

  test('in plain is eleven fields in the order of the contract', () => {
    expect(text(stat, PIPE)).toBe(STAT_LINES);
  });

  test('as JSON has ids as strings and times in ISO 8601', () => {
    expect(text(stat, JSON_PIPE)).toBe(`{"path":"/a","stat":${STAT_JSON}}\n`);
  });

  test('for people says what the numbers mean', () => {
    const shown = text({ kind: 'stat', path: '/a', stat: EPHEMERAL }, TERMINAL);

    expect(shown).toContain('czxid           0x100000002  epoch 1, counter 2\n');
    expect(shown).toMatch(/ctime {11}2026-11-22 \d\d:00:00 {2}3 hours ago\n/);
    expect(shown).toMatch(/mtime {11}\S+ \S+ {2}1 minute ago\n/);
    expect(shown).toContain('ephemeralOwner  0x100003bbac20001  ephemeral: gone with this session\n');
  });

  test('for people fits 40 columns', () => {
    const shown = text({ kind: 'stat', path: '/a', stat: EPHEMERAL }, NARROW);

    expect(Math.max(...shown.split('\n').map((line) => line.length))).toBeLessThanOrEqual(40);
    expect(shown).toContain('czxid           0x100000002\n    epoch 1, counter 2\n');
  });

  test('has the unsigned hex of negative ids', () => {
    expect(text({ kind: 'stat', path: '/a', stat: { ...STAT, ephemeralOwner: -1n } }, PIPE)).toContain(
      'ephemeralOwner\t0xffffffffffffffff\n',
    );
  });

  test('as zkCli.sh shows it', () => {
    const shown = text(stat, ZKCLI).replace(/^(\wtime = ).*$/gm, '$1DATE');

    expect(shown).toBe(
      'cZxid = 0x100000002\nctime = DATE\nmZxid = 0x100000005\nmtime = DATE\npZxid = 0x10000000a\ncversion = 7\ndataVersion = 3\naclVersion = 1\nephemeralOwner = 0x0\ndataLength = 5\nnumChildren = 2\n',
    );
  });
});

describe('a value', () => {
  const value = (data: Buffer | null, withStat = false): Result => ({
    kind: 'value',
    path: '/a',
    data,
    stat: STAT,
    withStat,
  });

  test('goes through a pipe byte for byte', () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, index) => index));

    expect(render(value(bytes), PIPE)).toEqual(bytes);
    expect(render(value(bytes), { ...PIPE, format: 'human' })).toEqual(bytes);
  });

  test.each([null, Buffer.alloc(0)])('%j is no bytes in a pipe', (data) => {
    expect(text(value(data), PIPE)).toBe('');
  });

  test('has its stat before it, and a blank line', () => {
    expect(text(value(Buffer.from('hello'), true), PIPE)).toBe(`${STAT_LINES}\nhello`);
  });

  test.each([PLAIN_TERMINAL, TERMINAL, { ...ZKCLI, terminal: true }])(
    'does not drive a terminal ($format)',
    (options) => {
      const shown = text(value(ATTACK), options);

      expect(shown.replaceAll('\n', '')).not.toMatch(DRIVES_TERMINAL);
      expect(shown).toBe('\\x1b[2J\\x1b]0;x\\x07\\x9b31m\\u{202e}abc\\x08\\rdone\n');
    },
  );

  test('on a terminal gets a newline at its end only where it has none', () => {
    expect(text(value(Buffer.from('a')), TERMINAL)).toBe('a\n');
    expect(text(value(Buffer.from('a\n')), TERMINAL)).toBe('a\n');
  });

  test('as nothing: people are told which nothing it is', () => {
    expect(text(value(null), TERMINAL)).toBe('(null)\n');
    expect(text(value(Buffer.alloc(0)), TERMINAL)).toBe('(empty)\n');
    expect(text(value(null), PLAIN_TERMINAL)).toBe('');
  });

  test.each([
    [null, '"data":null,"encoding":null'],
    [Buffer.alloc(0), '"data":"","encoding":"utf8"'],
    [Buffer.from('żółw'), '"data":"żółw","encoding":"utf8"'],
    [Buffer.from([0xff, 0x00]), '"data":"/wA=","encoding":"base64"'],
    [Buffer.from('\ufeffx'), '"data":"\\ufeffx","encoding":"utf8"'],
  ])('%j as JSON', (data, expected) => {
    expect(text(value(data), JSON_PIPE)).toBe(`{"path":"/a",${expected},"stat":${STAT_JSON}}\n`);
  });

  test('as zkCli.sh shows it: null is a word, the stat comes behind', () => {
    expect(text(value(null), ZKCLI)).toBe('null\n');
    expect(text(value(Buffer.from('x'), true), ZKCLI)).toMatch(/^x\ncZxid = /);
    expect(text(value(Buffer.from([0xff])), ZKCLI)).toBe('\ufffd\n');
  });
});

describe('a listing', () => {
  const listing = (names: readonly string[], more: Partial<Extract<Result, { kind: 'children' }>> = {}): Result => ({
    kind: 'children',
    rows: names.map((name) => ({ path: `/p/${name}`, label: name, stat: STAT })),
    withStat: false,
    recursive: false,
    parent: { path: '/p', stat: STAT },
    ...more,
  });

  test('in plain is one escaped name a line', () => {
    expect(text(listing(['a', 'b\nc', 'd\\e']), PIPE)).toBe('a\nb\\nc\nd\\\\e\n');
  });

  test('with stats has twelve columns', () => {
    const [line] = text(listing(['a'], { withStat: true }), PIPE).split('\n');

    expect(line).toBe(
      'a\t0x100000002\t0x100000005\t0x10000000a\t2026-11-22T09:00:00.000Z\t2026-11-22T11:58:29.500Z\t3\t7\t1\t0x0\t5\t2',
    );
  });

  test('as JSON is an object for each path', () => {
    expect(text(listing(['a', 'b']), JSON_PIPE)).toBe('{"path":"/p/a"}\n{"path":"/p/b"}\n');
    expect(text(listing(['a'], { withStat: true }), JSON_PIPE)).toBe(`{"path":"/p/a","stat":${STAT_JSON}}\n`);
  });

  test('for people goes down in columns', () => {
    const names = Array.from({ length: 7 }, (_, index) => `name-${index}`);

    expect(text(listing(names), { ...TERMINAL, width: 24 })).toBe(
      'name-0  name-3  name-6\nname-1  name-4\nname-2  name-5\n',
    );
    expect(text(listing(names), { ...TERMINAL, width: 10 })).toBe(`${names.join('\n')}\n`);
    expect(text(listing([]), TERMINAL)).toBe('');
  });

  test('for people counts wide characters as two columns', () => {
    expect(text(listing(['龟龟', 'b', 'c', 'd']), { ...TERMINAL, width: 8 })).toBe('龟龟  c\nb     d\n');
  });

  test('of 100,000 names is put into columns without a pause', () => {
    const names = Array.from({ length: 100_000 }, (_, index) => `n${index}`);

    expect(text(listing(names), TERMINAL).split('\n').length).toBeLessThan(20_000);
  });

  test('names a znode whose stat may not be read, all columns kept', () => {
    const rows = [{ path: '/p/a', label: 'a', stat: null }];

    expect(text(listing([], { rows, withStat: true }), PIPE)).toBe(`a${'\t-'.repeat(11)}\n`);
    expect(text(listing([], { rows, withStat: true }), JSON_PIPE)).toBe('{"path":"/p/a","stat":null}\n');
  });

  test('names do not drive a terminal', () => {
    const name = ATTACK.toString('utf8');

    for (const options of [TERMINAL, PLAIN_TERMINAL, NARROW, { ...ZKCLI, terminal: true }]) {
      expect(text(listing([name], { withStat: true }), options).replaceAll('\n', '')).not.toMatch(DRIVES_TERMINAL);
      expect(text(listing([name]), options).replaceAll('\n', '')).not.toMatch(DRIVES_TERMINAL);
    }
  });

  test('as zkCli.sh shows it: in brackets, by UTF-16 units, with the stat of the parent', () => {
    expect(text(listing(['b', 'a']), ZKCLI)).toBe('[a, b]\n');
    expect(text(listing([]), ZKCLI)).toBe('[]\n');
    expect(text(listing(['a'], { withStat: true }), ZKCLI)).toMatch(/^\[a\]\ncZxid = 0x100000002\n/);
  });

  test('of a subtree as zkCli.sh orders it, wherever the results were cut', () => {
    const renderer = createRenderer(ZKCLI);
    const part = (paths: readonly string[]): Result => ({
      kind: 'children',
      rows: paths.map((path) => ({ path, label: path, stat: null })),
      withStat: false,
      recursive: true,
      parent: null,
    });

    const shown = [
      renderer.render(part(['/'])),
      renderer.render(part(['/a', '/a/x', '/a/x/deep'])),
      renderer.render(part(['/a/y', '/b', '/b/z'])),
      renderer.end(),
    ].join('');

    expect(shown).toBe('/\n/a\n/b\n/a/x\n/a/y\n/a/x/deep\n/b/z\n');
  });
});

describe('an event of a watch', () => {
  const event: Extract<Result, { kind: 'watchEvent' }> = {
    kind: 'watchEvent',
    time: NOW_MS,
    event: 'changed',
    path: '/a\tb',
    zxid: 0x1_0000_0005n,
  };

  test('in plain is four columns, five with data', () => {
    expect(text(event, PIPE)).toBe('2026-11-22T12:00:00.000Z\tchanged\t/a\\tb\t0x100000005\n');
    expect(text({ ...event, data: Buffer.from('x\ty\n') }, PIPE)).toMatch(/\t0x100000005\tx\\ty\\n\n$/);
    expect(text({ ...event, data: null }, PIPE)).toMatch(/\t0x100000005\t\n$/);
  });

  test('of the session has no path and no zxid', () => {
    const gap: Result = { ...event, event: 'gap', path: null, zxid: null };

    expect(text(gap, PIPE)).toBe('2026-11-22T12:00:00.000Z\tgap\t-\t-\n');
    expect(text(gap, JSON_PIPE)).toBe('{"time":"2026-11-22T12:00:00.000Z","event":"gap","path":null,"zxid":null}\n');
  });

  test('as JSON', () => {
    expect(text({ ...event, caughtUp: true, data: Buffer.from([0xff]), stat: STAT }, JSON_PIPE)).toBe(
      `{"time":"2026-11-22T12:00:00.000Z","event":"changed","path":"/a\\tb","zxid":"0x100000005","caughtUp":true,"data":"/w==","encoding":"base64","stat":${STAT_JSON}}\n`,
    );
  });

  test('for people is one line, whatever the data', () => {
    const shown = text({ ...event, data: ATTACK, caughtUp: true }, TERMINAL);

    expect(shown).toMatch(/^\d\d:\d\d:\d\d {2}changed {3}\/a\\tb {2}0x100000005 {2}\(caught up\) {2}\\x1b/);
    expect(shown.slice(0, -1)).not.toMatch(DRIVES_TERMINAL);
    expect(shown.slice(0, -1)).not.toContain('\n');
  });

  test('as zkCli.sh shows it', () => {
    expect(text({ ...event, path: '/a' }, ZKCLI)).toBe(
      '\nWATCHER::\n\nWatchedEvent state:SyncConnected type:NodeDataChanged path:/a zxid: 4294967301\n',
    );
    expect(text({ ...event, event: 'disconnected', path: null, zxid: null }, ZKCLI)).toBe(
      '\nWATCHER::\n\nWatchedEvent state:Disconnected type:None path:null zxid: -1\n',
    );
  });
});

describe('an ACL', () => {
  const acl: Result = {
    kind: 'acl',
    path: '/a',
    acl: [
      { scheme: 'world', id: 'anyone', perms: 1 },
      { scheme: 'x509', id: 'CN=joe,OU=dev', perms: 31 },
      { scheme: 'ip', id: '10.0.0.1', perms: 0 },
    ],
    stat: STAT,
    withStat: false,
  };

  test('in plain is what setAcl takes back', () => {
    expect(text(acl, PIPE)).toBe('world:anyone:r\nx509:CN=joe\\,OU=dev:cdrwa\nip:10.0.0.1:0x0\n');
  });

  test('for people says what the letters allow', () => {
    expect(text(acl, TERMINAL)).toBe(
      'world:anyone:r             read\nx509:CN=joe\\,OU=dev:cdrwa  everything\nip:10.0.0.1:0x0\n',
    );
  });

  test('as zkCli.sh shows it', () => {
    expect(text(acl, ZKCLI)).toBe("'world,'anyone\n: r\n'x509,'CN=joe,OU=dev\n: cdrwa\n'ip,'10.0.0.1\n: \n");
  });
});

describe('what has little to say', () => {
  test.each<[Result, string, string]>([
    [{ kind: 'created', path: '/a\n', stat: null }, '/a\\n\n', '{"path":"/a\\n","stat":null}\n'],
    [{ kind: 'done', verb: 'delete', fields: { path: '/a' } }, '', '{"path":"/a"}\n'],
    [{ kind: 'exists', path: '/a', stat: null }, '', '{"path":"/a","exists":false}\n'],
    [{ kind: 'identity', identities: [{ scheme: 'ip', id: '::1' }] }, 'ip:::1\n', '{"scheme":"ip","id":"::1"}\n'],
    [{ kind: 'text', text: '/a', fields: { path: '/a' } }, '/a\n', '{"path":"/a"}\n'],
    [{ kind: 'message', text: 'for people' }, '', ''],
    [{ kind: 'planned', action: 'delete', path: '/a' }, 'delete\t/a\n', '{"planned":"delete","path":"/a"}\n'],
    [{ kind: 'ended', status: 3 }, '', ''],
  ])('%j', (result, plain, json) => {
    expect(text(result, PIPE)).toBe(plain);
    expect(text(result, JSON_PIPE)).toBe(json);
  });

  test('a change shows its stat only where that was asked for', () => {
    const changed: Result = { kind: 'changed', path: '/a', stat: STAT, withStat: false };

    expect([text(changed, PIPE), text(changed, TERMINAL), text(changed, ZKCLI)]).toEqual(['', '', '']);
    expect(text({ ...changed, withStat: true }, PIPE)).toBe(STAT_LINES);
    expect(text(changed, JSON_PIPE)).toBe(`{"path":"/a","stat":${STAT_JSON}}\n`);
  });
});

test('colours only where they are asked for', () => {
  const stat: Result = { kind: 'stat', path: '/a', stat: STAT };

  expect(text(stat, TERMINAL)).not.toContain('\u001b');
  expect(text(stat, { ...TERMINAL, color: true })).toContain('\u001b[1m/a\u001b[22m\n');
  expect(text(stat, { ...PIPE, color: true })).not.toContain('\u001b');
});

test('two stats in a row have a blank line between them', () => {
  const renderer = createRenderer(PIPE);
  const stat: Result = { kind: 'stat', path: '/a', stat: STAT };

  const shown = [renderer.render(stat), renderer.render(stat), renderer.end()].join('');

  expect(shown).toBe(`${STAT_LINES}\n${STAT_LINES}`);
});

test.each<[ResultKind, 'stdout' | 'stderr']>([
  ['value', 'stdout'],
  ['planned', 'stdout'],
  ['message', 'stderr'],
  ['failure', 'stderr'],
])('%s belongs on %s', (kind, stream) => {
  expect(streamOf(kind, 'plain')).toBe(stream);
});

test('zkCli.sh says Created on stderr', () => {
  expect(streamOf('created', 'zkcli')).toBe('stderr');
  expect(streamOf('created', 'plain')).toBe('stdout');
});
