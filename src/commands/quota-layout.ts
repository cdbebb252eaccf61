/**
 * Where a server keeps the quota of a znode, and how it writes it (Quotas, StatsTrack of ZooKeeper 3.9). Paths are the
 * server's: under a chroot as well the quota lies below /zookeeper/quota of the server, or nobody looks at it.
 */
import type { RequestOptions, Session } from '../client/api.js';
import { isKeeperError } from '../errors.js';
import { parentOf, type ZnodePath } from '../protocol/path.js';
import { LIMITS_NAME, QUOTA_ROOT, STATS_NAME } from '../protocol/quota.js';
import type { QuotaLimits } from './results.js';

export interface QuotaPlace {
  /** The znode, as the server knows it. */
  readonly znode: string;
  readonly folder: string;
  readonly limits: string;
  readonly stats: string;
}

export function quotaPlace(session: Pick<Session, 'chroot'>, path: ZnodePath): QuotaPlace {
  return placeOf(path === '/' ? session.chroot || '/' : `${session.chroot}${path}`);
}

export function placeOf(znode: string): QuotaPlace {
  const folder = `${QUOTA_ROOT}${znode === '/' ? '' : znode}`;
  return { znode, folder, limits: `${folder}/${LIMITS_NAME}`, stats: `${folder}/${STATS_NAME}` };
}

/** As the user knows the path; what lies outside the chroot is named so. */
export function nameOfZnode({ chroot }: Pick<Session, 'chroot'>, znode: string): string {
  if (chroot === '') {
    return znode;
  }
  return znode === chroot
    ? '/'
    : znode.startsWith(`${chroot}/`)
      ? znode.slice(chroot.length)
      : `${znode} (outside the chroot)`;
}

export const NO_LIMITS: QuotaLimits = { count: null, bytes: null, countHard: null, bytesHard: null };

/** `count=5,bytes=-1=;byteHardLimit=-1;countHardLimit=-1`; what is not there, or no number, is no limit. */
export function parseLimits(data: Buffer | null): QuotaLimits {
  const numbers = parseNumbers(data);
  const limit = (name: string) => {
    const value = numbers.get(name);
    return value === undefined || value < 0 ? null : value;
  };
  return {
    count: limit('count'),
    bytes: limit('bytes'),
    countHard: limit('countHardLimit'),
    bytesHard: limit('byteHardLimit'),
  };
}

export function parseUsed(data: Buffer | null): { count: number; bytes: number } {
  const numbers = parseNumbers(data);
  return { count: numbers.get('count') ?? 0, bytes: numbers.get('bytes') ?? 0 };
}

/** The odd `=` between old keys and new ones lets servers before 3.7 read it. */
export function formatLimits({ count, bytes, countHard, bytesHard }: QuotaLimits): Buffer {
  const text = `count=${count ?? -1},bytes=${bytes ?? -1}=;byteHardLimit=${bytesHard ?? -1};countHardLimit=${countHard ?? -1}`;
  return Buffer.from(text);
}

function parseNumbers(data: Buffer | null): Map<string, number> {
  const pieces = (data ?? Buffer.alloc(0)).toString('utf8').split(/[,;]+/);
  return new Map(
    pieces.flatMap((piece) => {
      const [name = '', value = ''] = piece.split('=');
      const number = /^-?\d+$/.test(value) ? Number(value) : Number.NaN;
      return Number.isNaN(number) ? [] : [[name, number] as const];
    }),
  );
}

export interface StoredQuota {
  readonly limits: QuotaLimits;
  /** Of the limits, for a change that loses nobody else's. */
  readonly version: number;
  readonly used: { readonly count: number; readonly bytes: number } | null;
}

/** null where there is none. */
export async function readQuota(
  session: Session,
  place: QuotaPlace,
  options: RequestOptions,
): Promise<StoredQuota | null> {
  const absolute = { ...options, absolute: true };
  const [limits, stats] = await Promise.all([
    orMissing(session.getData(place.limits, absolute)),
    orMissing(session.getData(place.stats, absolute)),
  ]);
  return limits === null
    ? null
    : {
        limits: parseLimits(limits.data),
        version: limits.stat.version,
        used: stats === null ? null : parseUsed(stats.data),
      };
}

/** The nearest ancestor with a quota, as the server knows it. */
export async function ancestorWithQuota(
  session: Session,
  znode: string,
  options: RequestOptions,
): Promise<string | null> {
  for (let ancestor: string = parentOf(znode); ancestor !== '/'; ancestor = parentOf(ancestor)) {
    if ((await session.exists(placeOf(ancestor).limits, { ...options, absolute: true })) !== null) {
      return ancestor;
    }
  }
  return null;
}

/** The znodes below `znode` that have a quota, as the server knows them. */
export async function quotasBelow(session: Session, znode: string, options: RequestOptions): Promise<string[]> {
  const found: string[] = [];
  let folders: readonly string[] = [znode === '/' ? '' : znode];
  while (folders.length > 0) {
    const listed = await Promise.all(
      folders.map(async (folder) => {
        const children = await orMissing(session.getChildren(`${QUOTA_ROOT}${folder}`, { ...options, absolute: true }));
        return { folder, names: children?.children.sort() ?? [] };
      }),
    );
    for (const { folder, names } of listed) {
      if (names.includes(LIMITS_NAME) && folder !== znode) {
        found.push(folder);
      }
    }
    folders = listed.flatMap(({ folder, names }) =>
      names.filter((name) => name !== LIMITS_NAME && name !== STATS_NAME).map((name) => `${folder}/${name}`),
    );
  }
  return found;
}

async function orMissing<T>(reading: Promise<T>): Promise<T | null> {
  return reading.catch((error: unknown) => {
    if (isKeeperError(error, 'NONODE')) {
      return null;
    }
    throw error;
  });
}
