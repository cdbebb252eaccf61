/** multi, commit, abort: several operations, of which all happen or none. */
import type { MultiOp, MultiResult } from '../client/api.js';
import { isKeeperError, isZkshError, KeeperError, UsageError } from '../errors.js';
import { EXIT, exitStatus } from '../exit-codes.js';
import type { CommandContext } from './context.js';
import { explained } from './explained.js';
import type { OperationResult, Result } from './results.js';
import { command, option, type ParsedOperation, variadicArg } from './spec.js';

export const multi = command({
  name: 'multi',
  group: 'txn',
  summary: 'Do several writes in one step: all of them, or none',
  description:
    'Operations are check, create, set and delete with their options, separated by a `,` or `;` that stands alone (in a shell: quote the `;`). Each sees what those before it did. A line for each tells what became of it; where one is refused nothing happened, that one is named, and its status is that of multi.\nWithout operations, in the shell or in a script, those that follow are put aside until commit; abort forgets them.',
  args: [variadicArg('operations', 'operation', 'check, create, set or delete with its words', { optional: true })],
  options: {
    file: option('file', 'f', 'FILE', 'data', 'operations from a file, one a line; - is stdin'),
  },
  examples: [
    { line: 'multi create /config/new x , delete /config/old', summary: 'a rename' },
    { line: 'multi check /config/db 0 , set /config/db host=db2 , create /jobs/7 -s', summary: 'on a condition' },
    { line: 'multi -n create /a x , delete /config/old', summary: 'what would be sent' },
  ],
  writes: true,
  async *run(context, { operations, file }) {
    const { shell, io } = context;
    const given = file === undefined ? operations : await fromFile(context, file, operations);
    if (shell.staged !== undefined) {
      throw new UsageError('a multi is being put together already', { hint: 'commit or abort ends it.' });
    }
    if (given.length === 0 && file === undefined) {
      shell.staged = [];
      yield { kind: 'message', text: 'check, create, set and delete are put aside until commit; abort forgets them' };
      return;
    }
    yield* perform(context, await toOps(given, io));
  },
});

export const commit = command({
  name: 'commit',
  group: 'txn',
  summary: 'Do what was put aside since multi, in one step',
  description:
    'Where the server refuses one of them nothing is done, and they are forgotten; where it could not be reached they stay. With -n they are shown, and stay.',
  args: [],
  options: {},
  examples: [{ line: 'commit', summary: 'a line for each operation' }],
  writes: true,
  async *run(context) {
    const ops = takeStaged(context);
    if (context.settings.dryRun) {
      context.shell.staged = ops;
    }
    try {
      yield* perform(context, ops);
    } catch (error) {
      // Nothing was done, and typing it all again would be hard.
      if (isZkshError(error) && error.applied === 'no') {
        context.shell.staged = ops;
      }
      throw error;
    }
  },
});

export const abort = command({
  name: 'abort',
  group: 'txn',
  summary: 'Forget what was put aside since multi',
  args: [],
  options: {},
  examples: [{ line: 'abort', summary: 'nothing was sent' }],
  session: 'none',
  async *run(context) {
    const count = takeStaged(context).length;
    yield { kind: 'done', verb: 'abort', fields: { forgotten: count } };
  },
});

/** A verb that may stand in a multi is put aside while one is being put together. */
export async function* stage(
  { shell, io }: Pick<CommandContext, 'shell' | 'io'>,
  { spec, values }: ParsedOperation,
): AsyncGenerator<Result> {
  const ops = await toOps([{ spec, values }], io);
  shell.staged = [...(shell.staged ?? []), ...ops];
  yield { kind: 'message', text: `${shell.staged.length} put aside; commit sends them, abort forgets them` };
}

function takeStaged({ shell }: CommandContext): readonly MultiOp[] {
  const { staged } = shell;
  if (staged === undefined) {
    throw new UsageError('no multi is being put together', { hint: 'Begin one: multi' });
  }
  shell.staged = undefined;
  return staged;
}

