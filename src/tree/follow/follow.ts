/**
 * Follows znodes through lost connections and sessions. A server does not tell a persistent watch what happened while its
 * client was away: so after each reconnect everything is read again and compared by zxid with what was last told, and only
 * then do new events follow. Yields facts; commands/watch.ts makes results of them.
 *
 * It rests on one promise of ZooKeeper: the notification of a change comes before the reply of any later read that can see
 * the change. So whatever came in before a read was sent is in what that read finds.
 */
import type { Clock, Connection, ServerAddress, Session } from '../../client/api.js';
import { ConnectionError, isKeeperError, isZkshError, type KeeperError } from '../../errors.js';
import type { WatchEvent, WatchEventType } from '../../protocol/events.js';
import type { ZnodePath } from '../../protocol/path.js';
import type { Stat } from '../../protocol/stat.js';
import { abortReason, orAborted, pause } from '../abort.js';
import { createInbox, type Inbox, type Item } from './inbox.js';
import { createOneShotSource, createPersistentSource, type SourceSetup, type WatchSource } from './watch-sources.js';
import { type Change, differences, isOld, type Snapshot, type Zxids, zxidsAfter, zxidsOf } from './zxids.js';

export interface FollowOptions {
  readonly roots: readonly ZnodePath[];
  /** What is below them too. */
  readonly recursive: boolean;
  /** Read the data of what was created or changed before it is told. */
  readonly withData: boolean;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly wallClock: () => number;
}

/** What there was when the watches stood for the first time; from here on nothing is missed. */
export interface Armed {
  readonly kind: 'armed';
  readonly found: ReadonlyMap<ZnodePath, Zxids>;
  /** Below the roots, where reading is not allowed: the server tells nothing of these. */
  readonly unreadable: readonly KeeperError[];
}
export interface ZnodeTold {
  readonly kind: 'znode';
  readonly time: number;
  readonly event: WatchEventType;
  readonly path: ZnodePath;
  readonly zxid: bigint | null;
  readonly caughtUp: boolean;
  readonly isRecreated: boolean;
  readonly data?: Buffer | null;
  readonly stat?: Stat;
}
export interface SessionTold {
  readonly kind: 'session';
  readonly time: number;
  readonly event: 'connected' | 'disconnected' | 'expired' | 'gap';
  readonly reason?: string;
}
export type Told = Armed | ZnodeTold | SessionTold;

/** Between attempts to open a session after expiry. */
const REOPEN_PAUSE_MS = 1_000;

/**
 * Ends only by the signal, or by an error that no reconnect mends.
 * @throws the signal's reason; KeeperError NOAUTH for a root; ConnectionError AUTHFAILED, SESSIONCLOSED
 */
export async function* follow(connection: Connection, options: FollowOptions): AsyncGenerator<Told> {
  const { signal } = options;
  const inbox = createInbox(signal, options.wallClock);
  const stopListening = connection.onEvent((event) => inbox.session(event));
  const follower = new Follower(options, inbox);
  try {
    follower.begin(await connection.open());
    yield* follower.catchUp();
    for (;;) {
      const item = await inbox.next();
      yield* item.kind === 'watch' ? follower.tell(item) : follower.tellSession(item, connection);
    }
  } catch (error) {
    // A request that the signal ended says only that it was interrupted.
    throw signal.aborted ? abortReason(signal) : error;
  } finally {
    stopListening();
    follower.end();
  }
}

class Follower {
  readonly #options: FollowOptions;
  readonly #inbox: Inbox;
  #session: Session | null = null;
  #source: WatchSource | null = null;
  #isOneShot = false;
  /** null until the first snapshot. */
  #known: Map<ZnodePath, Zxids> | null = null;
  /** What was last told is what there is: events say what is new. */
  #isInStep = false;
  /** The loss of the connection was told, its return not yet. */
  #isAway = false;
  /** Items up to the first number came before the last snapshot was asked for, up to the second before it was complete. */
  #overlap: readonly [start: number, end: number] = [0, 0];

  constructor(options: FollowOptions, inbox: Inbox) {
    this.#options = options;
    this.#inbox = inbox;
  }

  begin(session: Session): void {
    this.end();
    this.#session = session;
  }

  end(): void {
    this.#source?.disarm();
    this.#source = null;
  }

