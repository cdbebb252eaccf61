/**
 * Asks the server what its refusal leaves open: how many children, which version, which ancestor is missing, which
 * permission and who we are. Facts only; output/kinds/error.ts makes the sentences.
 */
import type { RequestOptions, Session } from '../client/api.js';
import { isKeeperError, KeeperError, type KeeperFacts } from '../errors.js';
import { errorEntry } from '../protocol/error-codes.js';
import { parentOf, type ZnodePath } from '../protocol/path.js';
import type { Stat } from '../protocol/stat.js';

export interface Asked {
  /** The one that failed. */
  readonly op:
    | 'create'
    | 'delete'
    | 'setData'
    | 'getData'
    | 'getChildren'
    | 'exists'
    | 'getACL'
    | 'setACL'
    | 'getAllChildrenNumber';
  readonly path: ZnodePath;
  readonly expectedVersion?: number | undefined;
}

/** `request` itself; where the server refuses it, with all that can be found out about why. */
export async function explained<T>(
  session: Session,
  request: Promise<T>,
  asked: Asked,
  options: RequestOptions,
): Promise<T> {
  try {
    return await request;
  } catch (error) {
    throw isKeeperError(error) ? await withFacts(session, error, asked, options) : error;
  }
}

/** Where asking fails too (the znode is gone by now, the server refuses that as well) the error stays as it was. */
async function withFacts(
  session: Session,
  error: KeeperError,
  asked: Asked,
  options: RequestOptions,
): Promise<KeeperError> {
  const ask = QUESTIONS[error.code];
  const inTime = { ...options, deadlineMs: QUESTION_MS };
  const facts = ask === undefined ? {} : await ask(session, asked, inTime).catch(() => ({}));
  return new KeeperError(error.code, error.message, {
    ...error.facts,
    ...facts,
    op: error.op ?? asked.op,
    path: asked.path,
    applied: error.applied,
    sessionOver: error.sessionOver,
    ...(error.why === undefined ? {} : { why: error.why }),
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    cause: error,
  });
}

/** An error is not held back longer than this for the sake of a better sentence. */
const QUESTION_MS = 2_000;

type Question = (session: Session, asked: Asked, options: RequestOptions) => Promise<KeeperFacts>;

const QUESTIONS: Readonly<Record<string, Question>> = {
  async NOTEMPTY(session, { path }, options) {
    const stat = await session.exists(path, options);
    // Gone or empty by now: then a number would only confuse.
    return stat === null || stat.numChildren === 0 ? {} : { childrenCount: stat.numChildren };
  },
  async BADVERSION(session, { op, path, expectedVersion }, options) {
    const stat = await session.exists(path, options);
    return {
      ...(expectedVersion === undefined ? {} : { expectedVersion }),
      ...(stat === null ? {} : { actualVersion: op === 'setACL' ? stat.aversion : stat.version }),
    };
  },
  async NONODE(session, { path }, options) {
    const [firstMissing] = await missingAncestors(session, path, options);
    return firstMissing === undefined ? {} : { firstMissing };
  },
  async NOAUTH(session, { op, path }, options) {
    const missingPermission = PERMISSION_FOR[op];
    const guardedBy = missingPermission === 'create' || missingPermission === 'delete' ? parentOf(path) : path;
    const known: KeeperFacts = { missingPermission, guardedBy };
    return session.whoAmI(options).then(
      (identities) => ({ ...known, identities: identities.map(({ scheme, id }) => `${scheme}:${id}`) }),
      // Before 3.7 there is no way to ask.
      () => known,
    );
  },
};

const PERMISSION_FOR = {
  create: 'create',
  delete: 'delete',
  setData: 'write',
  getData: 'read',
  getChildren: 'read',
  exists: 'read',
  getAllChildrenNumber: 'read',
  getACL: 'read or admin',
  setACL: 'admin',
} as const satisfies Record<Asked['op'], KeeperFacts['missingPermission']>;

/** The stat of a znode that must be there. @throws KeeperError NONODE */
export async function existing(session: Session, path: ZnodePath, options: RequestOptions): Promise<Stat> {
  const stat = await session.exists(path, options);
  if (stat === null) {
    throw new KeeperError('NONODE', errorEntry('NONODE').what, { op: 'exists', path });
  }
  return stat;
}

/** The ancestors of `path` that do not exist, the highest first. One that may not be read counts as there. */
export async function missingAncestors(
  session: Session,
  path: ZnodePath,
  options: RequestOptions,
): Promise<ZnodePath[]> {
  const ancestors: ZnodePath[] = [];
  for (let ancestor = parentOf(path); ancestor !== '/'; ancestor = parentOf(ancestor)) {
    ancestors.unshift(ancestor);
  }
  const isThere = await Promise.all(
    ancestors.map((ancestor) =>
      session.exists(ancestor, options).then(
        (stat) => stat !== null,
        (error: unknown) => {
          if (isKeeperError(error, 'NOAUTH')) {
            return true;
          }
          throw error;
        },
      ),
    ),
  );
  return ancestors.filter((_, index) => isThere[index] === false);
}
