/**
 * Runs one verb: refuses a write under --read-only before anything is sent, opens the session where the verb wants one.
 * No parsing, no printing; what it yields and throws is for output/.
 */
import type { Session } from '../client/api.js';
import { ConnectionError, UsageError } from '../errors.js';
import { orAborted } from '../tree/abort.js';
import type { CommandContext, RunContext, ShellState } from './context.js';
import { stage } from './multi.js';
import { createOtherSessions, type OtherSessions } from './other-sessions.js';
import { COMMANDS } from './registry.js';
import type { Result } from './results.js';
import type { CommandSpec } from './spec.js';

/**
 * The results of `spec`, as they come. A `failure` is for stderr and does not end it; `ended` carries the status of a verb
 * that throws nothing and yet did not do all it was asked.
 * @param values what SYNTAX read for this very spec
 */
export async function* runCommand(spec: CommandSpec, values: object, context: RunContext): AsyncGenerator<Result> {
  const { settings } = context;
  if (spec.writes === true && settings.readOnly && !settings.dryRun) {
    throw new ConnectionError('NOTREADONLY', 'refused: this run is read-only', {
      why: 'Nothing was sent.',
      hint: `To write, leave out --read-only (ZKSH_READ_ONLY); to see what would be done: --dry-run`,
    });
  }
  if (context.shell.staged !== undefined && isForMulti(spec)) {
    yield* stage(context, { spec, values });
    return;
  }
  const session = spec.session === 'none' ? null : await orAborted(context.connection.open(), context.signal);
  const others = createOtherSessions(context.connection, context.signal);
  try {
    yield* spec.run(innerContext(context, session, others), values as never);
  } finally {
    await others.close();
  }
}

/** @throws UsageError for a write that no multi takes: done at once it would stand between those that are put aside */
function isForMulti(spec: CommandSpec): boolean {
  if (spec.toOperations !== undefined) {
    return true;
  }
  if (spec.writes === true && spec.group !== 'txn') {
    throw new UsageError('it cannot stand in a multi, and one is being put together', {
      hint: 'commit or abort ends it; then again.',
    });
  }
  return false;
}

/** At the end of a run. @throws UsageError where a multi was begun and neither committed nor aborted */
export function refuseStaged({ staged }: ShellState): void {
  if (staged !== undefined) {
    throw new UsageError('a multi was begun and never committed', {
      why: staged.length === 0 ? 'Nothing was sent.' : `Nothing was sent of what was put aside (${staged.length}).`,
      hint: 'Behind its operations: commit',
    });
  }
}

function innerContext(context: RunContext, session: Session | null, others: OtherSessions): CommandContext {
  return {
    get session(): Session {
      if (session === null) {
        throw new Error('a verb that asked for no session used one');
      }
      return session;
    },
    connection: context.connection,
    openSession: (servers) => others.open(servers),
    shell: context.shell,
    settings: context.settings,
    io: context.io,
    sandbox: context.sandbox,
    signal: context.signal,
    wallClock: context.wallClock,
    clock: context.clock,
    commands: COMMANDS,
  };
}
