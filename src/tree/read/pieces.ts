/**
 * What a walk hands on, made while a reply is read: an object for each znode, or the paths as lines of text, which costs a
 * fraction of that. Asks nobody, and knows no order.
 */
import type { KeeperError } from '../../errors.js';
import type { ZnodePath } from '../../protocol/path.js';
import { copyBytes, statAt } from '../../protocol/read-frame.js';
import type { Stat } from '../../protocol/stat.js';
import { decodeString } from '../../protocol/strings.js';

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

/** Paths of a walk for names, in order. */
export type WalkLines =
  /** Each with a newline behind it; only such as need no escaping anywhere: printable ASCII without a backslash. */
  | { readonly kind: 'text'; readonly text: Buffer }
  | { readonly kind: 'paths'; readonly paths: ZnodePath[] }
  /** Its path stands before it, unless it vanished. */
  | { readonly kind: 'error'; readonly error: KeeperError };

/** A znode as it was read, in bytes of frames. One object serves for all: what is in it counts until the next one. */
export class Found {
  /** Its path on the server: `source` from `start` to `end`. */
  source: Buffer = EMPTY;
  start = 0;
  end = 0;
  /** Where its stat is in `reply`; -1: none. */
  reply: Buffer = EMPTY;
  statStart = -1;
  /** Where its data is in `reply`; -1: null, or none. */
  dataStart = -1;
  dataEnd = -1;
  childrenCount: number | null = null;
  error: KeeperError | null = null;

  at(source: Buffer, start: number, end: number): void {
    this.source = source;
    this.reply = EMPTY;
    this.start = start;
    this.end = end;
    this.statStart = -1;
    this.dataStart = -1;
    this.childrenCount = null;
    this.error = null;
  }
}

const EMPTY = Buffer.alloc(0);

/** Makes pieces of type P of znodes, and of pieces what is handed on. */
export interface Maker<P, Out> {
  /** What a znode takes in memory beside its path and its data. */
  readonly overheadBytes: number;
  /** Pieces keep the replies that they were made of. */
  readonly keepsReplies?: boolean;
  /** `bytes` of paths, at most, will go into the pieces to come, before this is called again. */
  prepare(bytes: number): void;
  /** Whether what is below it is wanted too. */
  add(found: Found): boolean;
  /** What was added since the last call; null: nothing. */
  take(): P | null;
  /** Pieces in the order in which they are handed on. */
  join(pieces: readonly P[]): Out;
}

/** Znodes of one request and its reply, as places in both: objects are made when they are handed on, and die young. */
interface EntryPiece {
  readonly source: Buffer;
  readonly reply: Buffer;
  /** PLACES_COUNT each. */
  readonly places: number[];
  /** By number. */
  errors: Map<number, KeeperError> | null;
}

/** Start and end of the path, where the stat begins, start and end of the data, number of children. */
const PLACES_COUNT = 6;
const UNKNOWN = -1;

/** An object a znode. */
export class EntryMaker implements Maker<EntryPiece[], WalkEntry[]> {
  readonly overheadBytes = 64;
  readonly keepsReplies = true;
  readonly #chrootLength: number;
  readonly #enter: ((entry: WalkEntry) => boolean) | undefined;
  #pieces: EntryPiece[] = [];

  constructor(chrootLength: number, enter?: (entry: WalkEntry) => boolean) {
    this.#chrootLength = chrootLength;
    this.#enter = enter;
  }

  prepare(): void {}

