/**
 * How the tests run: files in processes of their own, one shared real server for the whole run (test/helpers/global-setup.ts),
 * and a closing line that scripts can read. Time-outs are for slow, busy machines; no test is meant to need them.
 */
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { ClosingLineReporter } from './test/helpers/closing-line-reporter.js';

export default defineConfig({
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    globalSetup: ['test/helpers/global-setup.ts'],
    pool: 'forks',
    // Many tests wait for a server or a terminal, so even one core is kept busy by two workers.
    maxWorkers: Math.min(Math.max(2, availableParallelism()), 6),
    testTimeout: 60_000,
    hookTimeout: 180_000,
    teardownTimeout: 30_000,
    reporters: ['default', new ClosingLineReporter()],
  },
});
