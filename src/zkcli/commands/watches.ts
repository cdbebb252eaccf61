/** addWatch, removewatches. Follow AddWatchCommand, RemoveWatchesCommand and ZKWatchManager (3.9). */
import type { Session } from '../../client/api.js';
import type { WatcherType, WatchKind } from '../../protocol/events.js';
import { usageLine, type ZkCliCommand } from '../context.js';
import { Crash, Refusal } from '../crash.js';
import { KeeperFailure } from '../handle.js';
import { parseOptions } from '../options.js';
import { checkPath, pathFault } from '../paths.js';
import type { RemovedWatch } from '../render.js';

const MODES = { PERSISTENT: 'persistent', PERSISTENT_RECURSIVE: 'persistentRecursive' } as const;

export const addWatch: ZkCliCommand = {
  name: 'addWatch',
  usage:
    '[-m mode] path # optional mode is one of [PERSISTENT, PERSISTENT_RECURSIVE] - default is PERSISTENT_RECURSIVE',
  async run(words, { handle, memory }) {
    const options = parseOptions({ options: { m: 'value' } }, words);
    const [, path, ...more] = options.words;
    const mode = options.value('m')?.toUpperCase();
    const isMode = mode === undefined || Object.hasOwn(MODES, mode);
    if (path === undefined || more.length > 0 || !isMode) {
      throw new Refusal(usageLine(addWatch));
    }
    if (mode !== undefined) {
      memory.addWatchMode = MODES[mode as keyof typeof MODES];
    }
    const fault = pathFault(path);
    if (fault !== null) {
      throw new Crash(`java.lang.IllegalArgumentException: ${fault}`);
    }
    await handle.ask(path, (session) => session.addWatch(path, memory.addWatchMode, handle.persistentWatcher()));
  },
};

/** The first of them that is given counts. */
const TYPES: readonly (readonly [option: string, type: WatcherType])[] = [
  ['c', 'children'],
  ['d', 'data'],
  ['p', 'persistent'],
  ['r', 'persistentRecursive'],
  ['a', 'any'],
];

/** What is told, in this order, and the watches whose removal it tells. */
const REMOVALS: readonly (readonly [event: RemovedWatch, kinds: readonly WatchKind[]])[] = [
  ['ChildWatchRemoved', ['children']],
  ['DataWatchRemoved', ['data', 'exists']],
  ['PersistentWatchRemoved', ['persistent', 'persistentRecursive']],
];

const KINDS_OF: Readonly<Record<WatcherType, readonly WatchKind[]>> = {
  children: ['children'],
  data: ['data', 'exists'],
  persistent: ['persistent'],
  persistentRecursive: ['persistentRecursive'],
  any: ['children', 'data', 'exists', 'persistent', 'persistentRecursive'],
};

export const removeWatches: ZkCliCommand = {
  name: 'removewatches',
  usage: 'path [-c|-d|-a] [-l]',
  async run(words, { handle }) {
    const options = parseOptions(
      { options: { c: 'flag', d: 'flag', p: 'flag', r: 'flag', a: 'flag', l: 'flag' } },
      words,
    );
    const [, path] = options.words;
    if (path === undefined) {
      throw new Refusal(usageLine(removeWatches));
    }
    checkPath(path);
    const [, type] = TYPES.find(([option]) => options.has(option)) ?? ['a', 'any'];
    const kinds = await takeOff(path, type);
    for (const [event, ofEvent] of REMOVALS) {
      if (ofEvent.some((kind) => kinds.has(kind))) {
        handle.tellRemoved(event, path);
      }
    }

    /** The kinds of watch that stood there. Without one, and whatever the server says to that, there is no watcher. */
    async function takeOff(at: string, wanted: WatcherType): Promise<ReadonlySet<WatchKind>> {
      let standing: ReadonlySet<WatchKind> = new Set();
      try {
        await handle.ask(at, (session) => {
          standing = kindsAt(session, at, wanted);
          return session.removeWatches(at, wanted);
        });
      } catch (error) {
        const isLocal = options.has('l') && error instanceof KeeperFailure;
        if (standing.size === 0 || !isLocal) {
          throw standing.size === 0 && error instanceof KeeperFailure ? new KeeperFailure('NOWATCHER', at) : error;
        }
      }
      return standing;
    }
  },
};

function kindsAt(session: Session, path: string, type: WatcherType): ReadonlySet<WatchKind> {
  const standing = session.watches.filter((watch) => watch.path === path).map(({ kind }) => kind);
  return new Set(standing.filter((kind) => KINDS_OF[type].includes(kind)));
}