  /** Reads everything and tells what is different; where the connection breaks meanwhile, the next one does it again. */
  async *catchUp(): AsyncGenerator<Told> {
    try {
      const source = await this.#armedSource();
      const start = this.#inbox.lastNumber;
      const snapshot = await source.read();
      if (this.#known === null) {
        this.#known = new Map(snapshot.found);
        this.#isInStep = true;
        yield { kind: 'armed', found: snapshot.found, unreadable: snapshot.errors };
        return;
      }
      const overlap = [start, this.#inbox.lastNumber] as const;
      yield { kind: 'session', time: this.#options.wallClock(), event: 'gap' };
      for (const change of differences(this.#known, snapshot, !this.#options.recursive)) {
        yield* this.#tellChange(change, true);
      }
      for (const [path, zxids] of snapshot.found) {
        this.#known.set(path, zxids);
      }
      this.#overlap = overlap;
      this.#isInStep = true;
    } catch (error) {
      if (!isLoss(error)) {
        throw error;
      }
      this.#isInStep = false;
    }
  }

  async *tell(item: Item & { readonly kind: 'watch' }): AsyncGenerator<Told> {
    const { event, time, number } = item;
    const path = event.path as ZnodePath;
    const known = this.#known;
    const [start, end] = this.#overlap;
    // Out of step: the snapshot that follows will be asked for after this came, and so holds it.
    if (!this.#isInStep || known === null || number <= start) {
      return;
    }
    if (number <= end && isOld(known.get(path), event.type, event.zxid)) {
      return;
    }
    try {
      if (this.#source?.look != null) {
        yield* this.#tellLook(path, await this.#source.look(path, known));
        return;
      }
      const read = await this.#readFor(event.type, path, event.zxid);
      const zxid = event.zxid ?? zxidOf(event.type, read?.stat);
      this.#remember(path, read !== null && event.zxid === null ? zxidsOf(read.stat) : undefined, event.type, zxid);
      const more = read !== null && this.#options.withData ? read : {};
      yield { kind: 'znode', time, event: event.type, path, zxid, caughtUp: false, isRecreated: false, ...more };
    } catch (error) {
      if (!isLoss(error)) {
        throw error;
      }
      // Not told, so not remembered: the next snapshot tells it. Nor is what came behind it, which would make no sense alone.
      this.#isInStep = false;
    }
  }

  async *tellSession(
    { event, time }: Item & { readonly kind: 'session' },
    connection: Connection,
  ): AsyncGenerator<Told> {
    switch (event.type) {
      case 'disconnected':
        this.#isInStep = false;
        this.#isAway = true;
        yield { kind: 'session', time, event: 'disconnected', reason: event.reason };
        return;
      case 'connected':
        if (!this.#isAway) {
          // The session that this began on.
          return;
        }
        this.#isAway = false;
        yield { kind: 'session', time, event: 'connected', reason: addressOf(event.server) };
        yield* this.catchUp();
        return;
      case 'expired':
        this.#isInStep = false;
        this.#isAway = false;
        yield { kind: 'session', time, event: 'expired' };
        this.begin(await reopen(connection, this.#options));
        // Whatever came since is about the old session, or says that the new one stands.
        this.#inbox.clear();
        yield {
          kind: 'session',
          time: this.#options.wallClock(),
          event: 'connected',
          reason: addressOf(this.#session?.server ?? null),
        };
        yield* this.catchUp();
        return;
      case 'authFailed':
        throw new ConnectionError('AUTHFAILED', `authentication failed (${event.scheme})`, { sessionOver: true });
      case 'closed':
        throw new ConnectionError('SESSIONCLOSED', 'the session was closed', { sessionOver: true });
      case 'attemptFailed':
        return;
    }
  }

  async #armedSource(): Promise<WatchSource> {
    if (this.#source !== null) {
      return this.#source;
    }
    if (!this.#isOneShot) {
      const persistent = this.#newSource(createPersistentSource);
      try {
        await persistent.arm();
        this.#source = persistent;
        return persistent;
      } catch (error) {
        persistent.disarm();
        if (!isKeeperError(error, 'UNIMPLEMENTED')) {
          throw error;
        }
        this.#isOneShot = true;
        await this.#passHangUp();
      }
    }
    this.#source = this.#newSource(createOneShotSource);
    return this.#source;
  }

  /** A server hangs up after a request that it does not know; nothing was told yet, so nobody need know. */
  async #passHangUp(): Promise<void> {
    const { roots, signal } = this.#options;
    const [root = '/'] = roots;
    for (let isBack = false; !isBack; ) {
      isBack = await Promise.resolve(this.#session?.exists(root, { signal })).then(
        () => true,
        (error: unknown) => {
          if (isZkshError(error) && error.code === 'CONNECTIONLOSS') {
            return false;
          }
          throw error;
        },
      );
    }
    this.#inbox.clear();
  }

  #newSource(create: (setup: SourceSetup) => WatchSource): WatchSource {
    const { roots, recursive, signal } = this.#options;
    if (this.#session === null) {
      throw new Error('the follower has no session yet');
    }
    const watcher = (event: WatchEvent): void => this.#inbox.watch(event);
    return create({ session: this.#session, watcher, roots, recursive, signal });
  }

  /** A one-shot watch fired: what is there now against what is known of that znode. */
  async *#tellLook(path: ZnodePath, snapshot: Snapshot): AsyncGenerator<Told> {
    const before = this.#known?.get(path);
    const known = new Map(before === undefined ? [] : [[path, before]]);
    for (const change of differences(known, snapshot, !this.#options.recursive)) {
      if (change.isRecreated) {
        yield* this.#tellChange({ ...change, event: 'deleted', zxid: null, isRecreated: false }, false);
      }
      yield* this.#tellChange({ ...change, isRecreated: false }, false);
    }
    for (const [found, zxids] of snapshot.found) {
      this.#known?.set(found, zxids);
    }
  }

  async *#tellChange({ event, path, zxid, isRecreated }: Change, caughtUp: boolean): AsyncGenerator<Told> {
    const more = this.#options.withData ? ((await this.#readFor(event, path, zxid)) ?? {}) : {};
    this.#remember(path, undefined, event, zxid);
    yield { kind: 'znode', time: this.#options.wallClock(), event, path, zxid, caughtUp, isRecreated, ...more };
  }

  #remember(path: ZnodePath, seen: Zxids | undefined, event: WatchEventType, zxid: bigint | null): void {
    const after = seen ?? zxidsAfter(this.#known?.get(path), event, zxid);
    if (after === undefined) {
      this.#known?.delete(path);
    } else {
      this.#known?.set(path, after);
    }
  }

  /** What the event itself does not say: the data where it is wanted, the zxid where the server told none (before 3.9). */
  async #readFor(
    event: WatchEventType,
    path: ZnodePath,
    zxid: bigint | null,
  ): Promise<{ readonly stat: Stat; readonly data?: Buffer | null } | null> {
    const { withData, signal } = this.#options;
    const session = this.#session;
    if (session === null || event === 'deleted') {
      return null;
    }
    try {
      if (withData && event !== 'children') {
        return await session.getData(path, { signal });
      }
      const stat = zxid === null ? await session.exists(path, { signal }) : null;
      return stat === null ? null : { stat };
    } catch (error) {
      // Deleted since, which is told next; or its ACL was changed.
      if (isKeeperError(error, 'NONODE', 'NOAUTH')) {
        return null;
      }
      throw error;
    }
  }
}

/** The session is on its way out or back, and its event says which. */
function isLoss(error: unknown): boolean {
  return isZkshError(error) && (error.code === 'CONNECTIONLOSS' || error.code === 'SESSIONEXPIRED');
}

function zxidOf(event: WatchEventType, stat: Stat | undefined): bigint | null {
  if (stat === undefined) {
    return null;
  }
  return event === 'created' ? stat.czxid : event === 'changed' ? stat.mzxid : stat.pzxid;
}

function addressOf(server: ServerAddress | null): string {
  return server === null ? '' : `${server.host}:${server.port}`;
}

/** Tries until a server lets us in. @throws what waiting does not mend: wrong credentials, a wrong address */
async function reopen(connection: Connection, { signal, clock }: FollowOptions): Promise<Session> {
  for (;;) {
    try {
      return await orAborted(connection.open(), signal);
    } catch (error) {
      if (signal.aborted || !isZkshError(error) || error.kind !== 'connection' || error.code === 'AUTHFAILED') {
        throw error;
      }
    }
    await pause(REOPEN_PAUSE_MS, clock, signal);
  }
}
