import { expect, inject, test } from 'vitest';
import { killRound } from './kill-round.js';
import { newDataDir } from './scene.js';

const ROUNDS = 5;

test('kill -9 at a random moment under load: every confirmed write is there, nothing in part', {
  timeout: 300_000,
}, async () => {
  const seed = Number(process.env.ZKSH_SEED ?? Math.floor(Math.random() * 1_000_000));
  console.log(`ZKSH_SEED=${seed}`);
  const dataDir = newDataDir();
  // Where there is no Java the sandbox alone is the witness.
  const haveReal = inject('missing')['3.9.5'] === null;
  for (let round = 0; round < ROUNDS; round++) {
    const { confirmedCount } = await killRound(dataDir, seed + round, haveReal && round % 2 === 0);
    expect(confirmedCount).toBeGreaterThanOrEqual(0);
  }
});
