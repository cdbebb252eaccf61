/**
 * What a long run tells of itself on stderr: a row of progress, drawn in place where stderr is a terminal, and the figures
 * at the end. --quiet hides both.
 */
import type { OutputFormat, ProgressResult, SummaryResult } from '../commands/results.js';
import type { RenderOptions } from '../output/forms.js';
import { isProgressShown } from '../output/kinds/progress.js';
import { isSummaryShown } from '../output/kinds/summary.js';
import { render } from '../output/render.js';
import { colorOn, type Reporter } from './report.js';

export interface ProgressView {
  showProgress(result: ProgressResult): void;
  showSummary(result: SummaryResult): Promise<void>;
}

export function createProgressView(reporter: Reporter, format: OutputFormat): ProgressView {
  const { io, options } = reporter;

  function renderOptions(): RenderOptions {
    const { stderr } = io.streams;
    const width = stderr.columns || Number.POSITIVE_INFINITY;
    return { format, color: colorOn(stderr, reporter), width, terminal: isWatched(reporter), nowMs: 0 };
  }

  return {
    showProgress(result) {
      if (isWatched(reporter) && !options.quiet && isProgressShown(result)) {
        io.note(String(render(result, { ...renderOptions(), format: 'human' })));
      }
    },
    async showSummary(result) {
      if (!options.quiet && isSummaryShown(result, isWatched(reporter))) {
        await io.write(render(result, renderOptions()), 'stderr');
      }
    },
  };
}

/** Somebody looks at stderr, on a terminal that can draw a row anew. */
export function isWatched({ io, environment }: Pick<Reporter, 'io' | 'environment'>): boolean {
  return io.streams.stderr.isTTY === true && environment.TERM !== 'dumb';
}
