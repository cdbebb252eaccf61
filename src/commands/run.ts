/**
 * Runs one verb: refuses a write under --read-only before anything is sent, opens the session where the verb wants one.
 * No parsing, no printing; what it yields and throws is for output/.
 */
import type { Session } from '../client/api.js';
import { ConnectionError } from '../errors.js';
import { orAborted } from '../tree/abort.js';
import type { CommandContext, RunContext } from './context.js';
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
  const session = spec.session === 'none' ? null : await orAborted(context.connection.open(), context.signal);
  yield* spec.run(innerContext(context, session), values as never);
}

function innerContext(context: RunContext, session: Session | null): CommandContext {
  return {
    get session(): Session {
      if (session === null) {
        throw new Error('a verb that asked for no session used one');
      }
      return session;
    },
    connection: context.connection,
    shell: context.shell,
    settings: context.settings,
    io: context.io,
    signal: context.signal,
    wallClock: context.wallClock,
    clock: context.clock,
    commands: COMMANDS,
  };
}
