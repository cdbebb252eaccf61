/**
 * `npm run bench`: starts, throughput, the client's own cost and work on whole trees, as ratios in one run, beside the peers
 * that are installed. Starts its own servers; what cannot be measured here is said. Ends with 1 when a limit is missed.
 * `npm run bench -- trees` runs one part; `long` adds what takes many minutes: a million znodes, zkCli.sh over all of them.
 */
import type { Session } from '../../src/client/api.js';
import { openSession } from '../../src/client/session.js';
import { haveJava } from '../helpers/java.js';
import { startZooKeeper } from '../helpers/zookeeper.js';
import { measureClientCost } from './client-cost.js';
import { benchQueueing } from './queueing.js';
import { heading, missedCount, note, row } from './report.js';
import { benchSandbox } from './sandbox.js';
import { benchStart } from './start.js';
import { benchThroughput } from './throughput.js';
import { benchTreeReads } from './tree-reads.js';
import { benchTreeWrites } from './tree-writes.js';

const ZNODE = '/bench';
const DATA_BYTES = 100;

const PARTS = ['client', 'server', 'trees', 'sandbox'];
const WORDS = process.argv.slice(2);
const isLong = WORDS.includes('long');
/** As a server of many znodes runs: with the optimising compiler, and with room for them. */
const TREE_JVM = ['-XX:TieredStopAtLevel=4', '-Xms1g', '-Xmx6g'];

function isWanted(part: string): boolean {
  return WORDS.includes(part) || !WORDS.some((word) => PARTS.includes(word));
}

async function withServer(
  jvm: readonly string[],
  run: (address: string, session: Session) => Promise<void>,
): Promise<void> {
  const server = await startZooKeeper({ jvm });
  const session = await openSession({ servers: server.address });
  try {
    await run(server.address, session);
  } finally {
    await session.close();
    await server.stop();
  }
}

async function main(): Promise<void> {
  console.log(`Node ${process.version}, ${process.platform} ${process.arch}. Ratios count; a busy machine blurs them.`);
  if (isWanted('client')) await benchClientCost();
  if (!haveJava()) {
    heading('Against a real server');
    note('skipped: there is no Java, so no ZooKeeper and no zkCli.sh');
  } else {
    if (isWanted('server')) {
      await withServer([], async (address, session) => {
        await session.create(ZNODE, Buffer.alloc(DATA_BYTES, 'x'));
        await benchStart(address, ZNODE);
        await benchThroughput(address, ZNODE, session);
        await benchQueueing(session, ZNODE);
      });
    }
    if (isWanted('trees')) {
      await withServer(TREE_JVM, async (address, session) => {
        await benchTreeReads(address, session, isLong);
        await benchTreeWrites(address, session);
      });
    }
  }
  if (isWanted('sandbox')) await benchSandbox();
  const missed = missedCount();
  console.log(`\n${missed === 0 ? 'Every limit holds.' : `${missed} limits missed.`}`);
  process.exitCode = missed === 0 ? 0 : 1;
}

async function benchClientCost(): Promise<void> {
  heading('CPU of the client alone, against canned replies, median of 5');
  for (const { name, cpuMicroseconds, perSecond } of await measureClientCost()) {
    // The limit is in µs: the ratio is to one of them.
    row({
      name,
      figure: `${Math.round(perSecond).toLocaleString('en')}/s`,
      ratio: cpuMicroseconds,
      to: '1 µs',
      ...(name.startsWith('getData') ? { limit: { kind: 'at most', value: 4 } } : {}),
    });
  }
}

await main();
