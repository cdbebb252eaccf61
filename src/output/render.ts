/** Results to text: the one door. Pure: (result, options) -> text or bytes. Nothing here writes. */
import type { ChildrenResult, OutputFormat, Result, ResultKind } from '../commands/results.js';
import type { KindForms, RenderOptions } from './forms.js';
import { renderJson } from './json.js';
import { pathsOfListing } from './kinds/listing.js';
import { KINDS } from './kinds/table.js';

export type { RenderOptions } from './forms.js';

export type Render = (result: Result, options: RenderOptions) => string | Buffer;

/** One result by itself. */
export const render: Render = (result, options) => {
  if (result.kind === 'bytes') {
    return result.bytes;
  }
  if (options.format === 'json') {
    return renderJson(result);
  }
  // The kind finds its own forms; TypeScript cannot follow that.
  const forms = KINDS[result.kind] as KindForms<Result>;
  return forms[options.format](result, options);
};

/** Results of one verb in a row: knows what stands between two of them, and what can be shown only at the end. */
export interface Renderer {
  render(result: Result): string | Buffer;
  /** What is still held back. Call it once, after the last result, also when the verb failed. */
  end(): string | Buffer;
}

/** Make one for each verb that runs. */
export function createRenderer(options: RenderOptions): Renderer {
  const heldBack: ChildrenResult[] = [];
  let previous: ResultKind | null = null;
  return {
    render(result) {
      if (options.format === 'zkcli' && result.kind === 'listing') {
        const rows = pathsOfListing(result).map((path) => ({ path, label: path, stat: null }));
        heldBack.push({ kind: 'children', rows, withStat: false, recursive: true, parent: null });
        return '';
      }
      if (
        options.format === 'zkcli' &&
        result.kind === 'children' &&
        (result.recursive || result.isPart === true) &&
        result.endsWithNul !== true
      ) {
        // zkCli.sh has an order of its own, and only the whole list can be put into it.
        heldBack.push(result);
        return '';
      }
      const gap = previous === result.kind && needsGap(result, options.format) ? '\n' : '';
      previous = result.kind;
      const shown = render(result, options);
      return gap === '' ? shown : Buffer.concat([Buffer.from(gap), Buffer.from(shown)]);
    },
    end() {
      const [first] = heldBack;
      return first === undefined ? '' : render({ ...first, rows: heldBack.flatMap(({ rows }) => rows) }, options);
    },
  };
}

/** Two stats below one another are told apart by a blank line. */
function needsGap(result: Result, format: OutputFormat): boolean {
  const isStat = result.kind === 'stat' || (result.kind === 'value' && result.withStat);
  return isStat && (format === 'human' || (format === 'plain' && result.kind === 'stat'));
}

/** Where a result belongs: stdout is for data only. */
export function streamOf(kind: ResultKind, format: OutputFormat): 'stdout' | 'stderr' {
  return ON_STDERR.has(kind) || (kind === 'created' && format === 'zkcli') ? 'stderr' : 'stdout';
}

const ON_STDERR: ReadonlySet<ResultKind> = new Set<ResultKind>(['message', 'failure', 'progress', 'summary']);
