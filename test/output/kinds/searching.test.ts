/** What find, grep and du print, in every form. */
import { describe, expect, test } from 'vitest';
import type { MatchesResult, MatchLine, UsageResult, ZnodeMatches } from '../../../src/commands/results.js';
import { type RenderOptions, render } from '../../../src/output/render.js';
import { ATTACK, DRIVES_TERMINAL, JSON_PIPE, PIPE, PLAIN_TERMINAL, TERMINAL } from '../options.js';

function line(number: number, text: string, spans: MatchLine['spans'] = [], isContext = false): MatchLine {
  return { number, text, spans, isContext };
}

function znode(more: Partial<ZnodeMatches>): ZnodeMatches {
  return { path: '/a', linesCount: 1, isBinary: false, encoding: 'utf8', lines: [], ...more };
}

function text(
  znodes: ZnodeMatches | ZnodeMatches[],
  options: RenderOptions,
  more: Partial<MatchesResult> = {},
): string {
  const result: MatchesResult = {
    kind: 'matches',
    znodes: [znodes].flat(),
    shows: 'lines',
    hasContext: false,
    isFurther: false,
    ...more,
  };
  return Buffer.from(render(result, options)).toString('utf8');
}

const FOUND = znode({ lines: [line(3, 'a\tkey = 1', [[2, 5]])] });

describe('lines that match', () => {
  test('in plain: path, number and the line as it is', () => {
    expect(text(FOUND, PIPE)).toBe('/a\t3\ta\tkey = 1\n');
  });

  test('for people', () => {
    expect(text(FOUND, TERMINAL)).toBe('/a:3:a\tkey = 1\n');
  });

  test('for people with what matches in red', () => {
    expect(text(FOUND, { ...TERMINAL, color: true })).toContain('a\t\u001b[31mkey\u001b[39m = 1\n');
  });

  test('as JSON with what matches', () => {
    expect(text(FOUND, JSON_PIPE)).toBe(
      '{"path":"/a","line":3,"text":"a\\tkey = 1","encoding":"utf8","matches":["key"]}\n',
    );
  });

  test('with the lines around them', () => {
    const around = znode({ lines: [line(2, 'b', [], true), line(3, 'key', [[0, 3]]), line(9, 'key', [[0, 3]])] });

    expect(text(around, PIPE, { hasContext: true })).toBe('/a\t2-\tb\n/a\t3\tkey\n/a\t9\tkey\n');
    expect(text(around, TERMINAL, { hasContext: true })).toBe('/a-2-b\n/a:3:key\n--\n/a:9:key\n');
    expect(text([FOUND, FOUND], TERMINAL, { hasContext: true })).toBe('/a:3:a\tkey = 1\n--\n/a:3:a\tkey = 1\n');
    expect(text(FOUND, TERMINAL, { hasContext: true, isFurther: true })).toBe('--\n/a:3:a\tkey = 1\n');
    expect(text(around, JSON_PIPE, { hasContext: true }).split('\n')[0]).toBe(
      '{"path":"/a","line":2,"text":"b","encoding":"utf8","context":true}',
    );
  });

  test('only what matches', () => {
    const twice = znode({
      lines: [
        line(1, 'key=key', [
          [0, 3],
          [4, 7],
        ]),
      ],
    });

    expect(text(twice, PIPE, { shows: 'matches' })).toBe('/a\t1\tkey\n/a\t1\tkey\n');
    expect(text(twice, TERMINAL, { shows: 'matches' })).toBe('/a:1:key\n/a:1:key\n');
  });

  test('only paths, or how many', () => {
    expect(text(FOUND, PIPE, { shows: 'paths' })).toBe('/a\n');
    expect(text(FOUND, JSON_PIPE, { shows: 'paths' })).toBe('{"path":"/a"}\n');
    expect(text(znode({ linesCount: 12 }), PIPE, { shows: 'counts' })).toBe('/a\t12\n');
    expect(text(znode({ linesCount: 12 }), JSON_PIPE, { shows: 'counts' })).toBe('{"path":"/a","count":12}\n');
  });

  test('names, with what matches in red', () => {
    const named = znode({ path: '/locks/lock-1', lines: [line(1, 'lock-1', [[0, 5]])] });

    expect(text(named, TERMINAL, { shows: 'names' })).toBe('/locks/lock-1\n');
    expect(text(named, { ...TERMINAL, color: true }, { shows: 'names' })).toBe(
      '\u001b[2m/locks/\u001b[22m\u001b[31mlock-\u001b[39m1\n',
    );
  });

  test('a very long line is cut around what matches for people, and whole in a pipe', () => {
    const long = `${'x'.repeat(5_000)}key${'y'.repeat(5_000)}`;
    const shown = text(znode({ lines: [line(1, long, [[5_000, 5_003]])] }), TERMINAL);

    expect(shown).toBe(`/a:1:…${'x'.repeat(100)}key${'y'.repeat(100)}… (9800 more)\n`);
    expect(text(znode({ lines: [line(1, long, [[5_000, 5_003]])] }), PIPE)).toBe(`/a\t1\t${long}\n`);
  });

  test('a cut goes through no character', () => {
    const long = `${'😀'.repeat(2_000)}key${'😀'.repeat(2_000)}`;

    expect(text(znode({ lines: [line(1, long, [[4_000, 4_003]])] }), TERMINAL)).not.toContain('\ufffd');
  });
});