  add(found: Found): boolean {
    const { source, reply, childrenCount, error } = found;
    let piece = this.#pieces.at(-1);
    if (piece === undefined || piece.source !== source || piece.reply !== reply) {
      piece = { source, reply, places: [], errors: null };
      this.#pieces.push(piece);
    }
    const { places } = piece;
    if (error !== null) {
      piece.errors ??= new Map();
      piece.errors.set(places.length / PLACES_COUNT, error);
    }
    places.push(found.start, found.end, found.statStart, found.dataStart, found.dataEnd, childrenCount ?? UNKNOWN);
    return (
      error === null &&
      (this.#enter === undefined || this.#enter(entryOf(piece, places.length / PLACES_COUNT - 1, this.#chrootLength)))
    );
  }

  take(): EntryPiece[] | null {
    const pieces = this.#pieces;
    if (pieces.length === 0) {
      return null;
    }
    this.#pieces = [];
    return pieces;
  }

  join(pieces: readonly EntryPiece[][]): WalkEntry[] {
    const entries: WalkEntry[] = [];
    for (const some of pieces) {
      for (const piece of some) {
        const count = piece.places.length / PLACES_COUNT;
        for (let index = 0; index < count; index++) {
          entries.push(entryOf(piece, index, this.#chrootLength));
        }
      }
    }
    return entries;
  }
}

function entryOf({ source, reply, places, errors }: EntryPiece, index: number, chrootLength: number): WalkEntry {
  const at = index * PLACES_COUNT;
  const statStart = places[at + 2] as number;
  const dataStart = places[at + 3] as number;
  const childrenCount = places[at + 5] as number;
  return {
    path: pathAt(source, (places[at] as number) + chrootLength, places[at + 1] as number),
    stat: statStart < 0 ? null : statAt(reply, statStart),
    data: dataStart < 0 ? null : reply.subarray(dataStart, places[at + 4]),
    childrenCount: childrenCount === UNKNOWN ? null : childrenCount,
    error: errors?.get(index) ?? null,
  };
}

function pathAt(source: Buffer, start: number, end: number): ZnodePath {
  return (start >= end ? '/' : decodeString(source, start, end, 'client')) as ZnodePath;
}

export function pathOf({ source, start, end }: Found, chrootLength: number): ZnodePath {
  return pathAt(source, start + chrootLength, end);
}

/** Text of one buffer, or what is more than text. */
interface LinePiece {
  readonly text: Buffer;
  readonly start: number;
  readonly end: number;
  readonly others: readonly WalkLines[] | null;
}

/** Lines of text. */
export class LineMaker implements Maker<LinePiece, WalkLines[]> {
  readonly overheadBytes = 40;
  readonly #chrootLength: number;
  #text: Buffer = EMPTY;
  /** Where what was added since the last piece begins. */
  #from = 0;
  #at = 0;
  /** What was added is more than text. */
  #others: WalkLines[] | null = null;

  constructor(chrootLength: number) {
    this.#chrootLength = chrootLength;
  }

  prepare(bytes: number): void {
    if (this.#text.length - this.#at < bytes) {
      if (this.#at > this.#from) {
        this.#more();
      }
      this.#text = Buffer.allocUnsafeSlow(Math.max(bytes, TEXT_BYTES));
      this.#from = 0;
      this.#at = 0;
    }
  }

  add(found: Found): boolean {
    const { error } = found;
    // One that vanished has no line.
    if (error?.code !== 'NONODE' && !this.#addPlain(found)) {
      this.#addPath(pathOf(found, this.#chrootLength));
    }
    if (error !== null) {
      this.#more().push({ kind: 'error', error });
    }
    return error === null;
  }

  /** False where the path is not plain; then nothing was added. */
  #addPlain({ source, start, end }: Found): boolean {
    const text = this.#text;
    let at = this.#at;
    let from = start + this.#chrootLength;
    if (from >= end) {
      text[at++] = SLASH;
    }
    for (; from < end; from++) {
      const byte = source[from] as number;
      if (byte < 0x20 || byte > 0x7e || byte === BACKSLASH) {
        return false;
      }
      text[at++] = byte;
    }
    text[at] = NEWLINE;
    this.#at = at + 1;
    return true;
  }

  #addPath(path: ZnodePath): void {
    const others = this.#more();
    const last = others.at(-1);
    if (last?.kind === 'paths') {
      last.paths.push(path);
    } else {
      others.push({ kind: 'paths', paths: [path] });
    }
  }

  /** From here on a piece is a list; what text there was is its first element. */
  #more(): WalkLines[] {
    this.#others ??= [];
    this.#endText();
    return this.#others;
  }

  /** Where there is more than text, the text goes among it. */
  #endText(): void {
    if (this.#others !== null && this.#at > this.#from) {
      this.#others.push({ kind: 'text', text: this.#text.subarray(this.#from, this.#at) });
      this.#from = this.#at;
    }
  }

  take(): LinePiece | null {
    this.#endText();
    const piece = { text: this.#text, start: this.#from, end: this.#at, others: this.#others };
    this.#others = null;
    this.#from = this.#at;
    return piece.others === null && piece.start === piece.end ? null : piece;
  }

  /** Text that follows text becomes one. */
  join(pieces: readonly LinePiece[]): WalkLines[] {
    const joined: WalkLines[] = [];
    let from = 0;
    for (let index = 0; index < pieces.length; index++) {
      const { others } = pieces[index] as LinePiece;
      if (others !== null) {
        addText(joined, pieces, from, index);
        for (const lines of others) {
          joined.push(lines);
        }
        from = index + 1;
      }
    }
    addText(joined, pieces, from, pieces.length);
    return joined;
  }
}

function addText(joined: WalkLines[], pieces: readonly LinePiece[], from: number, to: number): void {
  let bytes = 0;
  for (let index = from; index < to; index++) {
    const { start, end } = pieces[index] as LinePiece;
    bytes += end - start;
  }
  if (bytes === 0) {
    return;
  }
  const text = Buffer.allocUnsafeSlow(bytes);
  let at = 0;
  for (let index = from; index < to; index++) {
    const piece = pieces[index] as LinePiece;
    at = copyBytes(piece.text, piece.start, piece.end, text, at);
  }
  joined.push({ kind: 'text', text });
}

/** Pieces share buffers of this size. */
const TEXT_BYTES = 64 * 1024;
const NEWLINE = 0x0a;
const SLASH = 0x2f;
const BACKSLASH = 0x5c;
