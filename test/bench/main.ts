/**
 * `npm run bench`: starts, throughput and the client's own cost, as ratios in one run, beside the peers that are
 * installed. Starts its own server; what cannot be measured here is said. Ends with 1 when a limit is missed.
 */
import { openSession } from '../../src/client/session.js';
import { haveJava } from '../helpers/java.js';
import { startZooKeeper } from '../helpers/zookeeper.js';
import { measureClientCost } from './client-cost.js';
import { benchQueueing } from './queueing.js';
import { heading, missedCount, note, row } from './report.js';
import { benchSandbox } from './sandbox.js';
import { benchStart } from './start.js';
import { benchThroughput } from './throughput.js';

const ZNODE = '/bench';
const DATA_BYTES = 100;

async function main(): Promise<void> {
  console.log(`Node ${process.version}, ${process.platform} ${process.arch}. Ratios count; a busy machine blurs them.`);
  await benchClientCost();
  if (!haveJava()) {
    heading('Against a real server');
    note('skipped: there is no Java, so no ZooKeeper and no zkCli.sh');
  } else {
    const server = await startZooKeeper();
    const session = await openSession({ servers: server.address });
    try {
      await session.create(ZNODE, Buffer.alloc(DATA_BYTES, 'x'));
      await benchStart(server.address, ZNODE);
      await benchThroughput(server.address, ZNODE, session);
      await benchQueueing(session, ZNODE);
    } finally {
      await session.close();
      await server.stop();
    }
  }
  await benchSandbox();
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
