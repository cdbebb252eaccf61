/** Reads from a real server, the client beside a bare socket on the same one; rounds alternate, the ratio is the median. */
import type { Session } from '../../src/client/api.js';
import { getDataRequest, multiReadRequest, RawClient } from './raw-client.js';
import { heading, median, row } from './report.js';

const ROUNDS = 7;
const IN_FLIGHT = 1000;
const READS = 30_000;
const BATCH = 200;
const BATCHES_IN_FLIGHT = 8;
const BATCHES = 1500;

export async function benchThroughput(address: string, znode: string, session: Session): Promise<void> {
  heading(`Throughput on one real server, median of ${ROUNDS} alternating rounds`);
  const raw = await RawClient.open(address);
  const getData = getDataRequest(znode);
  await compare({
    name: `getData, ${IN_FLIGHT} in flight`,
    count: READS,
    raw: () => raw.run(getData, READS, IN_FLIGHT),
    ours: () => lanes(IN_FLIGHT, READS, () => session.getData(znode)),
    atLeast: 1,
  });
  const paths = Array.from({ length: BATCH }, () => znode);
  const multiRead = multiReadRequest(paths);
  const ops = paths.map((path) => ({ op: 'getData' as const, path }));
  await compare({
    name: `multiRead of ${BATCH}, ${BATCHES_IN_FLIGHT} in flight, znodes`,
    count: BATCHES * BATCH,
    raw: () => raw.run(multiRead, BATCHES, BATCHES_IN_FLIGHT),
    ours: () => lanes(BATCHES_IN_FLIGHT, BATCHES, () => session.multiRead(ops)),
    atLeast: 0.6,
  });
  await raw.close();
}

interface Comparison {
  readonly name: string;
  /** Reads, or znodes, of one run. */
  readonly count: number;
  raw(): Promise<void>;
  ours(): Promise<void>;
  readonly atLeast: number;
}

async function compare({ name, count, raw, ours, atLeast }: Comparison): Promise<void> {
  // Both JITs, ours and the server's, must have seen it.
  await raw();
  await ours();
  const rates: { raw: number; ours: number }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const rawMs = await time(raw);
    const oursMs = await time(ours);
    rates.push({ raw: (count / rawMs) * 1000, ours: (count / oursMs) * 1000 });
  }
  row({ name: `${name}: a bare socket`, figure: perSecond(median(rates.map((rate) => rate.raw))) });
  row({
    name: `${name}: zksh`,
    figure: perSecond(median(rates.map((rate) => rate.ours))),
    ratio: median(rates.map((rate) => rate.ours / rate.raw)),
    to: 'a bare socket',
    limit: { kind: 'at least', value: atLeast },
  });
}

/** `count` requests, always `width` of them in flight. */
async function lanes(width: number, count: number, request: () => Promise<unknown>): Promise<void> {
  let left = count;
  const lane = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await request();
    }
  };
  await Promise.all(Array.from({ length: width }, lane));
}

async function time(run: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

function perSecond(rate: number): string {
  return `${Math.round(rate).toLocaleString('en')}/s`;
}
