/** Requests that all wait in the queue at once: ten times as many may take ten times as long, not a hundred. */
import type { Session } from '../../src/client/api.js';
import { heading, median, row } from './report.js';

const FEW = 10_000;
const MANY = 100_000;
const ROUNDS = 3;

export async function benchQueueing(session: Session, znode: string): Promise<void> {
  heading(`Queueing, median of ${ROUNDS} rounds`);
  const few: number[] = [];
  const many: number[] = [];
  await queue(session, znode, FEW);
  for (let round = 0; round < ROUNDS; round += 1) {
    few.push(await queue(session, znode, FEW));
    many.push(await queue(session, znode, MANY));
  }
  row({ name: `${FEW.toLocaleString('en')} getData in one turn, each`, figure: `${micros(median(few), FEW)} µs` });
  row({
    name: `${MANY.toLocaleString('en')} getData in one turn, each`,
    figure: `${micros(median(many), MANY)} µs`,
    ratio: median(many) / MANY / (median(few) / FEW),
    to: 'one of the few',
    limit: { kind: 'at most', value: 1.5 },
  });
}

async function queue(session: Session, znode: string, count: number): Promise<number> {
  const start = performance.now();
  await Promise.all(Array.from({ length: count }, () => session.getData(znode)));
  return performance.now() - start;
}

function micros(ms: number, count: number): string {
  return ((ms * 1000) / count).toFixed(1);
}
