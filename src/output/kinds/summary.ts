/** The figures at the end of a run over many znodes: one line for people, who are told of what is missing in any case. */
import type { SummaryResult } from '../../commands/results.js';
import { visibleText } from '../escape.js';
import { type Form, type KindForms, nothing } from '../forms.js';
import { amount, span } from '../numbers.js';
import { paintFor } from '../paint.js';
import { LONG_RUN_MS } from './progress.js';
import { formatBytes } from './stat.js';

/** Whether anybody should see it; `terminal`: somebody watches stderr. */
export function isSummaryShown(
  { skipped, failuresCount, elapsedMs, isNews }: SummaryResult,
  terminal: boolean,
): boolean {
  return skipped.length > 0 || failuresCount > 0 || (terminal && (isNews === true || elapsedMs >= LONG_RUN_MS));
}

const line: Form<SummaryResult> = (result, options) => {
  const { did, znodesCount, bytes, elapsedMs, rate, skipped, failuresCount } = result;
  const paint = paintFor(options);
  const done = [
    `${amount(znodesCount)} ${znodesCount === 1 ? 'znode' : 'znodes'} ${visibleText(did)}`,
    ...(bytes === 0 ? [] : [formatBytes(bytes)]),
    elapsedMs >= LONG_RUN_MS ? `in ${span(elapsedMs)} (${amount(rate)}/s)` : `in ${span(elapsedMs)}`,
  ].join(', ');
  const left = skipped.map(({ reason, count }) => `${amount(count)} skipped: ${visibleText(reason)}`);
  const parts = [
    paint.faint(done),
    ...left.map((text) => paint.warning(text)),
    ...(failuresCount === 0 ? [] : [paint.bad(`${amount(failuresCount)} failed`)]),
  ];
  return `${parts.join('; ')}\n`;
};

export const summary: KindForms<SummaryResult> = { human: line, plain: line, zkcli: nothing };
