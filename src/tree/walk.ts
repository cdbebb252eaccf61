/**
 * Walks a subtree depth first, in the order of names, and streams it. Knows no verbs. Reads ahead in batches by multiRead,
 * or one request a znode, pipelined, where the server has no multiRead (before 3.6) or where stats are wanted, which
 * multiRead gives only with the data.
 */
import type { MultiReadResult, Session } from '../client/api.js';
import { isKeeperError, isZkshError, KeeperError } from '../errors.js';
import { errorEntry } from '../protocol/error-codes.js';
import { joinPath, type ZnodePath } from '../protocol/path.js';
import type { Stat } from '../protocol/stat.js';
import { compareNames } from './order.js';

export interface WalkOptions {
  /** `data` brings the stat along. */
  readonly want: 'names' | 'stat' | 'data';
  /** `tree` (default): parent first, siblings by code point, depth first. `arrival`: parent first, as replies come. */
  readonly order?: 'tree' | 'arrival';
  /** Levels below the root, at most; 0 is the root alone. */
  readonly depthMax?: number;
  /** False: what is below `entry` is left out. Asked when the entry is read, before it is handed on. */
  readonly enter?: (entry: WalkEntry) => boolean;
  /** Znodes read a second, at most. */
  readonly rate?: number;
  readonly signal?: AbortSignal;
}

export interface WalkEntry {
  readonly path: ZnodePath;
  /** null where only names are wanted, or with `error`. */
  readonly stat: Stat | null;
  /** A view into the reply: whoever keeps it longer than the entry copies it. null unless wanted, and for null data. */
  readonly data: Buffer | null;
  /** null with `error`, and in a walk for names at `depthMax`. */
  readonly childrenCount: number | null;
  /** Why it could not be read: NOAUTH; NONODE: it vanished meanwhile. The walk goes on beside it. */
  readonly error: KeeperError | null;
}

/**
 * The znodes from `root` down, in batches, as they come.
 * @throws KeeperError for the root itself; ConnectionError
 */
export async function* walk(session: Session, root: ZnodePath, options: WalkOptions): AsyncGenerator<WalkEntry[]> {
  const front = createFront(root);
  const reader = createReader(session, root, options);
  while (front.head !== null) {
    for (let wanted = front.take(reader); wanted.length > 0; wanted = front.take(reader)) {
      reader.read(wanted);
    }
    const ready = front.takeReady();
    if (ready.length > 0) {
      yield ready;
    } else {
      await reader.progress();
    }
  }
}

/** Batches asked for and not answered yet, at most. */
const IN_FLIGHT_MAX = 4;
const BATCH_MIN = 16;
const BATCH_MAX = 1_000;
const BATCH_START = 250;
/** Names in a reply, UTF-16 units: above this the batch shrinks, below a quarter of it it grows. */
const REPLY_CHARS = 1_000_000;
/** Paths in a request: well below jute.maxbuffer. */
const REQUEST_CHARS_MAX = 250_000;
/** Znodes read and not yet handed on, at most: what is kept in memory beside the lists of names themselves. */
const READ_AHEAD_MAX = 20_000;

/** A znode on its way through the walk; a linked list, because children go in behind their parent. */
interface Step {
  readonly path: ZnodePath;
  readonly depth: number;
  state: 'waiting' | 'reading' | 'read';
  stat: Stat | null;
  data: Buffer | null;
  childrenCount: number | null;
  error: KeeperError | null;
  next: Step | null;
}

interface Front {
  readonly head: Step | null;
  /** The next znodes to read, first things first; none while enough is under way. */
  take(reader: Reader): Step[];
  takeReady(): WalkEntry[];
}

function createFront(root: ZnodePath): Front {
  let head: Step | null = newStep(root, 0, null);
  return {
    get head() {
      return head;
    },
    take(reader) {
      const wanted: Step[] = [];
      let chars = 0;
      let ahead = 0;
      for (let step = head; step !== null && reader.isFree && ahead < READ_AHEAD_MAX; step = step.next) {
        if (step.state !== 'waiting') {
          ahead += 1;
          continue;
        }
        chars += step.path.length;
        if (wanted.length === reader.batchSize || (chars > REQUEST_CHARS_MAX && wanted.length > 0)) {
          break;
        }
        step.state = 'reading';
        wanted.push(step);
      }
      return wanted;
    },
    takeReady() {
      const ready: WalkEntry[] = [];
      for (; head !== null && head.state === 'read'; head = head.next) {
        const { path, stat, data, childrenCount, error } = head;
        ready.push({ path, stat, data, childrenCount, error });
      }
      return ready;
    },
  };
}

