/** What find does with what it has found: prints, counts, deletes, or runs a command. */
import { ConnectionError } from '../errors.js';
import { EXIT } from '../exit-codes.js';
import { isWithin, type ZnodePath } from '../protocol/path.js';
import type { Stat } from '../protocol/stat.js';
import type { Need } from '../tree/find/predicates.js';
import type { Glance } from '../tree/read/walk.js';
import type { PlannedDelete } from '../tree/write/planned-write.js';
import { writeAll } from '../tree/write/write.js';
import { confirm } from './confirm.js';
import type { CommandContext } from './context.js';
import type { LongRun } from './long-run.js';
import type { Result } from './results.js';
import type { UserCommand } from './spec.js';

/** What is kept of a znode that was found. */
export interface FoundZnode {
  readonly path: ZnodePath;
  /** null where nobody asked for it, or it may not be read. */
  readonly stat: Stat | null;
}

export interface FindAction {
  /** What it has to know of each. */
  readonly needs: Need;
  keep(znode: Glance): FoundZnode;
  /** What that takes in memory, with what is made of it. */
  readonly keptBytes: number;
  /** Of a run in which nothing failed. */
  readonly status: number;
  found(znodes: readonly FoundZnode[], run: LongRun): Iterable<Result> | AsyncIterable<Result>;
  /** What is left to do when all is found. */
  end(run: LongRun): AsyncGenerator<Result>;
}

export interface FindActionValues {
  readonly long: boolean;
  readonly print0: boolean;
  readonly count: boolean;
  readonly delete: boolean;
  readonly exec: UserCommand | undefined;
}

/** @throws ConnectionError where it would write and this run is read-only */
export function createAction(context: CommandContext, values: FindActionValues): FindAction {
  if (values.delete) {
    return createDelete(context);
  }
  if (values.exec !== undefined) {
    return createExec(context, values.exec);
  }
  return values.count ? createCount() : createPrint(values);
}

const NAME_BYTES = 300;
const STAT_BYTES = 2_000;

function nameOnly({ path }: Glance): FoundZnode {
  return { path, stat: null };
}

function withStat({ path, stat }: Glance): FoundZnode {
  return { path, stat };
}

async function* nothing(): AsyncGenerator<Result> {}

function createPrint({ long, print0 }: FindActionValues): FindAction {
  return {
    needs: long ? 'stat' : 'names',
    keep: long ? withStat : nameOnly,
    keptBytes: long ? STAT_BYTES : NAME_BYTES,
    status: EXIT.ok.status,
    *found(znodes) {
      const rows = znodes.map(({ path, stat }) => ({ path, label: path, stat }));
      yield {
        kind: 'children',
        rows,
        withStat: long,
        recursive: true,
        parent: null,
        ...(print0 && { endsWithNul: true }),
      };
    },
    end: nothing,
  };
}

function createCount(): FindAction {
  let count = 0;
  return {
    needs: 'names',
    keep: nameOnly,
    keptBytes: NAME_BYTES,
    status: EXIT.ok.status,
    found(znodes) {
      count += znodes.length;
      return [];
    },
    async *end() {
      yield { kind: 'text', text: String(count), fields: { count } };
    },
  };
}

/** Collected first: what is deleted must not be missing from under the walk. */
function createDelete(context: CommandContext): FindAction {
  const { session, settings, signal, clock } = context;
  if (settings.readOnly && !settings.dryRun) {
    throw new ConnectionError('NOTREADONLY', 'refused: this run is read-only', {
      why: 'Nothing was sent.',
      hint: 'To see what would be deleted: --dry-run',
    });
  }
  const found: PlannedDelete[] = [];
  return {
    // Their versions: what somebody writes between finding and deleting stays.
    needs: 'stat',
    keep: withStat,
    keptBytes: NAME_BYTES,
    status: EXIT.ok.status,
    found(znodes, run) {
      for (const { path, stat } of znodes) {
        if (isSystem(session.chroot, path)) {
          run.progress.skip('kept, for it belongs to ZooKeeper or is the root');
        } else if (stat !== null) {
          found.push({ op: 'delete', path, version: stat.version });
        }
      }
      return [];
    },
    async *end(run) {
      found.reverse();
      if (settings.dryRun) {
        for (const { path } of found) {
          yield { kind: 'planned', action: 'delete', path };
        }
        return;
      }
      if (found.length === 0) {
        return;
      }
      await confirm(
        context,
        found.length === 1 ? `Delete ${found[0]?.path}?` : `Delete the ${found.length} znodes that were found?`,
      );
      run.progress.doing = 'deleting';
      for await (const outcomes of writeAll(session, chunksOf(found), { signal, clock })) {
        yield {
          kind: 'deleted',
          paths: outcomes.filter(({ state }) => state === 'done').map(({ write }) => write.path),
        };
        for (const outcome of outcomes) {
          if (outcome.state === 'skipped') {
            run.progress.skip('gone before it was deleted');
          } else if (outcome.state === 'failed') {
            yield* run.fail(outcome.error);
          }
        }
        yield* run.due();
      }
    },
  };
}