describe('binary data', () => {
  const bytes = Buffer.from([0xca, 0xfe, 0x62, 0x65]);

  test('are told of in one line', () => {
    const binary = znode({ isBinary: true, encoding: 'latin1' });

    expect(text(binary, PIPE)).toBe('/a\t-\tbinary data match\n');
    expect(text(binary, TERMINAL)).toBe('/a: binary data match; --text shows them, --hex dumps them\n');
    expect(text(binary, JSON_PIPE)).toBe('{"path":"/a","binary":true}\n');
  });

  test('can be dumped', () => {
    const dumped = znode({ isBinary: true, dump: [{ offset: 0x20, bytes }] });
    const row = '00000020  ca fe 62 65                                       |..be|';

    expect(text(dumped, PIPE)).toBe(`/a\t${row}\n`);
    expect(text(dumped, TERMINAL)).toBe(`/a: ${row}\n`);
    expect(text(dumped, JSON_PIPE)).toBe('{"path":"/a","offset":32,"hex":"cafe6265"}\n');
  });

  test('as text go into a pipe byte by byte, beside paths in UTF-8', () => {
    const latin = znode({ path: '/ä', encoding: 'latin1', lines: [line(1, bytes.toString('latin1'), [])] });
    const result: MatchesResult = {
      kind: 'matches',
      znodes: [latin, znode({ lines: [line(1, 'ä')] })],
      shows: 'lines',
      hasContext: false,
      isFurther: false,
    };

    expect(Buffer.from(render(result, PIPE))).toEqual(
      Buffer.concat([Buffer.from('/ä\t1\t'), bytes, Buffer.from('\n/a\t1\tä\n')]),
    );
  });

  test('as JSON are base64', () => {
    const latin = znode({ encoding: 'latin1', lines: [line(1, bytes.toString('latin1'), [[0, 2]])] });

    expect(text(latin, JSON_PIPE)).toBe('{"path":"/a","line":1,"text":"yv5iZQ==","encoding":"base64"}\n');
  });
});

describe('nothing of a znode drives a terminal', () => {
  const attack = ATTACK.toString('utf8').replaceAll('\n', '');

  test.each([TERMINAL, PLAIN_TERMINAL])('$format', (options) => {
    const hostile = znode({ path: `/${attack}`, lines: [line(1, attack, [[0, 4]]), line(2, attack, [], true)] });

    for (const shows of ['lines', 'matches', 'paths', 'names', 'counts'] as const) {
      expect(text(hostile, options, { shows })).not.toMatch(DRIVES_TERMINAL);
    }
    expect(text(znode({ path: `/${attack}`, isBinary: true }), options)).not.toMatch(DRIVES_TERMINAL);
  });
});

describe('usage', () => {
  const USAGE: UsageResult = {
    kind: 'usage',
    isExact: false,
    rows: [
      { path: '/a', bytes: 1_234_567, znodesCount: 12_345, ownBytes: 7, childrenCount: 3, unreadCount: 0 },
      { path: '/a/b\t', bytes: 5, znodesCount: 1, ownBytes: 5, childrenCount: 0, unreadCount: 2 },
    ],
  };

  test('in plain: bytes, znodes, path', () => {
    expect(render(USAGE, PIPE)).toBe('1234567\t12345\t/a\n5\t1\t/a/b\\t\n');
  });

  test('for people in columns', () => {
    expect(render(USAGE, TERMINAL)).toBe(
      '   1.2 MiB   12,345 znodes  /a\n       5 B        1 znode   /a/b\\t  and 2 that could not be read\n',
    );
    expect(render({ ...USAGE, isExact: true }, TERMINAL)).toContain(' 1,234,567   12,345 znodes  /a\n');
  });

  test('as JSON', () => {
    expect(render(USAGE, JSON_PIPE)).toBe(
      '{"path":"/a","bytes":1234567,"znodes":12345,"ownBytes":7,"children":3}\n{"path":"/a/b\\t","bytes":5,"znodes":1,"ownBytes":5,"children":0,"unread":2}\n',
    );
  });
});

test('paths with a NUL behind each are as they are', () => {
  const rows = ['/a', '/a/with\nnewline'].map((path) => ({ path, label: path, stat: null }));
  const found = { kind: 'children', rows, withStat: false, recursive: true, parent: null, endsWithNul: true } as const;

  expect(render(found, PIPE)).toBe('/a\0/a/with\nnewline\0');
  expect(render(found, TERMINAL)).toBe('/a\0/a/with\nnewline\0');
});