interface Reader {
  readonly isFree: boolean;
  readonly batchSize: number;
  read(steps: readonly Step[]): void;
  /** Waits until some reply came. @throws what made a read fail for good */
  progress(): Promise<void>;
}

function createReader(session: Session, root: ZnodePath, options: WalkOptions): Reader {
  const { want, signal, depthMax = Number.POSITIVE_INFINITY, enter } = options;
  const request = signal === undefined ? {} : { signal };
  const inFlight = new Set<Promise<void>>();
  let oneByOne = want !== 'names';
  let wasRefused = false;
  let batchSize = BATCH_START;
  let failure: { readonly error: unknown } | null = null;

  async function readBatch(steps: readonly Step[]): Promise<void> {
    if (!oneByOne) {
      try {
        const paths = steps.map(({ path }) => ({ op: 'getChildren', path }) as const);
        settleAll(steps, await session.multiRead(paths, request));
        return;
      } catch (error) {
        if (!isKeeperError(error, 'UNIMPLEMENTED')) {
          throw error;
        }
        oneByOne = true;
        wasRefused = true;
      }
    }
    await Promise.all(steps.map((step) => readOne(step, wasRefused)));
  }

  async function readOne(step: Step, mayRepeat: boolean): Promise<void> {
    try {
      const { children, stat } = await session.getChildren(step.path, request);
      step.stat = want === 'names' ? null : stat;
      if (want === 'data') {
        const found = await session.getData(step.path, request);
        step.stat = found.stat;
        step.data = found.data;
      }
      settle(step, children);
    } catch (error) {
      if (mayRepeat && isZkshError(error) && error.code === 'CONNECTIONLOSS') {
        // A server hangs up after a request that it does not know, and what came behind it is lost.
        return readOne(step, false);
      }
      if (!isKeeperError(error)) {
        throw error;
      }
      settleError(step, error);
    }
  }

  function settleAll(steps: readonly Step[], results: readonly MultiReadResult[]): void {
    let chars = 0;
    for (const [index, step] of steps.entries()) {
      const result = results[index];
      if (result?.op === 'getChildren') {
        chars += result.children.reduce((sum, name) => sum + name.length, 0);
        settle(step, result.children);
      } else {
        settleError(step, refusal(result?.op === 'error' ? result.code : 'MARSHALLINGERROR', step.path));
      }
    }
    if (chars > REPLY_CHARS) {
      batchSize = Math.max(BATCH_MIN, Math.floor(batchSize / 2));
    } else if (chars < REPLY_CHARS / 4) {
      batchSize = Math.min(BATCH_MAX, batchSize * 2);
    }
  }

  function settleError(step: Step, error: KeeperError): void {
    if (step.path === root || error.sessionOver) {
      throw error;
    }
    step.state = 'read';
    step.stat = null;
    step.error = error;
  }

  function settle(step: Step, children: string[]): void {
    step.state = 'read';
    step.childrenCount = children.length;
    if (step.depth >= depthMax || enter?.(step) === false) {
      return;
    }
    let after = step.next;
    for (const name of children.sort(compareNames).reverse()) {
      after = newStep(joinPath(step.path, name), step.depth + 1, after);
    }
    step.next = after;
  }

  return {
    get isFree() {
      return inFlight.size < IN_FLIGHT_MAX;
    },
    get batchSize() {
      return batchSize;
    },
    read(steps) {
      const reading = readBatch(steps)
        .catch((error: unknown) => {
          failure ??= { error };
        })
        .finally(() => inFlight.delete(reading));
      inFlight.add(reading);
    },
    async progress() {
      // A read may fail while nobody waits; then there may be nothing left to wait for.
      if (failure === null) {
        await Promise.race(inFlight);
      }
      if (failure !== null) {
        throw failure.error;
      }
    },
  };
}

function refusal(code: string, path: string): KeeperError {
  const { what, applied, sessionOver } = errorEntry(code);
  return new KeeperError(code, what, { op: 'getChildren', path, applied, sessionOver });
}

function newStep(path: ZnodePath, depth: number, next: Step | null): Step {
  return { path, depth, state: 'waiting', stat: null, data: null, childrenCount: null, error: null, next };
}
