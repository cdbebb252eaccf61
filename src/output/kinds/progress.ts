/** How far a long run is: one row that fits the terminal, without a newline, to be drawn in place of the last one. */
import type { ProgressResult } from '../../commands/results.js';
import { visibleText } from '../escape.js';
import { type Form, type KindForms, nothing } from '../forms.js';
import { amount, span } from '../numbers.js';
import { paintFor } from '../paint.js';
import { formatBytes } from './stat.js';

/** Shorter runs show nothing: a line that comes and goes tells nobody anything. */
export const LONG_RUN_MS = 500;

export function isProgressShown({ elapsedMs }: ProgressResult): boolean {
  return elapsedMs >= LONG_RUN_MS;
}

const row: Form<ProgressResult> = (result, options) => {
  // The last column stays free: some terminals wrap as soon as it is written.
  const width = Math.min(options.width, ROW_WIDTH_MAX) - 1;
  const { doing, totalCount } = result;
  const words = [`${visibleText(doing)}  ${countOf(result)}`, ...furtherWords(result)];
  while (words.length > 1 && words.join(GAP).length > width) {
    words.pop();
  }
  const text = words.join(GAP).slice(0, Math.max(0, width));
  const room = width - text.length - GAP.length;
  const bar = totalCount === null || room < BAR_WIDTH_MIN ? '' : GAP + barOf(result, Math.min(room, BAR_WIDTH_MAX));
  return paintFor(options).faint(text + bar);
};

/** Plain is what a script asks for, but this is drawn only where somebody watches. */
export const progress: KindForms<ProgressResult> = { human: row, plain: row, zkcli: nothing };

const GAP = '  ';
const ROW_WIDTH_MAX = 100;
/** With its brackets. */
const BAR_WIDTH_MIN = 10;
const BAR_WIDTH_MAX = 32;

function countOf({ znodesCount, totalCount }: ProgressResult): string {
  return totalCount === null
    ? `${amount(znodesCount)} znodes`
    : `${amount(znodesCount)} of ${amount(totalCount)} znodes  ${percent(znodesCount, totalCount)}`;
}

/** The first ones are wanted most. */
function furtherWords({ rate, remainingMs, bytes, elapsedMs }: ProgressResult): string[] {
  return [
    ...(rate === null ? [] : [`${amount(rate)}/s`]),
    remainingMs === null ? span(elapsedMs) : `${span(remainingMs)} to go`,
    ...(bytes === 0 ? [] : [formatBytes(bytes)]),
  ];
}

/** Not 100 before it is done. */
function percent(count: number, total: number): string {
  return `${total === 0 ? 0 : Math.floor((count * 100) / total)}%`;
}

function barOf({ znodesCount, totalCount }: ProgressResult, width: number): string {
  const inner = width - 2;
  const filled = totalCount === null || totalCount === 0 ? 0 : Math.floor((znodesCount * inner) / totalCount);
  return `[${'#'.repeat(Math.min(inner, filled))}${'.'.repeat(Math.max(0, inner - filled))}]`;
}
