/** watch: what happens to znodes, until interrupted. Losing the connection or the session does not end it. */
import { ConnectionError } from '../errors.js';
import { isWithin, type ZnodePath } from '../protocol/path.js';
import { type Armed, follow, type SessionTold, type ZnodeTold } from '../tree/follow/follow.js';
import type { CommandContext } from './context.js';
import type { Result, WatchEventResult } from './results.js';
import { command, flag, option, variadicArg } from './spec.js';
import { stopWatching, watchInBackground } from './watch-background.js';
import { environmentOf } from './watch-exec.js';
import { createUntil, UNTIL, type Until } from './watch-until.js';

export const watch = command({
  name: 'watch',
  group: 'watch',
  summary: 'Follow what happens to znodes, until interrupted',
  description:
    'A line for each event: created, deleted, changed (its data), children (one more or less; not with -R, which tells of each child itself). The znodes need not exist yet.\nThe connection and the session may be lost meanwhile: lines disconnected, expired and connected tell it. A server does not say what happened in between; so after each reconnect the znodes are read again, and a line gap is followed by an event for each that differs. Nothing that still shows in the tree is missed.\nWith --exec a command line is run by the shell for each event, one after the other, none left out; the environment has ZKSH_EVENT, ZKSH_PATH, ZKSH_ZXID, ZKSH_TIME, ZKSH_CAUGHT_UP (1 after a gap) and ZKSH_SERVER, with --data also ZKSH_DATA (text) and ZKSH_DATA_BASE64, for data up to 64 KiB. The status of the last command is that of watch.\nStatus 8 when --timeout is over.\nIn the interactive shell, -b leaves a watch behind the prompt: its events appear above the line being typed, until --stop or the end of the session.',
  args: [variadicArg('path', 'znodePath', 'the znodes to follow')],
  options: {
    recursive: flag('recursive', 'R', 'and everything below them'),
    data: flag('data', null, 'with the data of what was created or changed'),
    once: flag('once', null, 'end after the first event'),
    background: flag('background', 'b', 'in the shell: go on behind the prompt; events appear above the line', {
      conflicts: ['data', 'once', 'until', 'timeout', 'exec'],
    }),
    stop: flag('stop', null, 'in the shell: end what -b began', { conflicts: ['background', 'once', 'until', 'exec'] }),
    until: option(
      'until',
      null,
      'EVENT',
      'choice',
      'end as soon as this was so for each path, or at once where it is',
      {
        choices: UNTIL,
      },
    ),
    timeout: option('timeout', null, 'DURATION', 'duration', 'end after this time, with status 8'),
    exec: option('exec', null, 'COMMAND', 'shellCommand', 'run it for each event; takes the rest of the line', {
      rest: true,
    }),
  },
  examples: [
    { line: 'watch /config/db --once', summary: 'wait for the next change' },
    { line: 'watch /jobs/42 --until deleted --timeout 10m', summary: 'wait for a job; status 8 after ten minutes' },
    { line: 'watch -R /services --data -o json', summary: 'a subtree, with data, an object a line' },
    { line: "watch /config/db --once --exec 'echo reload'", summary: 'run a command for each event' },
  ],
  async *run(context, values) {
    if (values.background) {
      yield* watchInBackground(context, values.path, values.recursive ? 'persistentRecursive' : 'persistent');
      return;
    }
    if (values.stop) {
      yield* stopWatching(context, values.path);
      return;
    }
    const deadline = startDeadline(context, values);
    const until = createUntil(values.path, values.until as Until | undefined, values.recursive);
    const roots = values.recursive ? withoutCovered(values.path) : [...new Set(values.path)];
    const options = {
      roots,
      recursive: values.recursive,
      withData: values.data,
      signal: deadline.signal,
      clock: context.clock,
      wallClock: context.wallClock,
    };
    let status = 0;
    try {
      for await (const told of follow(context.connection, options)) {
        if (told.kind === 'armed') {
          yield* begin(told, roots);
          if (until.isMetBy(told)) {
            break;
          }
          continue;
        }
        const result = resultOf(told);
        yield result;
        if (told.kind === 'session') {
          continue;
        }
        if (values.exec !== undefined) {
          const environment = environmentOf(result, context.connection.servers);
          status = await context.io.runCommand(values.exec, environment, deadline.signal);
        }
        if (values.once || until.isMetBy(told)) {
          break;
        }
      }
    } finally {
      deadline.end();
    }
    if (status !== 0) {
      yield { kind: 'ended', status };
    }
  },
});

/** Said once the watches stand, with what they will not tell. */
function* begin({ unreadable }: Armed, roots: readonly ZnodePath[]): Generator<Result> {
  for (const error of unreadable) {
    yield { kind: 'failure', error };
  }
  yield { kind: 'message', text: `watching ${roots.join(', ')}; Ctrl-C ends` };
}

function resultOf(told: ZnodeTold | SessionTold): WatchEventResult {
  if (told.kind === 'session') {
    const { time, event, reason } = told;
    return { kind: 'watchEvent', time, event, path: null, zxid: null, ...(reason === undefined ? {} : { reason }) };
  }
  const { isRecreated, caughtUp, ...event } = told;
  return { ...event, kind: 'watchEvent', ...(caughtUp ? { caughtUp } : {}) };
}

/** A recursive watch covers what is below it; a second one would tell everything twice. */
function withoutCovered(paths: readonly ZnodePath[]): ZnodePath[] {
  const distinct = [...new Set(paths)];
  return distinct.filter((path) => !distinct.some((other) => other !== path && isWithin(path, other)));
}

interface Deadline {
  readonly signal: AbortSignal;
  end(): void;
}

function startDeadline(context: CommandContext, values: DeadlineValues): Deadline {
  const { timeout, path: paths } = values;
  if (timeout === undefined) {
    return { signal: context.signal, end: () => {} };
  }
  const controller = new AbortController();
  const timer = context.clock.setTimeout(() => {
    const facts = { why: 'The time given with --timeout is over.', hint: '' };
    controller.abort(
      new ConnectionError('TIMEOUT', waitedFor(values), paths.length === 1 ? { ...facts, path: `${paths[0]}` } : facts),
    );
  }, timeout);
  return {
    signal: AbortSignal.any([context.signal, controller.signal]),
    end: () => context.clock.clearTimeout(timer),
  };
}

interface DeadlineValues {
  readonly path: readonly ZnodePath[];
  readonly timeout: number | undefined;
  readonly until: string | undefined;
  readonly once: boolean;
}

function waitedFor({ timeout = 0, until, once }: DeadlineValues): string {
  const span = timeout % 1000 === 0 ? `${timeout / 1000}s` : `${timeout}ms`;
  if (until !== undefined) {
    return until === 'exists' ? `did not come to exist within ${span}` : `not ${until} within ${span}`;
  }
  return once ? `no event within ${span}` : `followed for ${span}`;
}
