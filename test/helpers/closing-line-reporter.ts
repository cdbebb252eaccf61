/**
 * Ends a run with `N passed, N failed, N skipped`, alone on the very last line. Counts tests; a file or a hook that
 * breaks counts as one failed test, so that a failing run never says `0 failed`.
 */
import type { Reporter, SerializedError, TestModule } from 'vitest/node';

export class ClosingLineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const line = closingLine(modules, unhandledErrors.length);
    // Other reporters and the tear-down still write after this call; nothing writes after `exit`.
    process.once('exit', () => process.stdout.write(`${line}\n`));
  }
}

function closingLine(modules: readonly TestModule[], unhandledErrorsCount: number): string {
  const counts = { passed: 0, failed: unhandledErrorsCount, skipped: 0, pending: 0 };
  for (const module of modules) {
    for (const test of module.children.allTests()) counts[test.result().state] += 1;
    for (const broken of [module, ...module.children.allSuites()]) if (broken.errors().length > 0) counts.failed += 1;
  }
  // A test that never came to its end (an interrupted run) has not passed.
  return `${counts.passed} passed, ${counts.failed + counts.pending} failed, ${counts.skipped} skipped`;
}
