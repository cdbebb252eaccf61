/**
 * Random requests by several sessions, to the sandbox and to a real 3.9.5 at once: every field of every reply, every
 * notification and the tree at the end must be the same. ZKSH_CONTRACT_SEED repeats a run, ZKSH_CONTRACT_MS makes it longer.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithRealZooKeeper } from '../helpers/skip.js';
import { compare, describeSteps, shorten } from './differential/compare.js';
import { Random } from './differential/random.js';
import { firstSteps, randomSteps } from './differential/steps.js';
import { type Setup, startTarget, type Target } from './target.js';

const DURATION_MS = Number(process.env.ZKSH_CONTRACT_MS ?? 15_000);
const GIVEN_SEED = process.env.ZKSH_CONTRACT_SEED;
const STEPS = 150;

/** Nothing may happen by itself: the two servers would not do it at the same moment. */
const SETUP: Setup = {
  name: 'differential',
  settings: { enforceQuota: true, 'znode.container.checkIntervalMs': 2 ** 31 - 1 },
};

describeWithRealZooKeeper('random requests', () => {
  let real: Target;
  let sandbox: Target;
  beforeAll(async () => {
    [real, sandbox] = await Promise.all([startTarget('3.9.5', SETUP), startTarget('sandbox', SETUP)]);
  });
  afterAll(async () => {
    await Promise.all([real?.stop(), sandbox?.stop()]);
  });

  test(
    'are answered by the sandbox as by the real server',
    async () => {
      const until = performance.now() + DURATION_MS;
      let seed = Number(GIVEN_SEED ?? Math.floor(Math.random() * 2 ** 31));
      let runs = 0;
      do {
        const steps = [...firstSteps(), ...randomSteps(new Random(seed), STEPS)];
        if ((await compare(real, sandbox, steps)) !== null) {
          const { steps: few, difference } = await shorten(real, sandbox, steps, 60_000);
          const text = `ZKSH_CONTRACT_SEED=${seed} shows a difference at ${difference?.where}:\n${describeSteps(few)}`;
          expect(difference?.other, `${text}\n(expected: the real server; received: the sandbox)`).toBe(
            difference?.one,
          );
        }
        runs++;
        seed = (seed + 1) % 2 ** 31;
      } while (performance.now() < until && GIVEN_SEED === undefined);
      expect(runs).toBeGreaterThan(0);
    },
    DURATION_MS + 120_000,
  );
});
