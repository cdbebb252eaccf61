/**
 * Keeps a copy of a subtree in step. Compares both sides first, then follows a persistent recursive watch: each znode that is
 * told of is read, and the copy made like it. What a watch does not tell is made good by comparing again: after a lost
 * connection or session, and as often as asked for (servers tell nobody of a changed ACL).
 */
import type { Clock, Session } from '../../client/api.js';
import { ConnectionError, isKeeperError, isZkshError, type ZkshError } from '../../errors.js';
import { type AclEntry, OPEN_ACL } from '../../protocol/acl.js';
import { isWithin, type ZnodePath } from '../../protocol/path.js';
import type { ZnodeRecord } from '../../protocol/znode-line.js';
import { abortReason, orAborted, pause } from '../abort.js';
import { diffSides } from '../compare/diff.js';
import { type Side, sessionSide } from '../compare/diff-sides.js';
import { comparePaths } from '../order.js';
import type { AclReader } from '../read/acl-reader.js';
import { readZnodes } from '../read/read-znodes.js';
import type { PlannedWrite, WriteOutcome } from '../write/planned-write.js';
import { removeTree } from '../write/remove.js';
import { writeAll } from '../write/write.js';
import { holdsEphemerals } from './extras.js';
import { createPathMap, type PathMap } from './path-map.js';

export interface MirrorPlace {
  readonly root: ZnodePath;
  /** The session as it stands; a new one where the last one is over. */
  open(): Promise<Session>;
}

export interface MirrorOptions {
  readonly source: MirrorPlace;
  readonly target: MirrorPlace;
  /** null: ACLs are left aside; what is new is world:anyone:cdrwa. */
  readonly aclsOf: ((session: Session) => AclReader) | null;
  readonly isExcluded: (path: ZnodePath) => boolean;
  /** Compare, make good, and end. */
  readonly once: boolean;
  /** Only say what comparing has found. */
  readonly dryRun: boolean;
  /** Compare again as often as this; null: only after gaps. */
  readonly recheckMs: number | null;
  /** Znodes a second on each side, at most. */
  readonly rate: number | undefined;
  /** Before the first extra subtrees of the copy go. @throws to keep them, and end */
  readonly confirmExtras: (roots: readonly ZnodePath[]) => Promise<void>;
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

export type MirrorTold =
  /** `path` is that of the copy. With `dryRun`: it would be. */
  | { readonly kind: 'done'; readonly did: 'created' | 'changed' | 'acl' | 'deleted'; readonly path: ZnodePath }
  | { readonly kind: 'failed'; readonly path: string; readonly error: unknown }
  /** Of the copy: it has ephemerals of living sessions. */
  | { readonly kind: 'kept'; readonly path: ZnodePath }
  /** The copy is as the source; events are followed from here on. */
  | { readonly kind: 'inStep'; readonly comparedCount: number }
  | { readonly kind: 'compared'; readonly count: number }
  /** Events may have been missed: both sides will be compared. */
  | { readonly kind: 'gap'; readonly reason: string };

/** Between attempts to reach servers that do not answer. */
const RETRY_MS = 1_000;
/** Paths handled at once: what is told meanwhile waits, each path once. */
const PATHS_AT_ONCE = 1_000;

/**
 * Ends only with `once`, by the signal, or by an error that no reconnect mends.
 * @throws the signal's reason; KeeperError for the roots themselves; ConnectionError AUTHFAILED
 */
export async function* mirror(options: MirrorOptions): AsyncGenerator<MirrorTold> {
  const { source, target, signal, clock } = options;
  let isToldOf = false;
  for (let isFirst = true; ; isFirst = false) {
    const news = createNews();
    try {
      const sessions = { from: await source.open(), to: await target.open() };
      for await (const told of new Round(options, sessions, news).run()) {
        isToldOf = told.kind === 'gap' || (isToldOf && told.kind !== 'inStep');
        yield told;
      }
      return;
    } catch (error) {
      if (signal.aborted) {
        throw abortReason(signal);
      }
      // Who never got anywhere is told at once.
      if (isFirst && !news.wasArmed) {
        throw error;
      }
      if (!isLoss(error)) {
        throw error;
      }
      // Once, however long it takes until both are there again.
      if (!isToldOf) {
        yield { kind: 'gap', reason: error.message };
      }
      isToldOf = true;
      await pause(RETRY_MS, clock, signal);
    } finally {
      news.end();
    }
  }
}

interface Sessions {
  readonly from: Session;
  readonly to: Session;
}

/** As long as both sessions live. */
class Round {
  readonly #options: MirrorOptions;
  readonly #from: Session;
  readonly #to: Session;
  readonly #news: News;
  readonly #place: PathMap;
  readonly #acls: AclReader | null;
  #hasConfirmed = false;

