/**
 * Asks a session for a batch of znodes: in one multiRead, one by one where the server has none (before 3.6), or a whole
 * family with stats and data where it is a ClickHouse Keeper that says it can. Knows no tree: what is in a reply is read by
 * whoever asked.
 */
import type { RequestOptions, Session } from '../../client/api.js';
import { isKeeperError, isZkshError } from '../../errors.js';
import { JuteReader } from '../../protocol/jute.js';
import {
  encodeListWithData,
  encodeReadOf,
  PathsOfFrame,
  READ_CODES,
  readResultHeader,
  readResultsEnd,
} from '../../protocol/read-frame.js';
import { decodeRecord } from '../../protocol/record.js';

/** Goes over the results of a batch, in the order in which they were asked for. */
export interface Results {
  readonly reader: JuteReader;
  /** Moves to the next result, the answer to `code`: null where it is there, else the name of its error. */
  next(code: number): string | null;
}

/** What is asked: a multiRead's frame, and the number of each operation in it. */
export interface BatchRequest {
  readonly frame: Buffer;
  readonly codes: readonly number[];
}

export interface Source {
  /** The server takes many reads in one request, as far as is known. */
  readonly hasMultiRead: boolean;
  /**
   * `read` is called once, while the reply is read.
   * @throws what it throws; KeeperError about all of it; ConnectionError; ProtocolError
   */
  read(request: BatchRequest, read: (results: Results) => void): Promise<void>;
  /** The connection was lost while something was asked: some servers hang up without a word on what they do not know. */
  lost(): void;
  /** Whether a list may bring stats and data along; asks the server once. */
  listsWithData(): Promise<boolean>;
  /** The children of one znode, with their stats, and with their data where that is wanted. */
  listWithData(path: Buffer, withData: boolean, read: (reader: JuteReader) => void): Promise<void>;
}

/** What is known of the server of a session. */
interface Abilities {
  hasMultiRead: boolean;
  /** A multiRead has been answered. */
  isProven: boolean;
  lossesCount: number;
  listsWithData: Promise<boolean> | null;
}

/** So often a server may end the connection before it has answered a first multiRead. */
const UNPROVEN_LOSSES_MAX = 2;

const KNOWN = new WeakMap<Session, Abilities>();

export function createSource(session: Session, signal: AbortSignal | undefined): Source {
  const options: RequestOptions | undefined = signal === undefined ? undefined : { signal };
  const abilities = KNOWN.get(session) ?? { hasMultiRead: true, isProven: false, lossesCount: 0, listsWithData: null };
  KNOWN.set(session, abilities);

  async function readTogether(request: BatchRequest, read: (results: Results) => void): Promise<void> {
    await session.readFrame(
      'multiRead',
      request.frame,
      (reader) => {
        abilities.isProven = true;
        read({ reader, next: (code) => readResultHeader(reader, code) });
        readResultsEnd(reader);
      },
      options,
    );
  }

  async function readOneByOne({ frame, codes }: BatchRequest, read: (results: Results) => void): Promise<void> {
    const paths = new PathsOfFrame(frame);
    const answers = await Promise.all(
      codes.map((code) => {
        paths.next();
        return readOne(code, frame.subarray(paths.start, paths.end));
      }),
    );
    const results = new SingleResults(answers);
    // What is wrong in a reply becomes an error for people, as where it is read while it comes in.
    decodeRecord({ ...READ_KEPT, read: () => read(results) }, results.reader);
  }

  /** The reply, or the name of its error. */
  async function readOne(code: number, path: Buffer): Promise<JuteReader | string> {
    const name = NAMES_OF_CODES[code] ?? 'getData';
    try {
      return await session.readFrame(
        name,
        encodeReadOf(code, path),
        (reader) => {
          const { offset, bytes } = reader;
          reader.offset = bytes.length;
          return new JuteReader(bytes, offset);
        },
        options,
      );
    } catch (error) {
      if (isKeeperError(error) && !error.sessionOver && error.code !== 'UNIMPLEMENTED') {
        return error.code;
      }
      throw error;
    }
  }

  return {
    get hasMultiRead() {
      return abilities.hasMultiRead;
    },
    async read(request, read) {
      // What only single requests have is asked for in those.
      if (!abilities.hasMultiRead || request.codes[0] === READ_CODES.getChildren2) {
        return readOneByOne(request, read);
      }
      try {
        await readTogether(request, read);
      } catch (error) {
        if (isKeeperError(error, 'UNIMPLEMENTED')) {
          abilities.hasMultiRead = false;
        }
        throw error;
      }
    },
    lost() {
      abilities.lossesCount += 1;
      if (!abilities.isProven && abilities.lossesCount === UNPROVEN_LOSSES_MAX) {
        abilities.hasMultiRead = false;
      }
    },
    listsWithData() {
      abilities.listsWithData ??= askForFlag(session, options).catch((error: unknown) => {
        abilities.listsWithData = null;
        throw error;
      });
      return abilities.listsWithData;
    },
    async listWithData(path, withData, read) {
      await session.readFrame('listWithData', encodeListWithData(path, withData), read, options);
    },
  };
}

const NAMES_OF_CODES: Readonly<Record<number, 'getData' | 'getChildren' | 'getChildren2'>> = {
  [READ_CODES.getData]: 'getData',
  [READ_CODES.getChildren]: 'getChildren',
  [READ_CODES.getChildren2]: 'getChildren2',
};

const READ_KEPT = { name: 'single reads', fields: [], bytesMin: 0, write: () => {} };

class SingleResults implements Results {
  readonly #answers: readonly (JuteReader | string)[];
  #next = 0;
  reader = new JuteReader(Buffer.alloc(0));

  constructor(answers: readonly (JuteReader | string)[]) {
    this.#answers = answers;
  }

  next(): string | null {
    const answer = this.#answers[this.#next++];
    if (answer === undefined || typeof answer === 'string') {
      return answer ?? 'MARSHALLINGERROR';
    }
    this.reader = answer;
    return null;
  }
}

/** Where a ClickHouse Keeper says what it can, whatever the chroot: bits, the highest of the first byte first. */
const FEATURE_FLAGS_PATH = '/keeper/feature_flags';
/** KeeperFeatureFlag::LIST_WITH_STAT_AND_DATA in src/Common/ZooKeeper/KeeperFeatureFlags.h. */
const LIST_WITH_STAT_AND_DATA = 10;

async function askForFlag(session: Session, options: RequestOptions | undefined): Promise<boolean> {
  try {
    const { data } = await session.getData(FEATURE_FLAGS_PATH, { ...options, absolute: true });
    const byte = data?.[LIST_WITH_STAT_AND_DATA >> 3] ?? 0;
    return (byte & (0x80 >> (LIST_WITH_STAT_AND_DATA & 7))) !== 0;
  } catch (error) {
    if (isKeeperError(error) && !error.sessionOver) {
      return false;
    }
    throw error;
  }
}

/** A read that a lost connection left without an answer, though the server may answer it when asked again. */
export function isLoss(error: unknown): boolean {
  return isZkshError(error) && error.code === 'CONNECTIONLOSS' && !error.sessionOver;
}
