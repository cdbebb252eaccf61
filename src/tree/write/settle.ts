/**
 * Sends units of writes and finds out what became of each write in them: also where the server refused a multi, where
 * there was a znode already (reconcile.ts), and where the connection broke before the answer (evidence.ts). Sends no write
 * again of which it is not certain that it was not applied.
 */
import type { MultiOp, RequestOptions, Session } from '../../client/api.js';
import { ConnectionError, isKeeperError, isZkshError, type KeeperError, type ZkshError } from '../../errors.js';
import { REQUEST_BYTES_MAX } from '../../protocol/limits.js';
import { type Evidence, findEvidence } from './evidence.js';
import type { PlannedCreate, PlannedSetAcl, PlannedWrite, WriteOutcome } from './planned-write.js';
import { reconcile } from './reconcile.js';
import { MULTI_FRAME_BYTES, writeBytes } from './write-size.js';

export interface SettlerOptions {
  readonly signal: AbortSignal;
  readonly bytesMax?: number;
}

/** A unit on its way. */
export interface Sent<W extends PlannedWrite> {
  readonly writes: readonly W[];
  /** Never rejects. */
  readonly reply: Promise<Reply>;
  /** null, once the reply is there. */
  readonly settled: Promise<null>;
  /** The last zxid known when it was sent. */
  readonly zxid: bigint;
}

export interface Reply {
  /** null: all of it was done. */
  readonly error: { readonly what: unknown } | null;
}

/** More of a multi than this goes out only where a single write needs it. */
const UNIT_BYTES_MAX = 512 * 1024;
/** A server that hangs up gets less each time, down to this. */
const UNIT_BYTES_MIN = 4_096;
/** Refusals of one unit after which its writes go one by one. */
const SPLITS_MAX = 4;
/** Somebody else may change a znode each time we have read it; after as many attempts the refusal is believed. */
const READINGS_MAX = 5;
/** A write that ends the connection each time it is sent alone is given up. */
const LOSSES_OF_ONE = 3;
/** The connection breaks again and again, and nothing was done between. */
const LOSSES_IN_A_ROW = 12;
/** For a server that is too busy. */
const THROTTLED_MAX = 20;

/** A write on its way to its outcome. */
interface Item<W extends PlannedWrite> {
  readonly planned: W;
  /** What is sent for it: a create may have become a setData. null: nothing, there is only the ACL. */
  write: Exclude<PlannedWrite, PlannedSetAcl> | null;
  /** Sent once that is done. */
  acl: PlannedSetAcl | null;
  readings: number;
  losses: number;
  outcome: WriteOutcome<W> | null;
}

interface Round {
  readonly zxid: bigint;
  readonly splits: number;
}

export class Settler<W extends PlannedWrite> {
  readonly #session: Session;
  readonly #options: RequestOptions & { readonly signal: AbortSignal };
  readonly #chrootBytes: number;
  #unitBytesMax: number;
  #lossesInARow = 0;
  #throttled = 0;

  constructor(session: Session, { signal, bytesMax = REQUEST_BYTES_MAX }: SettlerOptions) {
    this.#session = session;
    this.#options = { signal };
    this.#chrootBytes = Buffer.byteLength(session.chroot);
    this.#unitBytesMax = Math.min(UNIT_BYTES_MAX, bytesMax - MULTI_FRAME_BYTES);
  }

  /** Of the writes of one unit together. */
  get bytesMax(): number {
    return this.#unitBytesMax;
  }