  constructor(options: MirrorOptions, { from, to }: Sessions, news: News) {
    this.#options = options;
    this.#from = from;
    this.#to = to;
    this.#news = news;
    this.#place = createPathMap([{ from: options.source.root, to: options.target.root }]);
    this.#acls = options.aclsOf === null ? null : options.aclsOf(from);
  }

  async *run(): AsyncGenerator<MirrorTold> {
    const { once, dryRun, source, signal } = this.#options;
    if (!once && !dryRun) {
      await this.#news.arm(this.#from, source.root, signal);
    }
    for (;;) {
      const why = this.#news.takeReason();
      if (why === 'reconnected') {
        yield { kind: 'gap', reason: 'the connection was lost' };
      }
      if (why !== null) {
        const comparedCount = yield* this.#compare();
        yield { kind: 'inStep', comparedCount };
      }
      if (once || dryRun) {
        return;
      }
      await this.#news.come(this.#options);
      yield* this.#follow(this.#news.take(PATHS_AT_ONCE));
    }
  }

  // ---- comparing -----------------------------------------------------------------------------------------------------

  async *#compare(): AsyncGenerator<MirrorTold, number> {
    const { dryRun, signal } = this.#options;
    const extras: ZnodePath[] = [];
    const heard: MirrorTold[] = [];
    const counts = { compared: 0 };
    const writes = this.#differences(extras, heard, counts);
    if (dryRun) {
      for await (const batch of writes) {
        yield* batch.map((write): MirrorTold => ({ kind: 'done', did: DID[write.op], path: write.path }));
        yield* heard.splice(0);
      }
      yield* extras.map((path): MirrorTold => ({ kind: 'done', did: 'deleted', path }));
      return counts.compared;
    }
    for await (const outcomes of writeAll(this.#to, writes, this.#writerOptions())) {
      yield* toldOf(outcomes);
      yield* heard.splice(0);
      yield { kind: 'compared', count: counts.compared };
    }
    yield* heard.splice(0);
    yield* this.#removeExtras(extras);
    if (signal.aborted) {
      throw abortReason(signal);
    }
    return counts.compared;
  }

  /** As writes, in tree order; what only the copy has, the highest of each subtree, goes to `extras`. */
  async *#differences(
    extras: ZnodePath[],
    heard: MirrorTold[],
    counts: { compared: number },
  ): AsyncGenerator<PlannedWrite[]> {
    const { source, target, aclsOf, isExcluded, rate, signal } = this.#options;
    const common = { ephemerals: 'skip', rate, signal } as const;
    // Excluded is what the source calls so, wherever the copy has it.
    const back = createPathMap([{ from: target.root, to: source.root }]);
    const hasRoot = await this.#ensureRoot();
    const sides = [
      sessionSide(this.#from, source.root, { ...common, acls: this.#acls, isExcluded }),
      hasRoot
        ? sessionSide(this.#to, target.root, {
            ...common,
            acls: aclsOf === null ? null : aclsOf(this.#to),
            isExcluded: (path) => isExcluded(back(path) ?? path),
          })
        : NOTHING,
    ];
    const toSource = createPathMap([{ from: '/', to: source.root }]);
    const toTarget = createPathMap([{ from: '/', to: target.root }]);
    for await (const batch of diffSides(sides, { withAcl: aclsOf !== null, statFields: [] })) {
      counts.compared += batch.comparedCount;
      for (const { entry, side } of batch.unreadable) {
        const path = (side === 0 ? toSource : toTarget)(entry.path) ?? entry.path;
        heard.push({ kind: 'failed', path, error: entry.error });
      }
      const writes: PlannedWrite[] = [];
      for (const { what, path: below, left, right } of batch.differences) {
        const path = toTarget(below) ?? below;
        if (what === 'removed' && left !== null) {
          writes.push(this.#createOf(left, path));
        } else if (what === 'data' && left !== null) {
          writes.push({ op: 'setData', path, data: left.data, ...versionOf(right) });
        } else if (what === 'acl' && left?.acl != null) {
          writes.push({ op: 'setAcl', path, acl: left.acl });
        } else if (what === 'added' && !extras.some((extra) => isWithin(path, extra))) {
          extras.push(path);
        }
      }
      yield writes;
    }
  }

  /** Comparing needs something to compare with. False: there is nothing, and it is not to be made. */
  async #ensureRoot(): Promise<boolean> {
    const { source, target, dryRun, signal } = this.#options;
    if (target.root === '/' || (await this.#to.exists(target.root, { signal })) !== null) {
      return true;
    }
    if (dryRun) {
      return false;
    }
    const { data } = await this.#from.getData(source.root, { signal });
    await this.#to.create(target.root, data, { signal }).catch((error: unknown) => {
      if (!isKeeperError(error, 'NODEEXISTS')) {
        throw error;
      }
    });
    return true;
  }

