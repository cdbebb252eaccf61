/** The row of progress and the figures at the end. */
import { describe, expect, test } from 'vitest';
import type { ProgressResult, SummaryResult } from '../../../src/commands/results.js';
import { isProgressShown } from '../../../src/output/kinds/progress.js';
import { isSummaryShown } from '../../../src/output/kinds/summary.js';
import { render } from '../../../src/output/render.js';
import { DRIVES_TERMINAL, JSON_PIPE, PIPE, TERMINAL, ZKCLI } from '../options.js';

const PROGRESS: ProgressResult = {
  kind: 'progress',
  doing: 'reading',
  znodesCount: 41_234,
  totalCount: 98_000,
  bytes: 12_897_485,
  elapsedMs: 4_200,
  rate: 12_345.6,
  remainingMs: 4_600,
};
const SUMMARY: SummaryResult = {
  kind: 'summary',
  did: 'read',
  znodesCount: 98_000,
  bytes: 12_897_485,
  elapsedMs: 8_100,
  rate: 12_098.8,
  skipped: [],
  failuresCount: 0,
};

function row(more: Partial<ProgressResult> = {}, width = 100): string {
  return String(render({ ...PROGRESS, ...more }, { ...TERMINAL, width }));
}

describe('a row of progress', () => {
  test('tells how many of how many, how fast, how long still, and draws a bar', () => {
    expect(row()).toBe(
      'reading  41,234 of 98,000 znodes  42%  12,346/s  4.6 s to go  12.3 MiB  [##########...............]',
    );
  });

  test('without a total tells how long it has taken', () => {
    expect(row({ totalCount: null, remainingMs: null, bytes: 0 })).toBe('reading  41,234 znodes  12,346/s  4.2 s');
  });

  test.each([1, 5, 10, 20, 40, 60, 79, 80, 81, 99, 120, 300])('never fills a terminal of %i columns', (width) => {
    expect(row({}, width).length).toBeLessThan(width);
    expect(row({ totalCount: null }, width).length).toBeLessThan(width);
    expect(row({}, width)).not.toContain('\n');
  });

  test('narrow, keeps what is wanted most', () => {
    expect(row({}, 60)).toBe('reading  41,234 of 98,000 znodes  42%  12,346/s  [###.....]');
    expect(row({}, 50)).toBe('reading  41,234 of 98,000 znodes  42%  12,346/s');
    expect(row({}, 20)).toBe('reading  41,234 of ');
  });

  test('is not done before it is', () => {
    expect(row({ znodesCount: 97_999 })).toContain('99%');
    expect(row({ znodesCount: 98_000, remainingMs: 0 })).toContain('100%');
  });

  test('shows nothing of what could drive a terminal', () => {
    expect(row({ doing: 'reading\u001b[2J' })).not.toMatch(DRIVES_TERMINAL);
  });

  test('is no data: json and zkCli.sh have none', () => {
    expect(render(PROGRESS, JSON_PIPE)).toBe('');
    expect(render(PROGRESS, ZKCLI)).toBe('');
  });

  test('is not shown for what is over in a moment', () => {
    expect(isProgressShown({ ...PROGRESS, elapsedMs: 499 })).toBe(false);
    expect(isProgressShown({ ...PROGRESS, elapsedMs: 500 })).toBe(true);
  });
});

describe('the figures at the end', () => {
  test.each<[string, Partial<SummaryResult>, string]>([
    ['all of them', {}, '98,000 znodes read, 12.3 MiB, in 8.1 s (12,099/s)'],
    ['a short run has no rate', { elapsedMs: 80, znodesCount: 1, bytes: 0 }, '1 znode read, in 80 ms'],
    [
      'what is missing',
      {
        elapsedMs: 40,
        bytes: 0,
        znodesCount: 5,
        skipped: [
          { reason: 'vanished meanwhile', count: 3 },
          { reason: 'ephemeral', count: 1_000 },
        ],
        failuresCount: 2,
      },
      '5 znodes read, in 40 ms; 3 skipped: vanished meanwhile; 1,000 skipped: ephemeral; 2 failed',
    ],
    ['minutes', { elapsedMs: 83_000, rate: 1_180.7 }, '98,000 znodes read, 12.3 MiB, in 1 min 23 s (1,181/s)'],
    ['hours', { elapsedMs: 11_100_000, rate: 8.8, bytes: 0 }, '98,000 znodes read, in 3 h 5 min (9/s)'],
    ['days', { elapsedMs: 187_200_000, rate: 0.5, bytes: 0 }, '98,000 znodes read, in 2 d 4 h (1/s)'],
  ])('%s', (_, more, expected) => {
    expect(render({ ...SUMMARY, ...more }, PIPE)).toBe(`${expected}\n`);
    expect(render({ ...SUMMARY, ...more }, TERMINAL)).toBe(`${expected}\n`);
  });

  test('as JSON are one object', () => {
    const skipped = [{ reason: 'vanished meanwhile', count: 3 }];

    expect(render({ ...SUMMARY, skipped, failuresCount: 2 }, JSON_PIPE)).toBe(
      '{"summary":{"did":"read","znodes":98000,"bytes":12897485,"elapsedMs":8100,"skipped":{"vanished meanwhile":3},"failures":2}}\n',
    );
  });

  test('are shown to whoever watches a run that took its time', () => {
    expect(isSummaryShown(SUMMARY, true)).toBe(true);
    expect(isSummaryShown(SUMMARY, false)).toBe(false);
    expect(isSummaryShown({ ...SUMMARY, elapsedMs: 100 }, true)).toBe(false);
    expect(isSummaryShown({ ...SUMMARY, elapsedMs: 100, isNews: true }, true)).toBe(true);
    expect(isSummaryShown({ ...SUMMARY, elapsedMs: 100, isNews: true }, false)).toBe(false);
  });

  test('are shown to everybody where something is missing', () => {
    const skipped = [{ reason: 'vanished meanwhile', count: 1 }];

    expect(isSummaryShown({ ...SUMMARY, elapsedMs: 1, skipped }, false)).toBe(true);
    expect(isSummaryShown({ ...SUMMARY, elapsedMs: 1, failuresCount: 1 }, false)).toBe(true);
  });
});