async function fromFile(
  { io, shell }: CommandContext,
  file: Parameters<CommandContext['io']['readData']>[0],
  operations: readonly ParsedOperation[],
): Promise<readonly ParsedOperation[]> {
  if (operations.length > 0) {
    throw new UsageError('operations are given twice: on the line and with --file');
  }
  const source = file.from === 'text' ? ({ from: 'file', file: file.text } as const) : file;
  const text = (await io.readData(source))?.toString('utf8') ?? '';
  const found = io.readOperations(text, shell.cwd);
  if (found.length === 0) {
    throw new UsageError('there is no operation in the file', { why: 'One a line: check, create, set or delete.' });
  }
  return found;
}

async function toOps(operations: readonly ParsedOperation[], io: CommandContext['io']): Promise<MultiOp[]> {
  const ops: MultiOp[] = [];
  for (const { spec, values } of operations) {
    ops.push(...((await spec.toOperations?.(values as never, io)) ?? []));
  }
  return ops;
}

async function* perform(context: CommandContext, ops: readonly MultiOp[]): AsyncGenerator<Result> {
  const { session, settings, signal } = context;
  if (settings.dryRun) {
    for (const { op, path } of ops) {
      yield { kind: 'planned', action: VERBS[op], path };
    }
    return;
  }
  let results: MultiResult[];
  try {
    results = await session.multi(ops, { signal });
  } catch (error) {
    if (!isKeeperError(error) || error.facts.results === undefined) {
      throw error;
    }
    yield* tellRefused(context, ops, error);
    return;
  }
  for (const [index, op] of ops.entries()) {
    yield operationResult(index, op, 'ok', results[index]);
  }
}

/** As they are typed. */
const VERBS = { check: 'check', create: 'create', setData: 'set', delete: 'delete' } as const;

async function* tellRefused(
  { session, signal }: CommandContext,
  ops: readonly MultiOp[],
  error: KeeperError,
): AsyncGenerator<Result> {
  const failedAt = error.facts.index ?? 0;
  for (const [index, op] of ops.entries()) {
    const result = index < failedAt ? 'rolledback' : index === failedAt ? error.code : 'nottried';
    yield operationResult(index, op, result, undefined);
  }
  const failed = ops[failedAt];
  if (failed === undefined) {
    throw error;
  }
  const expectedVersion = 'version' in failed ? failed.version : undefined;
  const op = failed.op === 'check' ? 'setData' : failed.op;
  const asked = { op, path: failed.path as never, expectedVersion };
  const told = await explained(session, Promise.reject(error), asked, { signal }).catch((each: unknown) => each);
  const created = ops.slice(0, failedAt).flatMap((each) => (each.op === 'create' ? [each.path] : []));
  const isTtl = failed.op === 'create' && failed.ttlMs !== undefined;
  const named = isKeeperError(told) ? asOperation(told, { created, isTtl }) : told;
  yield { kind: 'failure', error: named };
  yield { kind: 'ended', status: exitStatus(named) || EXIT.failed.status };
}

/**
 * As of the operation by itself; that it stands in a multi its `index` says.
 * @param created by operations before it: missing as things stand, but there when it was tried
 */
function asOperation(
  error: KeeperError,
  { created, isTtl }: { readonly created: readonly string[]; readonly isTtl: boolean },
): KeeperError {
  const { firstMissing, ...facts } = error.facts;
  const isOfCreate = error.code === 'NONODE' && error.op === 'create';
  const isMissing = firstMissing !== undefined && !created.includes(firstMissing);
  return new KeeperError(error.code, error.message, {
    ...facts,
    ...(isMissing ? { firstMissing } : {}),
    ...(isOfCreate ? { hint: 'Parents are created by operations in front of it.' } : {}),
    ...(isTtl ? { op: 'createTTL' } : {}),
    cause: error,
  });
}

function operationResult(index: number, op: MultiOp, result: string, done: MultiResult | undefined): OperationResult {
  const path = done?.op === 'create' ? done.path : op.path;
  const stat = done !== undefined && 'stat' in done ? done.stat : null;
  return { kind: 'operation', index: index + 1, op: VERBS[op.op], path, result, stat };
}
