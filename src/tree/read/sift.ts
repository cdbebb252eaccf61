/**
 * A walk that looks at each znode while its reply is read, and makes an object only of what is wanted. What is looked at is
 * decoded at first need: of a znode whose name is wrong nobody reads the stat.
 */
import type { KeeperError } from '../../errors.js';
import type { ZnodePath } from '../../protocol/path.js';
import { dataLengthAt, statAt } from '../../protocol/read-frame.js';
import type { Stat } from '../../protocol/stat.js';
import { type Found, type Maker, pathOf, type WalkEntry } from './pieces.js';

/** A znode that is looked at. One object serves for all: what is in it counts until the look is over. */
export interface Glance extends WalkEntry {
  /** Of its data; null where that is not known. */
  readonly dataLength: number | null;
}

/** What came of some znodes. */
export interface Sifted<T> {
  /** In the order of the walk. */
  readonly kept: readonly T[];
  /** Of the znodes that could be read. */
  readonly znodesCount: number;
  /** Of their data, as far as that is known. */
  readonly bytes: number;
  /** Of the others. */
  readonly errors: readonly KeeperError[];
}

interface Piece<T> {
  kept: T[];
  znodesCount: number;
  bytes: number;
  errors: KeeperError[];
}

class View implements Glance {
  found: Found | null = null;
  chrootLength = 0;
  #path: ZnodePath | null = null;
  #stat: Stat | null = null;

  look(found: Found): void {
    this.found = found;
    this.#path = null;
    this.#stat = null;
  }

  get path(): ZnodePath {
    this.#path ??= pathOf(this.#current, this.chrootLength);
    return this.#path;
  }

  get stat(): Stat | null {
    const { reply, statStart } = this.#current;
    if (statStart < 0) {
      return null;
    }
    this.#stat ??= statAt(reply, statStart);
    return this.#stat;
  }

  get dataLength(): number | null {
    const { reply, statStart } = this.#current;
    return statStart < 0 ? null : dataLengthAt(reply, statStart);
  }

  get data(): Buffer | null {
    const { reply, dataStart, dataEnd } = this.#current;
    return dataStart < 0 ? null : reply.subarray(dataStart, dataEnd);
  }

  get childrenCount(): number | null {
    return this.#current.childrenCount;
  }

  get error(): KeeperError | null {
    return this.#current.error;
  }

  get #current(): Found {
    return this.found as Found;
  }
}

/** What a znode takes that is not kept. */
const PASSED_BYTES = 50;

export interface SiftOptions<T> {
  /** null: not wanted. It must not keep the glance itself, nor its data. */
  readonly look: (glance: Glance) => T | null;
  /**
   * What a T takes with all that is made of it. Generous, where many are kept: what is read ahead lives long enough for the
   * collector to put it aside, and then it stays for a while; but less is read ahead.
   */
  readonly keptBytes: number;
  readonly enter?: ((glance: WalkEntry) => boolean) | undefined;
}

export class SiftMaker<T> implements Maker<Piece<T>, Sifted<T>> {
  readonly #options: SiftOptions<T>;
  readonly #view = new View();
  #piece: Piece<T> | null = null;
  #isKeeping = false;

  constructor(chrootLength: number, options: SiftOptions<T>) {
    this.#options = options;
    this.#view.chrootLength = chrootLength;
  }

  /** As it was with the last one: where one is kept the next one probably is. */
  get overheadBytes(): number {
    return this.#isKeeping ? this.#options.keptBytes : PASSED_BYTES;
  }

  prepare(): void {}

  add(found: Found): boolean {
    const view = this.#view;
    const { error } = found;
    const { look, enter } = this.#options;
    this.#piece ??= { kept: [], znodesCount: 0, bytes: 0, errors: [] };
    const piece = this.#piece;
    view.look(found);
    const wanted = look(view);
    this.#isKeeping = wanted !== null;
    if (wanted !== null) {
      piece.kept.push(wanted);
    }
    if (error !== null) {
      piece.errors.push(error);
      return false;
    }
    piece.znodesCount += 1;
    piece.bytes += view.dataLength ?? 0;
    return enter === undefined || enter(view);
  }

  take(): Piece<T> | null {
    const piece = this.#piece;
    this.#piece = null;
    return piece;
  }

  join(pieces: readonly Piece<T>[]): Sifted<T> {
    const [first] = pieces;
    if (pieces.length === 1 && first !== undefined) {
      return first;
    }
    const joined: Piece<T> = { kept: [], znodesCount: 0, bytes: 0, errors: [] };
    for (const { kept, znodesCount, bytes, errors } of pieces) {
      for (const each of kept) {
        joined.kept.push(each);
      }
      for (const error of errors) {
        joined.errors.push(error);
      }
      joined.znodesCount += znodesCount;
      joined.bytes += bytes;
    }
    return joined;
  }
}
