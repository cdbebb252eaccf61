/** The kinds of the verbs beside the basic ones, in every form. Expected text is written out. */
import { describe, expect, test } from 'vitest';
import type { ConfigResult, QuotaResult, Result } from '../../../src/commands/results.js';
import { type RenderOptions, render } from '../../../src/output/render.js';
import { ATTACK, DRIVES_TERMINAL, JSON_PIPE, PIPE, PLAIN_TERMINAL, STAT, TERMINAL, ZKCLI } from '../options.js';

function text(result: Result, options: RenderOptions): string {
  return Buffer.from(render(result, options)).toString('utf8');
}

const QUOTA: QuotaResult = {
  kind: 'quota',
  path: '/a',
  serverPath: '/app/a',
  isNamed: false,
  limits: { count: 5, bytes: null, countHard: null, bytesHard: 100 },
  used: { count: 7, bytes: 20 },
};

describe('a quota', () => {
  test('in plain is limit, value, used', () => {
    expect(text(QUOTA, PIPE)).toBe('count\t5\t7\nbytes\t-\t20\ncount-hard\t-\t7\nbytes-hard\t100\t20\n');
  });

  test('among others has its path in front', () => {
    expect(text({ ...QUOTA, isNamed: true, path: '/a\tb' }, PIPE)).toContain('/a\\tb\tcount\t5\t7\n');
  });

  test('as JSON has null for no limit', () => {
    expect(text(QUOTA, JSON_PIPE)).toBe(
      '{"path":"/a","limits":{"count":5,"bytes":null,"countHard":null,"bytesHard":100},"used":{"count":7,"bytes":20}}\n',
    );
  });

  test('for people says what is exceeded', () => {
    expect(text(QUOTA, TERMINAL)).toBe(
      '/a\n  count              7 of 5  exceeded\n  bytes             20 of no limit\n  count-hard         7 of no limit\n  bytes-hard        20 of 100\n',
    );
  });

  test('that nobody has counted', () => {
    expect(text({ ...QUOTA, used: null }, PIPE)).toBe(
      'count\t5\t-\nbytes\t-\t-\ncount-hard\t-\t-\nbytes-hard\t100\t-\n',
    );
    expect(text({ ...QUOTA, used: null }, ZKCLI)).toBe(
      'Output quota for /a count=5,bytes=-1=;byteHardLimit=100;countHardLimit=-1\n',
    );
  });
});

const CONFIG: ConfigResult = {
  kind: 'config',
  text: 'server.1=zk1:2888:3888:participant;0.0.0.0:2181\nserver.2=zk2:2888:3888:observer;10.0.0.2:2182\nversion=100000000',
  version: 0x100000000n,
  servers: [
    {
      id: 1,
      role: 'participant',
      host: 'zk1',
      quorumPort: 2888,
      electionPort: 3888,
      clientHost: '0.0.0.0',
      clientPort: 2181,
      text: 'zk1:2888:3888:participant;0.0.0.0:2181',
    },
    {
      id: 2,
      role: 'observer',
      host: 'zk2',
      quorumPort: 2888,
      electionPort: 3888,
      clientHost: '10.0.0.2',
      clientPort: 2182,
      text: 'zk2:2888:3888:observer;10.0.0.2:2182',
    },
  ],
  stat: STAT,
  shows: { stat: false, connectString: false },
};

describe('a configuration', () => {
  test('is its text, with a newline', () => {
    expect(text(CONFIG, PIPE)).toBe(`${CONFIG.text}\n`);
  });

  test('as a connect string has the host where the address is any', () => {
    const shown = { ...CONFIG, shows: { stat: false, connectString: true } };

    expect(text(shown, PIPE)).toBe('zk1:2181,10.0.0.2:2182\n');
    expect(text(shown, ZKCLI)).toBe('100000000 zk1:2181,10.0.0.2:2182\n');
    expect(JSON.parse(text(shown, JSON_PIPE))).toMatchObject({ connectString: 'zk1:2181,10.0.0.2:2182' });
  });

  test('as JSON has version, members and text', () => {
    expect(JSON.parse(text(CONFIG, JSON_PIPE))).toMatchObject({
      version: '100000000',
      servers: [
        { id: 1, host: 'zk1' },
        { id: 2, role: 'observer' },
      ],
      text: CONFIG.text,
    });
  });

  test('of a standalone server is nothing in a pipe and a word to people', () => {
    const none = { ...CONFIG, text: '', version: null, servers: [] };

    expect(text(none, PIPE)).toBe('');
    expect(text(none, TERMINAL)).toBe('a standalone server: it has no members\n');
    expect(text(none, ZKCLI)).toBe('\n');
  });

  test('has the stat in front', () => {
    expect(text({ ...CONFIG, shows: { stat: true, connectString: false } }, PIPE)).toMatch(
      /^czxid\t[\s\S]*\n\nserver\.1=/,
    );
  });

  test('does not drive a terminal', () => {
    const shown = text({ ...CONFIG, text: ATTACK.toString() }, PLAIN_TERMINAL);

    expect(shown.replaceAll('\n', '')).not.toMatch(DRIVES_TERMINAL);
  });
});

