/**
 * Ends a run with `N passed, N failed, N skipped`, alone on the very last line. Counts tests; a file or a hook that
 * breaks counts as one failed test, so that a failing run never says `0 failed`.
 */
import type { Reporter, SerializedError, TestModule, TestRunEndReason } from 'vitest/node';

export class ClosingLineReporter implements Reporter {
  onTestRunEnd(
    modules: readonly TestModule[],
    unhandledErrors: readonly SerializedError[],
    reason: TestRunEndReason,
  ): void {
    const line = closingLine(modules, unhandledErrors.length, reason === 'interrupted');
    // Other reporters and the tear-down still write after this call; nothing writes after `exit`.
    process.once('exit', () => process.stdout.write(`${line}\n`));
  }
}

function closingLine(modules: readonly TestModule[], unhandledErrorsCount: number, isInterrupted: boolean): string {
  const counts = { passed: 0, failed: unhandledErrorsCount, skipped: 0, pending: 0 };
  for (const module of modules) {
    for (const test of module.children.allTests()) counts[test.result().state] += 1;
    for (const broken of [module, ...module.children.allSuites()]) if (broken.errors().length > 0) counts.failed += 1;
  }
  // Tests that were never begun: in an interrupted run they have not passed; else they are in a skipped suite inside
  // a skipped suite, for which vitest has no other word.
  if (isInterrupted) counts.failed += counts.pending;
  else counts.skipped += counts.pending;
  return `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`;
}
