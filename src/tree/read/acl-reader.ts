/**
 * ACLs of many znodes. There is no request for several of them, and a server takes one session's requests one round of its
 * selector at a time (NIOServerCnxn.doIO, 3.9), whatever is in flight: so several sessions to the same server ask side by
 * side, which is five times as fast. Small work stays with the session at hand.
 */
import type { Session } from '../../client/api.js';
import { isZkshError, type KeeperError } from '../../errors.js';
import type { AclEntry } from '../../protocol/acl.js';
import type { ZnodePath } from '../../protocol/path.js';
import { readAgain } from './read-again.js';

export interface AclReader {
  /** In the order of `paths`; an error where a znode is gone or its ACL may not be read. @throws ConnectionError */
  read(paths: readonly ZnodePath[]): Promise<(readonly AclEntry[] | KeeperError)[]>;
}

export interface AclReaderOptions {
  readonly signal: AbortSignal;
  /** One more session to the server of the first; whoever gives it closes it. Absent: one must do. */
  readonly openAnother?: (() => Promise<Session>) | undefined;
}

/** Requests of one session in flight. */
const AHEAD_MAX = 128;
/** Beside the first; servers allow 60 of one address unless told otherwise. */
const OTHERS_COUNT = 7;
/** ACLs waiting to be asked for: with more than this, other sessions are worth their handshakes. */
const OTHERS_FROM = 4 * AHEAD_MAX;

/** One call of `read`. */
interface Batch {
  readonly paths: readonly ZnodePath[];
  readonly found: (readonly AclEntry[] | KeeperError)[];
  /** The first that was not asked for yet. */
  next: number;
  /** Not answered yet. */
  openCount: number;
  resolve(): void;
  fail(error: unknown): void;
}

interface Asker {
  readonly session: Session;
  inFlight: number;
}

export function createAclReader(session: Session, { signal, openAnother }: AclReaderOptions): AclReader {
  const waiting: Batch[] = [];
  const askers: Asker[] = [{ session, inFlight: 0 }];
  const intern = createInterner();
  let areOthersAsked = openAnother === undefined;
  let waitingCount = 0;

  function pump(): void {
    if (!areOthersAsked && waitingCount > OTHERS_FROM) {
      openOthers();
    }
    for (const asker of askers) {
      for (let [batch] = waiting; batch !== undefined && asker.inFlight < AHEAD_MAX; [batch] = waiting) {
        const index = batch.next;
        batch.next += 1;
        waitingCount -= 1;
        if (batch.next === batch.paths.length) {
          waiting.shift();
        }
        ask(asker, batch, index);
      }
    }
  }

  function openOthers(): void {
    areOthersAsked = true;
    for (let count = 0; count < OTHERS_COUNT; count++) {
      openAnother?.().then(
        (another) => {
          askers.push({ session: another, inFlight: 0 });
          pump();
        },
        // A server that takes no more sessions of ours: those there are must do.
        () => undefined,
      );
    }
  }

  function ask(asker: Asker, batch: Batch, index: number): void {
    asker.inFlight += 1;
    const asking = () => asker.session.getAcl(batch.paths[index] as ZnodePath, { signal });
    (asker.session === session ? readAgain(asking) : asking()).then(
      ({ acl }) => {
        asker.inFlight -= 1;
        settle(batch, index, intern(acl));
        pump();
      },
      (error: unknown) => {
        asker.inFlight -= 1;
        if (asker.session !== session) {
          askAgain(asker, batch, index, error);
        } else if (isAboutZnode(error)) {
          settle(batch, index, error);
        } else {
          batch.fail(error);
        }
        pump();
      },
    );
  }

  function settle(batch: Batch, index: number, found: readonly AclEntry[] | KeeperError): void {
    batch.found[index] = found;
    batch.openCount -= 1;
    if (batch.openCount === 0) {
      batch.resolve();
    }
  }

  /** What another session says is asked of the first: it may have been moved to a server that is behind, or be lost. */
  function askAgain(asker: Asker, batch: Batch, index: number, error: unknown): void {
    const at = askers.indexOf(asker);
    if (!isAboutZnode(error) && at >= 0) {
      askers.splice(at, 1);
    }
    const [first] = askers;
    if (first === undefined || signal.aborted) {
      batch.fail(error);
    } else {
      ask(first, batch, index);
    }
  }

  return {
    async read(paths) {
      const found = new Array<readonly AclEntry[] | KeeperError>(paths.length);
      if (paths.length > 0) {
        await new Promise<void>((resolve, fail) => {
          waiting.push({ paths, found, next: 0, openCount: paths.length, resolve, fail });
          waitingCount += paths.length;
          pump();
        });
      }
      return found;
    },
  };
}

/** More different ACLs than this are kept apart. */
const INTERNED_MAX = 10_000;

/** Equal lists become one: a tree has few different ACLs, and each znode would keep its own in memory. */
function createInterner(): (acl: readonly AclEntry[]) => readonly AclEntry[] {
  const known = new Map<string, readonly AclEntry[]>();
  return (acl) => {
    let key = '';
    for (const { perms, scheme, id } of acl) {
      key += `${perms} ${scheme} ${id}\n`;
    }
    const same = known.get(key);
    if (same !== undefined) {
      return same;
    }
    if (known.size === INTERNED_MAX) {
      known.clear();
    }
    known.set(key, acl);
    return acl;
  };
}

function isAboutZnode(error: unknown): error is KeeperError {
  return isZkshError(error) && error.kind === 'keeper' && !error.sessionOver;
}