  #createOf({ data, acl }: Pick<ZnodeRecord, 'data' | 'acl'>, path: ZnodePath): PlannedWrite {
    const wanted: readonly AclEntry[] = acl ?? OPEN_ACL;
    return { op: 'create', path, data, acl: wanted, ifExists: this.#acls === null ? 'skip' : 'overwrite' };
  }

  async *#removeExtras(extras: readonly ZnodePath[]): AsyncGenerator<MirrorTold> {
    const { signal, confirmExtras } = this.#options;
    const removable: ZnodePath[] = [];
    for (const path of extras) {
      if (await holdsEphemerals(this.#to, path, signal)) {
        yield { kind: 'kept', path };
      } else {
        removable.push(path);
      }
    }
    if (removable.length > 0 && !this.#hasConfirmed) {
      await confirmExtras(removable);
    }
    this.#hasConfirmed = true;
    for (const path of removable) {
      yield* this.#remove(path);
    }
  }

  async *#remove(root: ZnodePath): AsyncGenerator<MirrorTold> {
    try {
      for await (const { deleted, failures } of removeTree(this.#to, root, this.#writerOptions())) {
        yield* deleted.map((path): MirrorTold => ({ kind: 'done', did: 'deleted', path }));
        yield* failures.map(({ path, error }): MirrorTold => ({ kind: 'failed', path, error }));
      }
    } catch (error) {
      if (!isKeeperError(error, 'NONODE')) {
        throw error;
      }
    }
  }

  // ---- following -----------------------------------------------------------------------------------------------------