describe('an operation of a multi', () => {
  const operation: Result = { kind: 'operation', index: 2, op: 'create', path: '/a\nb', result: 'ok', stat: null };

  test('in plain is index, op, path, result', () => {
    expect(text(operation, PIPE)).toBe('2\tcreate\t/a\\nb\tok\n');
  });

  test('for people is a sentence', () => {
    expect(text({ ...operation, path: '/a', result: 'NONODE' }, TERMINAL)).toBe('2. create /a: NONODE\n');
  });

  test('as JSON has its stat where there is one', () => {
    expect(text(operation, JSON_PIPE)).toBe('{"index":2,"op":"create","path":"/a\\nb","result":"ok"}\n');
    expect(JSON.parse(text({ ...operation, stat: STAT }, JSON_PIPE)).stat.version).toBe(3);
  });
});

test('paths stand on lines of their own, or in zkCli.sh’s brackets', () => {
  const paths: Result = { kind: 'paths', paths: ['/a', '/b\tc'] };

  expect(text(paths, PIPE)).toBe('/a\n/b\\tc\n');
  expect(text(paths, JSON_PIPE)).toBe('{"path":"/a"}\n{"path":"/b\\tc"}\n');
  expect(text({ kind: 'paths', paths: ['/a', '/b'] }, ZKCLI)).toBe('[/a, /b]\n');
});

test('what was deleted is named in JSON only', () => {
  const deleted: Result = { kind: 'deleted', paths: ['/a/b', '/a'] };

  expect([PIPE, TERMINAL, ZKCLI].map((options) => text(deleted, options))).toEqual(['', '', '']);
  expect(text(deleted, JSON_PIPE)).toBe('{"path":"/a/b"}\n{"path":"/a"}\n');
});

test('watches are kind, path, number of watchers', () => {
  const watches: Result = { kind: 'watches', watches: [{ path: '/a', kind: 'persistent', watchersCount: 2 }] };

  expect(text(watches, PIPE)).toBe('persistent\t/a\t2\n');
  expect(text(watches, TERMINAL)).toBe('persistent           /a  2 watchers\n');
  expect(text(watches, JSON_PIPE)).toBe('{"path":"/a","kind":"persistent","watchers":2}\n');
});

test('a history has numbers, and an entry of several lines stays on one', () => {
  const history: Result = {
    kind: 'history',
    entries: [
      { index: 9, line: 'ls' },
      { index: 10, line: 'set /a <<E\nx\nE' },
    ],
  };

  expect(text(history, PIPE)).toBe('9\tls\n10\tset /a <<E\\nx\\nE\n');
  expect(text(history, TERMINAL)).toMatch(/^ 9 {2}ls\n10 {2}set/);
  expect(text(history, ZKCLI)).toMatch(/^9 - ls\n/);
});

test.each<Result>([
  { kind: 'paths', paths: [ATTACK.toString()] },
  { kind: 'operation', index: 1, op: 'set', path: ATTACK.toString(), result: 'ok', stat: null },
  { kind: 'watches', watches: [{ path: ATTACK.toString(), kind: 'data', watchersCount: 1 }] },
  { kind: 'history', entries: [{ index: 1, line: ATTACK.toString() }] },
  { ...QUOTA, path: ATTACK.toString(), isNamed: true },
])('$kind does not drive a terminal', (result) => {
  for (const options of [TERMINAL, PLAIN_TERMINAL, { ...ZKCLI, terminal: true }, { ...JSON_PIPE, terminal: true }]) {
    expect(text(result, options).replaceAll('\n', '')).not.toMatch(DRIVES_TERMINAL);
  }
});
