/** setquota: limits on the znodes and bytes of a subtree. */

import type { MultiOp, Session } from '../client/api.js';
import { isKeeperError, UsageError } from '../errors.js';
import { parentOf, type ZnodePath } from '../protocol/path.js';
import { QUOTA_ROOT } from '../protocol/quota.js';
import type { CommandContext } from './context.js';
import { existing, explained } from './explained.js';
import { quotaConflict, refuseQuotaPath } from './quota-errors.js';
import {
  ancestorWithQuota,
  formatLimits,
  NO_LIMITS,
  nameOfZnode,
  type QuotaPlace,
  quotaPlace,
  quotasBelow,
  readQuota,
} from './quota-layout.js';
import type { QuotaLimits, Result } from './results.js';
import { arg, command, option } from './spec.js';

export const setquota = command({
  name: 'setquota',
  group: 'quota',
  summary: 'Limit how many znodes or bytes a subtree may hold',
  description:
    'A soft limit is only logged by the server; a hard one refuses writes, where the server runs with enforceQuota=true (3.7 and up). Counts include the znode itself; bytes are those of the data. Limits that are not named stay as they are.\nA subtree has one quota: where an ancestor or something below has one, it is named and nothing is set. Under a chroot the quota is set where the server looks for it.',
  args: [arg('path', 'znodePath', 'the top of the subtree')],
  options: {
    count: option('count', 'n', 'N', 'count', 'znodes, soft: 1 or more'),
    bytes: option('bytes', 'b', 'N', 'count', 'bytes of data, soft'),
    countHard: option('count-hard', 'N', 'N', 'count', 'znodes, hard: 1 or more'),
    bytesHard: option('bytes-hard', 'B', 'N', 'count', 'bytes of data, hard'),
  },
  examples: [
    { line: 'setquota -n 1000 /services', summary: 'the server logs when there are more' },
    { line: 'setquota -N 100 -B 1048576 /jobs', summary: 'an enforcing server refuses what is beyond' },
  ],
  zkCliDifferences: [
    'Works inside a chroot: zkCli.sh builds a quota there that no server looks at.',
    'Several limits at once; what is refused has a status, where zkCli.sh ends with 0.',
  ],
  writes: true,
  async *run(context, { path, ...values }) {
    const { session, settings, signal } = context;
    const wanted = limitsOf(values);
    const place = quotaPlace(session, path);
    refuseQuotaPath(path, place);
    await explained(session, existing(session, path, { signal }), { op: 'exists', path }, { signal });
    await refuseConflict(context, path, place);
    if (settings.dryRun) {
      yield { kind: 'planned', action: 'setquota', path };
      return;
    }
    await store(context, place, wanted);
    yield { kind: 'done', verb: 'setquota', fields: { path, ...wanted } };
    yield* warn(context, place, wanted);
  },
});

type GivenLimits = { readonly [K in keyof QuotaLimits]: number | undefined };

/** @throws UsageError for none, and for what no server takes */
function limitsOf(given: GivenLimits): Partial<Record<keyof QuotaLimits, number>> {
  const wanted: Partial<Record<keyof QuotaLimits, number>> = {};
  for (const name of Object.keys(NO_LIMITS) as (keyof QuotaLimits)[]) {
    const value = given[name];
    if (value !== undefined) {
      wanted[name] = value;
    }
  }
  if (Object.keys(wanted).length === 0) {
    throw new UsageError('no limit given', {
      why: '-n and -N limit znodes, -b and -B bytes; capitals are hard limits.',
      hint: 'To see what there is: listquota PATH. To take it off: delquota PATH',
    });
  }
  if (wanted.count === 0 || wanted.countHard === 0) {
    throw new UsageError('a limit on znodes is 1 or more', { why: 'The znode itself counts.' });
  }
  return wanted;
}

async function refuseConflict({ session, signal }: CommandContext, path: ZnodePath, place: QuotaPlace): Promise<void> {
  const ancestor = await ancestorWithQuota(session, place.znode, { signal });
  if (ancestor !== null) {
    const name = nameOfZnode(session, ancestor);
    throw quotaConflict(
      path,
      `Its ancestor ${name} has one.`,
      `To take that off first: delquota ${name.split(' ')[0]}`,
    );
  }
  const [below] = await quotasBelow(session, place.znode, { signal });
  if (below !== undefined) {
    const name = nameOfZnode(session, below);
    throw quotaConflict(path, `${name}, which is below it, has one.`, `To take that off first: delquota ${name}`);
  }
}

/** Others may set or take off the same quota meanwhile. */
const ATTEMPTS_MAX = 5;

async function store(
  { session, signal }: CommandContext,
  place: QuotaPlace,
  wanted: Partial<Record<keyof QuotaLimits, number>>,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const stored = await readQuota(session, place, { signal });
    const data = formatLimits({ ...NO_LIMITS, ...stored?.limits, ...wanted });
    try {
      if (stored !== null) {
        await session.setData(place.limits, data, stored.version, { signal, absolute: true });
      } else {
        await session.multi(await creating(session, place, data, signal), { signal, absolute: true });
      }
      return;
    } catch (error) {
      if (attempt === ATTEMPTS_MAX || !isKeeperError(error, 'BADVERSION', 'NODEEXISTS', 'NONODE')) {
        throw error;
      }
    }
  }
}

/** Folders that are missing, the limits, and the figures, which the server puts right as soon as they are there. */
async function creating(session: Session, place: QuotaPlace, data: Buffer, signal: AbortSignal): Promise<MultiOp[]> {
  const folders: string[] = [];
  for (let folder = place.folder; folder !== QUOTA_ROOT && folder !== '/'; folder = parentOf(folder)) {
    folders.unshift(folder);
  }
  const stats = await Promise.all(
    [...folders, place.stats].map((path) => session.exists(path, { signal, absolute: true })),
  );
  const missing = folders.filter((_, index) => stats[index] === null);
  const hasFigures = stats.at(-1) !== null;
  return [
    ...missing.map((path): MultiOp => ({ op: 'create', path, data: null })),
    { op: 'create', path: place.limits, data },
    ...(hasFigures ? [] : [{ op: 'create', path: place.stats, data: Buffer.from('count=0,bytes=0') } as const]),
  ];
}

/** What is exceeded from the beginning. */
async function* warn(
  { session, signal }: CommandContext,
  place: QuotaPlace,
  wanted: Partial<Record<keyof QuotaLimits, number>>,
): AsyncGenerator<Result> {
  const used = (await readQuota(session, place, { signal }))?.used ?? null;
  if (used === null) {
    return;
  }
  const { count, bytes, countHard, bytesHard } = wanted;
  for (const limit of [count, countHard]) {
    if (limit !== undefined && used.count > limit) {
      yield { kind: 'message', text: `there are ${used.count} znodes already, more than ${limit}` };
    }
  }
  for (const limit of [bytes, bytesHard]) {
    if (limit !== undefined && used.bytes > limit) {
      yield { kind: 'message', text: `there are ${used.bytes} bytes already, more than ${limit}` };
    }
  }
}