  async *#follow(told: readonly ZnodePath[]): AsyncGenerator<MirrorTold> {
    const { signal, isExcluded } = this.#options;
    const paths = told.filter((path) => !isCovered(path, isExcluded)).sort(comparePaths);
    const found = await readZnodes(this.#from, paths, { signal });
    const acls = await this.#acls?.read(paths);
    const gone: ZnodePath[] = [];
    const writes: PlannedWrite[] = [];
    for (const [index, from] of paths.entries()) {
      const znode = found[index];
      const path = this.#place(from);
      const acl = acls?.[index] ?? null;
      if (znode === undefined || path === null) {
        continue;
      }
      if (isZkshError(znode) && znode.code === 'NONODE') {
        if (!gone.some((above) => isWithin(path, above))) {
          gone.push(path);
        }
      } else if (isZkshError(znode) || isZkshError(acl)) {
        yield { kind: 'failed', path: from, error: isZkshError(znode) ? znode : acl };
      } else if (znode.stat.ephemeralOwner === 0n) {
        writes.push(this.#createOf({ data: znode.data, acl }, path));
        if (this.#acls === null) {
          writes.push({ op: 'setData', path, data: znode.data });
        }
      }
    }
    for (const path of gone) {
      if (await holdsEphemerals(this.#to, path, signal)) {
        yield { kind: 'kept', path };
      } else {
        yield* this.#remove(path);
      }
    }
    for await (const outcomes of writeAll(this.#to, [writes], this.#writerOptions())) {
      yield* toldOf(outcomes);
    }
  }

  #writerOptions() {
    const { signal, clock, rate } = this.#options;
    return { signal, clock, ...(rate === undefined ? {} : { rate }) };
  }
}

/** A side on which there is no znode. */
const NOTHING: Side = { seesKinds: false, place: (path) => path, async *entries() {} };

const DID = { create: 'created', setData: 'changed', setAcl: 'acl', delete: 'deleted' } as const;

function* toldOf(outcomes: readonly WriteOutcome[]): Generator<MirrorTold> {
  for (const outcome of outcomes) {
    const { write } = outcome;
    if (outcome.state === 'failed') {
      yield { kind: 'failed', path: write.path, error: outcome.error };
    } else if (outcome.state === 'done') {
      const did = outcome.did === 'set' ? 'changed' : outcome.did === 'aclSet' ? 'acl' : outcome.did;
      yield { kind: 'done', did, path: write.path };
    }
  }
}

function versionOf(record: ZnodeRecord | null): { version?: number } {
  return record?.stat == null ? {} : { version: record.stat.version };
}

/** It or something above it. */
function isCovered(path: ZnodePath, isExcluded: (path: ZnodePath) => boolean): boolean {
  for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
    if (isExcluded(path.slice(0, end) as ZnodePath)) {
      return true;
    }
  }
  return false;
}

/** What the watch and the session have told, and is not dealt with yet. */
interface News {
  readonly wasArmed: boolean;
  arm(session: Session, root: ZnodePath, signal: AbortSignal): Promise<void>;
  /** Why both sides must be compared; null: nothing was missed since the last call. */
  takeReason(): Reason | null;
  /** Each path once, however often it was told. */
  take(countMax: number): ZnodePath[];
  /** Resolves when there is something. @throws ConnectionError when the session is over */
  come(options: Pick<MirrorOptions, 'recheckMs' | 'clock' | 'signal'>): Promise<void>;
  end(): void;
}

type Reason = 'begin' | 'reconnected' | 'time';

function createNews(): News {
  const dirty = new Set<ZnodePath>();
  let reason: Reason | null = 'begin';
  let wasArmed = false;
  let over: ZkshError | null = null;
  let wake = (): void => {};
  let disarm = (): void => {};
  return {
    get wasArmed() {
      return wasArmed;
    },
    async arm(session, root, signal) {
      const stop = session.onEvent((event) => {
        if (event.type === 'connected') {
          reason = 'reconnected';
        } else if (event.type === 'expired' || event.type === 'closed' || event.type === 'authFailed') {
          over = sessionOver(session, event.type);
        }
        wake();
      });
      const handle = await session.addWatch(
        root,
        'persistentRecursive',
        ({ path }) => {
          dirty.add(path as ZnodePath);
          wake();
        },
        { signal },
      );
      wasArmed = true;
      disarm = () => {
        stop();
        handle.remove().catch(() => {});
      };
    },
    takeReason() {
      const taken = reason;
      reason = null;
      return taken;
    },
    take(countMax) {
      const taken = [...dirty].slice(0, countMax);
      for (const path of taken) {
        dirty.delete(path);
      }
      return taken;
    },
    async come({ recheckMs, clock, signal }) {
      let timer: unknown = null;
      try {
        while (dirty.size === 0 && reason === null && over === null) {
          const woken = new Promise<void>((resolve) => {
            wake = resolve;
          });
          if (recheckMs !== null && timer === null) {
            timer = clock.setTimeout(() => {
              reason ??= 'time';
              wake();
            }, recheckMs);
          }
          await orAborted(woken, signal);
        }
      } finally {
        clock.clearTimeout(timer);
      }
      if (over !== null) {
        throw over;
      }
    },
    end: () => disarm(),
  };
}

function sessionOver(session: Session, type: 'expired' | 'closed' | 'authFailed'): ConnectionError {
  const code = type === 'expired' ? 'SESSIONEXPIRED' : type === 'closed' ? 'SESSIONCLOSED' : 'AUTHFAILED';
  const server = session.server === null ? {} : { server: `${session.server.host}:${session.server.port}` };
  return new ConnectionError(code, SESSION_OVER[type], { sessionOver: true, ...server });
}

const SESSION_OVER = {
  expired: 'the session has expired',
  closed: 'the session was closed',
  authFailed: 'authentication failed',
} as const;

const LOSSES: ReadonlySet<string> = new Set([
  'CONNECTREFUSED',
  'CONNECTTIMEOUT',
  'CONNECTIONLOSS',
  'SESSIONEXPIRED',
  'SESSIONMOVED',
  'SESSIONCLOSED',
]);

/** What a new connection or session may mend. */
function isLoss(error: unknown): error is ZkshError {
  return isZkshError(error) && LOSSES.has(error.code);
}
