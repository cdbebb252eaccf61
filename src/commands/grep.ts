/** grep: lines of data that match, in a subtree. What matches is tree/find/search.ts's business. */
import { UsageError } from '../errors.js';
import { EXIT } from '../exit-codes.js';
import { nameOf, type ZnodePath } from '../protocol/path.js';
import { compileGlob } from '../tree/find/patterns.js';
import { createSearch, type Found, type Search } from '../tree/find/search.js';
import { type Glance, walkSifted } from '../tree/read/walk.js';
import { createLongRun, inPortions } from './long-run.js';
import type { MatchesResult, Result, ZnodeMatches } from './results.js';
import { arg, command, flag, option, variadicArg } from './spec.js';

export const grep = command({
  name: 'grep',
  group: 'tree',
  summary: 'Search the data of znodes and all below them',
  description:
    'PATTERN is a regular expression, JavaScript’s, or text with -F. Each line of data that matches is printed with its path and number. Data that are not UTF-8, or hold a NUL, are binary: they are searched byte by byte (\\xca is that byte) and one line tells that they match; --text prints their lines all the same, --hex dumps the bytes around each match.\nPlain output is path, number and line, separated by TABs; the line is last and as it is stored. The number of a line of context ends with a hyphen. The status is 0 where something matches and 1 where nothing does. Znodes that may not be read are told, the rest is searched, and the status is 1.',
  args: [
    arg('pattern', 'text', 'what to look for'),
    variadicArg('path', 'znodePath', 'where to look; the working directory where none is given', { optional: true }),
  ],
  options: {
    ignoreCase: flag('ignore-case', 'i', 'whatever the letter case'),
    fixed: flag('fixed-strings', 'F', 'PATTERN is text, not an expression', { conflicts: ['extended-regexp'] }),
    extended: flag('extended-regexp', 'E', 'PATTERN is an expression, as it is anyway'),
    word: flag('word-regexp', 'w', 'whole words only'),
    line: flag('line-regexp', 'x', 'whole lines only'),
    invert: flag('invert-match', 'v', 'the lines that do not match'),
    paths: flag('files-with-matches', 'l', 'print only the paths', {
      conflicts: ['count', 'files-without-match', 'only-matching', 'quiet'],
    }),
    without: flag('files-without-match', 'L', 'print only the paths of those in which nothing matches', {
      conflicts: ['count', 'only-matching', 'quiet'],
    }),
    count: flag('count', 'c', 'print the path and the number of lines of each that matches', {
      conflicts: ['only-matching', 'quiet'],
    }),
    only: flag('only-matching', null, 'print what matches, not the line around it', { conflicts: ['invert-match'] }),
    quiet: flag('quiet', 'q', 'print nothing and end at the first match: the status tells'),
    maxCount: option('max-count', 'm', 'N', 'count', 'N lines of a znode at most'),
    after: option('after-context', 'A', 'N', 'count', 'and N lines behind each'),
    before: option('before-context', 'B', 'N', 'count', 'and N lines before each'),
    context: option('context', 'C', 'N', 'count', 'and N lines around each'),
    text: flag('text', 'a', 'binary data are text, too', { conflicts: ['hex'] }),
    hex: flag('hex', null, 'dump the bytes around what matches in binary data'),
    namesOnly: flag('names-only', null, 'search the names of znodes instead of their data; nothing else is read', {
      conflicts: ['text', 'hex', 'count', 'only-matching'],
    }),
    include: option('include', null, 'GLOB', 'glob', 'only znodes of this name'),
    maxDepth: option('max-depth', null, 'N', 'count', 'go down N levels at most; 0 is PATH alone'),
    rate: option('rate', null, 'N', 'count', 'read at most N znodes a second, to spare the server'),
    recursive: flag('recursive', 'r', 'go down, as it does anyway', { conflicts: ['max-depth'] }),
  },
  examples: [
    { line: 'grep replicas /config', summary: 'lines with their paths and numbers' },
    { line: "grep -il 'host.*10\\.0\\.' /services", summary: 'only the paths' },
    { line: 'grep -C 2 timeout /config', summary: 'with two lines around each' },
    { line: 'grep --names-only ^lock- /locks', summary: 'names instead of data' },
  ],
  async *run(context, values) {
    const roots = values.path.length === 0 ? [context.shell.cwd] : values.path;
    const { include, rate, maxDepth } = values;
    if (rate === 0 || values.maxCount === 0) {
      throw new UsageError(`--${rate === 0 ? 'rate' : 'max-count'}: at least 1`);
    }
    const isIncluded = include === undefined ? null : compileGlob(include);
    const output = createOutput(values);
    const isQuick = values.quiet;
    const run = createLongRun(context, {
      doing: 'searching',
      did: 'searched',
      ...(maxDepth === undefined ? { allBelow: roots } : {}),
    });
    function look(znode: Glance): ZnodeMatches | null {
      // A name is known of a znode that may not be read, too.
      const isKnown = znode.error === null || (values.namesOnly && znode.error.code === 'NOAUTH');
      return isKnown && (isIncluded === null || isIncluded(nameOf(znode.path))) ? output.search(znode) : null;
    }
    const options = {
      want: values.namesOnly ? ('names' as const) : ('data' as const),
      ...(maxDepth === undefined ? {} : { depthMax: maxDepth }),
      ...(rate === undefined ? {} : { rate }),
      signal: context.signal,
      look,
      keptBytes: values.paths || values.without || values.count || values.namesOnly ? PATH_BYTES : LINES_BYTES,
    };
    async function* searchOne(root: ZnodePath): AsyncGenerator<Result> {
      if (isQuick && output.count > 0) {
        return;
      }
      for await (const batch of walkSifted(context.session, root, options)) {
        for (const portion of inPortions(batch.kept)) {
          const result = output.show(portion);
          if (isQuick && result !== null) {
            return;
          }
          if (result !== null) {
            yield result;
          }
        }
        yield* run.count(batch);
      }
    }
    yield* run.eachRoot(roots, searchOne);
    yield* run.end(output.count > 0 ? EXIT.ok.status : EXIT.failed.status);
  },
});

