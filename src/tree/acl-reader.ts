/**
 * ACLs of many znodes. There is no request for several of them, and a server takes one session's requests one round of its
 * selector at a time (NIOServerCnxn.doIO, 3.9), whatever is in flight: so several sessions to the same server ask side by
 * side, which is five times as fast. Small work stays with the session at hand.
 */
import type { Session } from '../client/api.js';
import { isZkshError, type KeeperError } from '../errors.js';
import type { AclEntry } from '../protocol/acl.js';
import type { ZnodePath } from '../protocol/path.js';
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

interface Job {
  readonly path: ZnodePath;
  settle(found: readonly AclEntry[] | KeeperError): void;
  fail(error: unknown): void;
}

export function createAclReader(session: Session, { signal, openAnother }: AclReaderOptions): AclReader {
  const waiting: Job[] = [];
  let next = 0;
  const askers: { readonly session: Session; inFlight: number }[] = [{ session, inFlight: 0 }];
  let areOthersAsked = openAnother === undefined;

  function pump(): void {
    if (!areOthersAsked && waiting.length - next > OTHERS_FROM) {
      openOthers();
    }
    for (const asker of askers) {
      while (asker.inFlight < AHEAD_MAX && next < waiting.length) {
        const job = waiting[next] as Job;
        next += 1;
        ask(asker, job);
      }
    }
    if (next === waiting.length) {
      waiting.length = 0;
      next = 0;
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

  function ask(asker: { readonly session: Session; inFlight: number }, job: Job): void {
    asker.inFlight += 1;
    // Through the others nothing is asked twice: what they lose is asked of the first.
    const asking = () => asker.session.getAcl(job.path, { signal });
    (asker.session === session ? readAgain(asking) : asking()).then(
      ({ acl }) => {
        asker.inFlight -= 1;
        job.settle(acl);
        pump();
      },
      (error: unknown) => {
        asker.inFlight -= 1;
        if (asker.session !== session) {
          refused(asker, job, error);
        } else if (isAboutZnode(error)) {
          job.settle(error);
        } else {
          job.fail(error);
        }
        pump();
      },
    );
  }

  /** What another session says is asked of the first: it may have been moved to a server that is behind, or be lost. */
  function refused(asker: (typeof askers)[number], job: Job, error: unknown): void {
    if (!isAboutZnode(error)) {
      const index = askers.indexOf(asker);
      if (index >= 0) {
        askers.splice(index, 1);
      }
    }
    const [first] = askers;
    if (first === undefined || signal.aborted) {
      job.fail(error);
    } else {
      ask(first, job);
    }
  }

  return {
    async read(paths) {
      const found = new Array<readonly AclEntry[] | KeeperError>(paths.length);
      await new Promise<void>((resolve, reject) => {
        let open = paths.length;
        if (open === 0) {
          resolve();
        }
        for (const [index, path] of paths.entries()) {
          waiting.push({
            path,
            settle(acl) {
              found[index] = acl;
              open -= 1;
              if (open === 0) {
                resolve();
              }
            },
            fail: reject,
          });
        }
        pump();
      });
      return found;
    },
  };
}

function isAboutZnode(error: unknown): error is KeeperError {
  return isZkshError(error) && error.kind === 'keeper' && !error.sessionOver;
}
