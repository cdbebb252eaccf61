/** delquota: takes limits off a subtree. */
import { isKeeperError } from '../errors.js';
import { parentOf } from '../protocol/path.js';
import { QUOTA_ROOT } from '../protocol/quota.js';
import type { CommandContext } from './context.js';
import { noQuota } from './quota-errors.js';
import { formatLimits, NO_LIMITS, type QuotaPlace, quotaPlace, readQuota, type StoredQuota } from './quota-layout.js';
import type { QuotaLimits } from './results.js';
import { arg, command, flag } from './spec.js';

export const delquota = command({
  name: 'delquota',
  group: 'quota',
  summary: 'Take limits off a subtree',
  description:
    'All of them, or those that are named; with the last one the quota itself goes, and what it leaves empty below /zookeeper/quota. The znode need not exist any more.',
  args: [arg('path', 'znodePath', 'the top of the subtree')],
  options: {
    count: flag('count', 'n', 'the soft limit on znodes'),
    bytes: flag('bytes', 'b', 'the soft limit on bytes'),
    countHard: flag('count-hard', 'N', 'the hard limit on znodes'),
    bytesHard: flag('bytes-hard', 'B', 'the hard limit on bytes'),
  },
  examples: [
    { line: 'delquota /services', summary: 'the whole quota' },
    { line: 'delquota -n -N /jobs', summary: 'only the limits on znodes' },
  ],
  zkCliDifferences: ['Where there is none the status is 3, not 0.', 'Works inside a chroot, and takes several limits.'],
  writes: true,
  async *run(context, { path, ...named }) {
    const { session, settings, signal } = context;
    const place = quotaPlace(session, path);
    const stored = await readQuota(session, place, { signal });
    if (stored === null) {
      throw noQuota(path, null);
    }
    if (settings.dryRun) {
      yield { kind: 'planned', action: 'delquota', path };
      return;
    }
    const left = limitsLeft(stored, named);
    await (left === null ? takeOff(context, place) : change(context, place, stored, left));
    yield { kind: 'done', verb: 'delquota', fields: { path } };
  },
});

/** null: none. */
function limitsLeft({ limits }: StoredQuota, named: Readonly<Record<keyof QuotaLimits, boolean>>): QuotaLimits | null {
  const names = Object.keys(NO_LIMITS) as (keyof QuotaLimits)[];
  const isAll = names.every((name) => !named[name]);
  const left = Object.fromEntries(
    names.map((name) => [name, isAll || named[name] ? null : limits[name]]),
  ) as unknown as QuotaLimits;
  return names.every((name) => left[name] === null) ? null : left;
}

async function change(
  { session, signal }: CommandContext,
  place: QuotaPlace,
  { version }: StoredQuota,
  left: QuotaLimits,
): Promise<void> {
  await session.setData(place.limits, formatLimits(left), version, { signal, absolute: true });
}

/** First the limits, so that a figure without limits is the worst that is left. */
async function takeOff({ session, signal }: CommandContext, place: QuotaPlace): Promise<void> {
  const remove = (path: string) =>
    session.delete(path, -1, { signal, absolute: true }).catch((error: unknown) => {
      if (!isKeeperError(error, 'NONODE')) {
        throw error;
      }
    });
  await Promise.all([remove(place.limits), remove(place.stats)]);
  for (let folder = place.folder; folder !== QUOTA_ROOT; folder = parentOf(folder)) {
    try {
      await remove(folder);
    } catch (error) {
      if (isKeeperError(error, 'NOTEMPTY')) {
        return;
      }
      throw error;
    }
  }
}
