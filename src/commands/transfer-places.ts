/** From where to where cp and mv go: sessions for both places, and what is refused before anything is sent. */
import type { Session } from '../client/api.js';
import { KeeperError, UsageError } from '../errors.js';
import { errorEntry } from '../protocol/error-codes.js';
import { isWithin, parentOf, type ZnodePath } from '../protocol/path.js';
import type { Stat } from '../protocol/stat.js';
import { isSameEnsemble } from '../tree/copy/same-ensemble.js';
import type { CommandContext } from './context.js';
import { existing, explained } from './explained.js';
import { formatLocation, type Location, sessionAt, type ZnodeLocation, znodesOnly } from './location.js';

export interface TransferPlaces {
  readonly source: Place;
  readonly target: Place;
  /** Certainly one ensemble: one session is good for both. */
  readonly isOneSession: boolean;
  /** Of the source; null where it is gone and may be. */
  readonly stat: Stat | null;
}

export interface Place {
  readonly session: Session;
  readonly path: ZnodePath;
  /** As messages name it. */
  readonly name: string;
}

export interface TransferWords {
  readonly verb: 'cp' | 'mv';
  readonly source: Location;
  readonly target: Location;
  /** What is below the source goes too. */
  readonly isDeep: boolean;
  readonly mayBeGone?: boolean;
}

/** @throws UsageError what cannot be; KeeperError NONODE, NOAUTH for the source */
export async function openPlaces(context: CommandContext, words: TransferWords): Promise<TransferPlaces> {
  const from = znodesOnly(words.source, 'SRC');
  const to = znodesOnly(words.target, 'DST');
  const isOneSession = from.servers === to.servers;
  const session = await sessionAt(context, from);
  const source = placeAt(from, session);
  const target = placeAt(to, isOneSession ? session : await sessionAt(context, to));
  refuseSystem(words.verb, source, target);
  const { signal } = context;
  const asked = { op: 'exists', path: source.path } as const;
  const looking =
    words.mayBeGone === true ? session.exists(source.path, { signal }) : existing(session, source.path, { signal });
  const stat = await explained(session, looking, asked, { signal });
  const one = serverPath(source);
  const isOneEnsemble =
    isOneSession ||
    (overlap(one, serverPath(target)) && (await isSameEnsemble(source.session, target.session, one, signal)));
  if (isOneEnsemble) {
    refuseOverlap(words, source, target);
  }
  return { source, target, isOneSession, stat };
}

function placeAt(location: ZnodeLocation, session: Session): Place {
  return { session, path: location.path, name: formatLocation(location) };
}

function serverPath({ session: { chroot }, path }: Place): string {
  return path === '/' ? chroot || '/' : `${chroot}${path}`;
}

function overlap(left: string, right: string): boolean {
  return isWithin(left, right) || isWithin(right, left);
}

function refuseSystem(verb: string, source: Place, target: Place): void {
  const [from, to] = [serverPath(source), serverPath(target)];
  if (isWithin(to, '/zookeeper')) {
    throw new UsageError('refused: what is below /zookeeper belongs to ZooKeeper itself', { path: target.name });
  }
  if (verb === 'mv' && (from === '/' || isWithin(from, '/zookeeper'))) {
    throw new UsageError(`refused: ${source.name} cannot be moved, it belongs to ZooKeeper itself`, {
      hint: from === '/' ? `To copy what is below it: cp -r ${source.name} ${target.name}` : '',
    });
  }
}

function refuseOverlap({ verb, isDeep }: TransferWords, source: Place, target: Place): void {
  const [from, to] = [serverPath(source), serverPath(target)];
  if (from === to) {
    throw new UsageError(`${source.name} and ${target.name} are the same znode`);
  }
  if (isDeep && isWithin(to, from)) {
    throw new UsageError(`${target.name} is below ${source.name}: it would go into itself without end`, {
      why: verb === 'mv' ? 'A subtree cannot be moved below itself.' : 'A subtree cannot be copied below itself.',
    });
  }
  if (verb === 'mv' && isWithin(from, to)) {
    throw new UsageError(`${source.name} is below ${target.name}, which is there`, {
      why: 'What is moved takes a place that is free.',
    });
  }
}

export interface TargetWishes {
  readonly parents: boolean;
  /** What is there already does not matter, or was made by an earlier run. */
  readonly mayExist: boolean;
  /** For one that is there. */
  readonly hint: string;
  /** That would create them. */
  readonly line: string;
}

/** The lowest ancestor of the target that exists. @throws KeeperError NODEEXISTS, NONODE */
export async function checkTarget(
  { signal }: CommandContext,
  { session, path }: Place,
  { parents, mayExist, hint, line }: TargetWishes,
): Promise<void> {
  const isServerRoot = path === '/';
  if (!isServerRoot && !mayExist && (await session.exists(path, { signal })) !== null) {
    throw new KeeperError('NODEEXISTS', errorEntry('NODEEXISTS').what, { op: 'create', path, hint });
  }
  const parent = parentOf(path);
  if (parents || parent === '/' || (await session.exists(parent, { signal })) !== null) {
    return;
  }
  const missing = new KeeperError('NONODE', 'its parent does not exist', { op: 'create', path });
  await explained(session, Promise.reject(missing), { op: 'create', path }, { signal }).catch((error: unknown) => {
    const facts = (error as KeeperError).facts;
    throw new KeeperError('NONODE', (error as KeeperError).message, {
      ...facts,
      hint: `To create the missing parents as well: ${line}`,
    });
  });
}