  bytesOf(write: PlannedWrite): number {
    return writeBytes(write, this.#chrootBytes);
  }

  send(writes: readonly W[]): Sent<W> {
    const zxid = this.#session.lastZxid;
    const reply = this.#request(writes.filter(isInMulti));
    return { writes, reply, settled: reply.then(() => null), zxid };
  }

  /**
   * In the order of its writes.
   * @param isStale it was answered before something in front of it was settled: what stood against it may not any more
   * @throws ConnectionError when the session is over, or the signal aborted
   */
  async settle({ writes, reply, zxid }: Sent<W>, { isStale = false } = {}): Promise<WriteOutcome<W>[]> {
    const items = writes.map(itemOf);
    const inMulti = items.filter(({ write }) => write !== null);
    const answer = await reply;
    if (isStale && isKeeperError(answer.error?.what) && !answer.error.what.sessionOver) {
      await this.#sendAll([inMulti], 0);
    } else {
      await this.#resolve(inMulti, answer, { zxid, splits: 0 });
    }
    await this.#setAcls(items.filter(({ acl, outcome }) => acl !== null && outcome === null));
    return items.map(({ outcome }) => outcome as WriteOutcome<W>);
  }

  // ---- sending -----------------------------------------------------------------------------------------------------

  #request(writes: readonly PlannedWrite[]): Promise<Reply> {
    if (writes.length === 0) {
      return Promise.resolve(DONE);
    }
    const [only] = writes;
    const asking =
      writes.length === 1 && only !== undefined && !('checks' in only && only.checks !== undefined)
        ? this.#single(only)
        : this.#session.multi(writes.flatMap(operationsOf), this.#options);
    return asking.then(
      () => DONE,
      (what: unknown) => ({ error: { what } }),
    );
  }

