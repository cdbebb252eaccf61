/**
 * Many rounds of kill -9 under write load: `npx tsx test/sandbox/storage/kill-rounds.ts [ROUNDS] [SEED]` (100 by default).
 * Each goes on in the directory that the one before left, and a real 3.9.5 looks at each.
 */
import { killRound } from './kill-round.js';
import { newDataDir } from './scene.js';

const [rounds = '100', start = String(Date.now() % 1_000_000)] = process.argv.slice(2);
const dataDir = newDataDir();
console.log(`seed ${start}`);
for (let round = 0; round < Number(rounds); round++) {
  const { confirmedCount, lastZxid } = await killRound(dataDir, Number(start) + round, true);
  console.log(`round ${round + 1}: ${confirmedCount} writes confirmed, all there, 0x${lastZxid.toString(16)}`);
}
process.exit(0);