const CHUNK = 1_000;

function* chunksOf(writes: readonly PlannedDelete[]): Generator<readonly PlannedDelete[]> {
  for (let from = 0; from < writes.length; from += CHUNK) {
    yield writes.slice(from, from + CHUNK);
  }
}

function isSystem(chroot: string, path: ZnodePath): boolean {
  return path === '/' || isWithin(`${chroot}${path}`, '/zookeeper');
}

/** One after the other, in the order in which they were found. A command that fails does not stop the others. */
function createExec(context: CommandContext, command: UserCommand): FindAction {
  const { program, isBatch } = readCommand(command);
  const waiting: ZnodePath[] = [];
  let waitingChars = 0;

  async function* execute(paths: readonly ZnodePath[], run: LongRun): AsyncGenerator<Result> {
    const words = program(paths);
    if (context.settings.dryRun) {
      yield { kind: 'planned', action: 'run', path: words.join(' ') };
      return;
    }
    const environment = { ZKSH_SERVER: context.connection.servers, ...(isBatch ? {} : { ZKSH_PATH: paths[0] ?? '' }) };
    const status = await context.io.runProgram(words, environment, context.signal);
    if (status !== 0) {
      action.status = EXIT.failed.status;
      run.progress.fail();
    }
  }

  async function* executeWaiting(run: LongRun): AsyncGenerator<Result> {
    if (waiting.length > 0) {
      waitingChars = 0;
      yield* execute(waiting.splice(0), run);
    }
  }

  const action = {
    needs: 'names' as const,
    keep: nameOnly,
    keptBytes: NAME_BYTES,
    status: EXIT.ok.status as number,
    async *found(znodes: readonly FoundZnode[], run: LongRun) {
      for (const { path } of znodes) {
        if (!isBatch) {
          yield* execute([path], run);
          continue;
        }
        if (waiting.length === BATCH_PATHS_MAX || waitingChars + path.length > BATCH_CHARS_MAX) {
          yield* executeWaiting(run);
        }
        waiting.push(path);
        waitingChars += path.length;
      }
    },
    end: executeWaiting,
  };
  return action;
}

/** Well below what a system takes in one call. */
const BATCH_CHARS_MAX = 100_000;
const BATCH_PATHS_MAX = 5_000;

/**
 * Words are a program and its arguments, `{}` being the path, or the paths behind one another; without it they stand at the
 * end. A line is for the shell, which gets the paths as its arguments: a name cannot be taken for a piece of the line.
 */
function readCommand(command: UserCommand): {
  readonly program: (paths: readonly ZnodePath[]) => readonly string[];
  readonly isBatch: boolean;
} {
  if ('line' in command) {
    const line = command.line.includes('{}') ? command.line.replaceAll('{}', '"$@"') : `${command.line} "$@"`;
    return { program: (paths) => ['/bin/sh', '-c', line, 'zksh', ...paths], isBatch: false };
  }
  const last = command.words.at(-1);
  const isBatch = last === '+' && command.words.length > 1;
  const words = isBatch || (last === ';' && command.words.length > 1) ? command.words.slice(0, -1) : command.words;
  const [only = ''] = words;
  if (words.length === 1 && /\s/.test(only)) {
    return { ...readCommand({ line: only }), isBatch };
  }
  const withPlace = words.some((word) => word.includes('{}')) ? words : [...words, '{}'];
  const place = (word: string, path: ZnodePath) => word.replaceAll('{}', () => path);
  return {
    // `{}` alone becomes several words; as a part of a word, that word does.
    program: (paths) =>
      withPlace.flatMap((word) => (word.includes('{}') ? paths.map((path) => place(word, path)) : [word])),
    isBatch,
  };
}