  #single(write: PlannedWrite): Promise<unknown> {
    const { path } = write;
    switch (write.op) {
      case 'create': {
        const { data, acl, mode, ttlMs } = write;
        const more = { ...(acl && { acl }), ...(mode && { mode }), ...(ttlMs !== undefined && { ttlMs }) };
        return this.#session.create(path, data, { ...more, ...this.#options });
      }
      case 'setData':
        return this.#session.setData(path, write.data, write.version, this.#options);
      case 'setAcl':
        return this.#session.setAcl(path, write.acl, write.version, this.#options);
      case 'delete':
        return this.#session.delete(path, write.version, this.#options);
    }
  }

  /** Several requests, one behind the other on the wire; their answers in that order. */
  async #sendAll(parts: readonly (readonly Item<W>[])[], splits: number): Promise<void> {
    const zxid = this.#session.lastZxid;
    const sent = parts
      .filter((part) => part.length > 0)
      .map((part) => ({ part, reply: this.#request(part.flatMap(({ write }) => write ?? [])) }));
    for (const { part, reply } of sent) {
      await this.#resolve(part, await reply, { zxid, splits });
    }
  }

  #sendOneByOne(items: readonly Item<W>[]): Promise<void> {
    return this.#sendAll(
      items.map((item) => [item]),
      SPLITS_MAX,
    );
  }

  // ---- answers -----------------------------------------------------------------------------------------------------

  async #resolve(items: readonly Item<W>[], { error }: Reply, round: Round): Promise<void> {
    if (error === null) {
      this.#lossesInARow = 0;
      for (const item of items) {
        done(item);
      }
      return;
    }
    const { what } = error;
    if (!isZkshError(what) || what.sessionOver || what.code === 'INTERRUPTED' || what.code === 'NOTREADONLY') {
      throw what;
    }
    if (what.code === 'CONNECTIONLOSS' || what.code === 'SESSIONMOVED') {
      return this.#resolveLoss(items, what, round);
    }
    if (what.code === 'THROTTLEDOP' && this.#throttled < THROTTLED_MAX) {
      this.#throttled += 1;
      return this.#sendAll([items], round.splits);
    }
    const [item] = items;
    return items.length === 1 && item !== undefined
      ? this.#resolveRefusal(item, what)
      : this.#split(items, what, round);
  }

  /** One of them was refused, and so nothing of the multi was done. */
  async #split(items: readonly Item<W>[], error: ZkshError, { splits }: Round): Promise<void> {
    const at = indexOfRefused(items, error);
    const refused = at === null ? undefined : items[at];
    if (at === null || refused === undefined || splits >= SPLITS_MAX) {
      return this.#sendOneByOne(items);
    }
    if (error.code === 'NODEEXISTS' && isReconcilable(refused)) {
      // Where there is one there are more, and one reading tells of all.
      await this.#reconcile(items.filter(isReconcilable));
      return this.#sendAll([items.filter(({ write, outcome }) => write !== null && outcome === null)], splits + 1);
    }
    return this.#sendAll([items.slice(0, at), [refused], items.slice(at + 1)], splits + 1);
  }

  async #resolveRefusal(item: Item<W>, error: ZkshError): Promise<void> {
    const { planned, write } = item;
    if (write?.op === 'delete' && error.code === 'NONODE' && error.path === write.path) {
      item.outcome = { write: planned, state: 'skipped', why: 'gone' };
      return;
    }
    // What was read of it is not true any more.
    const isStale = write?.op === 'setData' && planned.op === 'create' && ['BADVERSION', 'NONODE'].includes(error.code);
    if (item.readings < READINGS_MAX && ((error.code === 'NODEEXISTS' && isReconcilable(item)) || isStale)) {
      await this.#reconcile([item]);
      return item.outcome === null && item.write !== null ? this.#sendOneByOne([item]) : undefined;
    }
    item.outcome = { write: planned, state: 'failed', error };
  }

  async #reconcile(items: readonly Item<W>[]): Promise<void> {
    const creates = items.map(({ planned }) => planned as PlannedCreate & W);
    const verdicts = await reconcile(this.#session, creates, this.#options);
    for (const [index, item] of items.entries()) {
      const { planned } = item;
      const verdict = verdicts[index];
      item.readings += 1;
      switch (verdict?.verdict) {
        case 'create':
          item.write = planned as PlannedCreate & W;
          item.acl = null;
          break;
        case 'skip':
          item.outcome = { write: planned, state: 'skipped', why: verdict.why };
          break;
        case 'fail':
          item.outcome = { write: planned, state: 'failed', error: verdict.error };
          break;
        case 'change':
          item.write = verdict.data;
          item.acl = verdict.acl;
          break;
      }
    }
  }

  // ---- after a lost connection -------------------------------------------------------------------------------------

  async #resolveLoss(items: readonly Item<W>[], loss: KeeperError | ZkshError, { zxid }: Round): Promise<void> {
    this.#lossesInARow += 1;
    if (this.#lossesInARow > LOSSES_IN_A_ROW) {
      throw loss;
    }
    const left = loss.applied === 'no' ? items : await this.#sift(items, loss, zxid);
    // It may be the size of the request that the server does not like.
    this.#unitBytesMax = Math.max(UNIT_BYTES_MIN, Math.floor(this.#unitBytesMax / 2));
    for (const part of this.#portions(left)) {
      await this.#sendAll([part], 0);
    }
  }

  /** Those that were not applied. */
  async #sift(items: readonly Item<W>[], loss: ZkshError, zxid: bigint): Promise<Item<W>[]> {
    const writes = items.map(({ write, acl, planned }) => write ?? acl ?? planned);
    const evidence = await findEvidence(this.#session, writes, zxid, this.#options);
    return items.filter((item, index) => this.#remains(item, evidence[index] ?? 'unclear', loss, items.length === 1));
  }

  #remains(item: Item<W>, evidence: Evidence, loss: ZkshError, wasAlone: boolean): boolean {
    if (evidence === 'applied') {
      done(item);
      return false;
    }
    item.losses += wasAlone ? 1 : 0;
    if (evidence === 'unclear') {
      item.outcome = { write: item.planned, state: 'failed', error: loss };
    } else if (item.losses >= LOSSES_OF_ONE) {
      item.outcome = { write: item.planned, state: 'failed', error: neverTaken(item.planned, loss) };
    }
    return item.outcome === null;
  }

  #portions(items: readonly Item<W>[]): Item<W>[][] {
    const portions: Item<W>[][] = [];
    let bytes = Number.POSITIVE_INFINITY;
    for (const item of items) {
      const more = item.write === null ? 0 : this.bytesOf(item.write);
      if (bytes + more > this.#unitBytesMax) {
        portions.push([]);
        bytes = 0;
      }
      portions.at(-1)?.push(item);
      bytes += more;
    }
    return portions;
  }

  // ---- ACLs: no multi takes them -----------------------------------------------------------------------------------

  async #setAcls(items: readonly Item<W>[]): Promise<void> {
    const zxid = this.#session.lastZxid;
    const sent = items.map((item) => ({ item, reply: this.#request(item.acl === null ? [] : [item.acl]) }));
    for (const { item, reply } of sent) {
      await this.#resolveAcl(item, await reply, zxid);
    }
  }

  async #resolveAcl(item: Item<W>, { error }: Reply, zxid: bigint): Promise<void> {
    const { planned, write } = item;
    if (error === null) {
      this.#lossesInARow = 0;
      item.outcome = { write: planned, state: 'done', did: write?.op === 'setData' ? 'set' : 'aclSet' };
      return;
    }
    const { what } = error;
    if (!isZkshError(what) || what.sessionOver || what.code === 'INTERRUPTED' || what.code === 'NOTREADONLY') {
      throw what;
    }
    if (what.code === 'BADVERSION' && planned.op === 'create' && item.readings < READINGS_MAX) {
      await this.#reconcile([item]);
      return this.#setAcls(item.outcome === null ? [item] : []);
    }
    if (what.code !== 'CONNECTIONLOSS' && what.code !== 'SESSIONMOVED') {
      item.outcome = { write: planned, state: 'failed', error: what };
      return;
    }
    this.#lossesInARow += 1;
    if (this.#lossesInARow > LOSSES_IN_A_ROW) {
      throw what;
    }
    item.write = null;
    const left = what.applied === 'no' ? [item] : await this.#sift([item], what, zxid);
    return this.#setAcls(left);
  }
}

