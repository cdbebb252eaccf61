/** What import, cp and mv have in common: a restore carried out, and how it is told. What is planned: tree/copy/restore.ts. */
import type { Session } from '../client/api.js';
import { isZkshError, KeeperError, LocalError, type ZkshError } from '../errors.js';
import { type AclEntry, ALL_PERMISSIONS } from '../protocol/acl.js';
import type { Guarded, LeftOut, Restore, RestoreWrite } from '../tree/copy/restore.js';
import { sameAcl } from '../tree/read/read-znodes.js';
import type { WriteOutcome } from '../tree/write/planned-write.js';
import { type WriterOptions, writeAll } from '../tree/write/write.js';
import type { CommandContext } from './context.js';
import type { Failures } from './failures.js';
import type { LongRun } from './long-run.js';
import type { Result } from './results.js';

export interface RestoreRun {
  /** Of the place to which it goes. */
  readonly session: Session;
  readonly restore: Restore;
  readonly run: LongRun;
  readonly failures: Failures;
  readonly options: WriterOptions;
  /** Told of the last write of each batch: all before it have their outcome. */
  readonly written?: (last: RestoreWrite) => Promise<void>;
}

/** All of `writes`, and at the end the ACLs that had to wait. */
export async function* carryOutRestore(
  writes: AsyncIterable<readonly RestoreWrite[]>,
  job: RestoreRun,
): AsyncGenerator<Result> {
  const { session, restore, run, failures, options, written } = job;
  for await (const outcomes of writeAll(session, writes, options)) {
    for (const outcome of outcomes) {
      yield* tellOutcome(outcome, run, failures);
    }
    const last = outcomes.at(-1);
    if (last !== undefined) {
      await written?.(last.write);
    }
    yield* tellLeftOut(restore.takeLeftOut(), run);
    yield* run.due();
  }
  yield* tellLeftOut(restore.takeLeftOut(), run);
  yield* closeGuarded({ session, signal: options.signal }, restore.guarded, failures);
}

async function* tellOutcome(
  outcome: WriteOutcome<RestoreWrite>,
  run: LongRun,
  failures: Failures,
): AsyncGenerator<Result> {
  const { write, state } = outcome;
  const isWanted = write.role === 'znode';
  if (state === 'done') {
    if (isWanted && write.op !== 'setAcl') {
      run.progress.add(1, write.data?.length ?? 0);
    }
  } else if (state === 'failed') {
    // A parent that nobody asked for: whether it is missing its children will tell.
    if (isWanted) {
      yield* failures.add(write.path, withAdvice(outcome.error));
    }
  } else if (isWanted) {
    run.progress.skip(SKIPPED[outcome.why]);
  }
}

export function withAdvice(error: ZkshError): ZkshError {
  return error.code !== 'NODEEXISTS'
    ? error
    : new KeeperError(error.code, error.message, {
        op: 'create',
        hint: 'To make it as wanted: --overwrite. To leave it as it is: --skip-existing',
        ...(error.why === undefined ? {} : { why: error.why }),
      });
}

export const SKIPPED = {
  exists: 'there already',
  same: 'there already, the same',
  ephemeral: 'there already, an ephemeral of another session',
  gone: 'gone',
} as const;

export function* tellLeftOut(leftOut: readonly LeftOut[], run: LongRun): Generator<Result> {
  for (const { path, reason } of leftOut) {
    if (reason === 'hiddenHash') {
      yield* run.fail(
        new LocalError(`${path}: the export has no password hash in its ACL, only x`, {
          why: 'Who made the export was not allowed to see it; a znode with such an ACL would be out of reach for everybody.',
          hint: 'With another ACL: --no-acl',
        }),
      );
    } else if (reason !== 'root') {
      run.progress.skip(LEFT_OUT[reason]);
    }
  }
}

const LEFT_OUT = {
  ephemeral: 'ephemeral',
  system: "ZooKeeper's own",
  unmapped: 'outside of the export’s root',
  below: 'below one that could not be imported',
} as const;

/** The ACLs that were wanted, for those that let us in until now; also where an earlier run was cut short. */
async function* closeGuarded(
  { session, signal }: Pick<CommandContext, 'session' | 'signal'>,
  guarded: readonly Guarded[],
  failures: Failures,
): AsyncGenerator<Result> {
  for (let from = 0; from < guarded.length; from += CLOSED_AT_ONCE) {
    const outcomes = await Promise.all(
      guarded.slice(from, from + CLOSED_AT_ONCE).map(async ({ path, wanted, temporary }) => {
        try {
          const { acl } = await session.getAcl(path, { signal });
          if (sameAcl(acl, temporary)) {
            await session.setAcl(path, wanted, -1, { signal });
          }
          return null;
        } catch (error) {
          return { path, error };
        }
      }),
    );
    for (const failed of outcomes) {
      if (failed !== null && !(isZkshError(failed.error) && failed.error.code === 'NONODE')) {
        yield* failures.add(failed.path, failed.error);
      }
    }
  }
}

const CLOSED_AT_ONCE = 500;

/** The entry that lets us in, as the server sees us. null where it cannot be asked (before 3.7), or lets us do everything. */
export async function entryForUs({
  session,
  signal,
}: Pick<CommandContext, 'session' | 'signal'>): Promise<AclEntry | null> {
  const identities = await session.whoAmI({ signal }).catch((error: unknown) => {
    if (isZkshError(error) && !error.sessionOver && error.code !== 'INTERRUPTED') {
      return [];
    }
    throw error;
  });
  if (identities.some(({ scheme }) => scheme === 'super')) {
    return null;
  }
  const address = identities.find(({ scheme }) => scheme === 'ip');
  return address === undefined ? null : { scheme: 'ip', id: address.id, perms: ALL_PERMISSIONS };
}