/** What a znode takes that was selected, with what is made of it. */
const PATH_BYTES = 300;
const LINES_BYTES = 2_000;

interface GrepValues {
  readonly pattern: string;
  readonly ignoreCase: boolean;
  readonly fixed: boolean;
  readonly word: boolean;
  readonly line: boolean;
  readonly invert: boolean;
  readonly paths: boolean;
  readonly without: boolean;
  readonly count: boolean;
  readonly only: boolean;
  readonly quiet: boolean;
  readonly maxCount: number | undefined;
  readonly after: number | undefined;
  readonly before: number | undefined;
  readonly context: number | undefined;
  readonly text: boolean;
  readonly hex: boolean;
  readonly namesOnly: boolean;
}

interface GrepOutput {
  /** Znodes that were selected. */
  readonly count: number;
  /** null: it is not selected. */
  search(znode: Glance): ZnodeMatches | null;
  /** null: nothing to show. */
  show(znodes: readonly ZnodeMatches[]): MatchesResult | null;
}

function createOutput(values: GrepValues): GrepOutput {
  const search = createSearchOf(values);
  const shows =
    values.paths || values.without
      ? 'paths'
      : values.namesOnly
        ? 'names'
        : values.count
          ? 'counts'
          : values.only
            ? 'matches'
            : 'lines';
  const hasContext = values.after !== undefined || values.before !== undefined || values.context !== undefined;
  let count = 0;
  return {
    get count() {
      return count;
    },
    search(znode) {
      const { path, data } = znode;
      const found = values.namesOnly ? inName(search, path) : data === null ? null : search.find(data);
      if ((found !== null) === values.without) {
        return null;
      }
      const { linesCount, isBinary, encoding, lines } = found ?? NOTHING;
      const matches = { path, linesCount, isBinary, encoding, lines };
      return values.hex && isBinary && data !== null
        ? { ...matches, dump: dumpOf(data, search.findBytes(data)) }
        : matches;
    },
    show(znodes) {
      const isFurther = count > 0;
      count += znodes.length;
      return znodes.length === 0 ? null : { kind: 'matches', znodes, shows, hasContext, isFurther };
    },
  };
}

const NOTHING: Found = { linesCount: 0, isBinary: false, encoding: 'utf8', lines: [] };

const ROW_BYTES = 16;

/** The rows of 16 in which something matches. Copied: the data are a view into the reply. */
function dumpOf(data: Buffer, spans: ReturnType<Search['findBytes']>): NonNullable<ZnodeMatches['dump']> {
  const offsets = new Set<number>();
  for (const [start, end] of spans) {
    for (let row = start - (start % ROW_BYTES); row < Math.max(end, start + 1) && row < data.length; row += ROW_BYTES) {
      offsets.add(row);
    }
  }
  return [...offsets].map((offset) => ({ offset, bytes: Buffer.from(data.subarray(offset, offset + ROW_BYTES)) }));
}

function inName(search: Search, path: ZnodePath): Found | null {
  const found = search.findIn(nameOf(path));
  return found === null ? null : { ...NOTHING, linesCount: 1, lines: [found] };
}

/** @throws UsageError */
function createSearchOf(values: GrepValues): Search {
  const {
    pattern,
    ignoreCase,
    fixed,
    word,
    line,
    invert,
    text,
    context = 0,
    before = context,
    after = context,
  } = values;
  // Who asks only whether something is there needs one line of it.
  const one = values.paths || values.without || values.quiet ? 1 : Number.POSITIVE_INFINITY;
  const linesMax = Math.min(values.maxCount ?? Number.POSITIVE_INFINITY, one);
  try {
    return createSearch(pattern, { fixed, ignoreCase, word, line, invert, asText: text, before, after, linesMax });
  } catch (error) {
    throw new UsageError(`not a regular expression: ${pattern}`, {
      why: `${error instanceof Error ? error.message.replace(/^Invalid regular expression: \/.*\/[a-z]*: /s, '') : ''}.`,
      hint: `As text: grep -F ${JSON.stringify(pattern)}`,
    });
  }
}