const DONE: Reply = { error: null };

function isInMulti(write: PlannedWrite): boolean {
  return write.op !== 'setAcl';
}

function itemOf<W extends PlannedWrite>(planned: W): Item<W> {
  const write: PlannedWrite = planned;
  return {
    planned,
    write: write.op === 'setAcl' ? null : write,
    acl: write.op === 'setAcl' ? write : null,
    readings: 0,
    losses: 0,
    outcome: null,
  };
}

/** With an ACL still to be set it is not done yet. */
function done<W extends PlannedWrite>(item: Item<W>): void {
  const { planned, write, acl } = item;
  if (acl === null || write === null) {
    const did = write === null ? 'aclSet' : DID[write.op];
    item.outcome = { write: planned, state: 'done', did };
  }
}

const DID = { create: 'created', setData: 'set', delete: 'deleted' } as const;

function isReconcilable<W extends PlannedWrite>({ planned, write }: Item<W>): boolean {
  const { ifExists = 'refuse' } = planned as Partial<PlannedCreate>;
  return planned.op === 'create' && write !== null && ifExists !== 'refuse';
}

/** In the items of a multi whose checks are operations too. */
function indexOfRefused<W extends PlannedWrite>(items: readonly Item<W>[], error: ZkshError): number | null {
  let left = isKeeperError(error) ? (error.facts.index ?? -1) : -1;
  if (left < 0) {
    return null;
  }
  for (const [index, { write }] of items.entries()) {
    left -= 1 + (write?.checks?.length ?? 0);
    if (left < 0) {
      return index;
    }
  }
  return null;
}

/** Its checks, and itself. */
function operationsOf(write: PlannedWrite): MultiOp[] {
  if (write.op === 'setAcl') {
    return [];
  }
  const checks = write.checks ?? NO_CHECKS;
  const own = write.op === 'create' ? { ...write, withStat: false } : write;
  return checks.length === 0 ? [own] : [...checks.map((check): MultiOp => ({ op: 'check', ...check })), own];
}

const NO_CHECKS: readonly never[] = [];

function neverTaken(write: PlannedWrite, loss: ZkshError): ConnectionError {
  return new ConnectionError('CONNECTIONLOSS', `${write.op} ${write.path}: the server hangs up each time`, {
    op: write.op,
    path: write.path,
    applied: 'no',
    why: 'It was not applied: that was read back. Perhaps the request is larger than the server’s jute.maxbuffer.',
    cause: loss,
  });
}
