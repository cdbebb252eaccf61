/**
 * Where a walk is: segments of the tree, in tree order, of which each waits to be read, is being read, or is ready to be
 * handed on. A segment is a run of siblings, so that a znode with a million children is one of them. Asks nobody.
 */
import type { ZnodePath } from '../../protocol/path.js';
import type { PathPlace } from '../../protocol/read-frame.js';
import { PROBE_MAX, Sample } from './pace.js';

/** A list of offsets, filled in when the whole reply has been read. */
export interface NamePlaces {
  values: Uint32Array;
}

/** The children of one znode. Nothing in it is a copy: the path is in the request, the names in the reply. */
export class Family {
  /** The parent's path on the server: `source` from `start` to `end`. */
  readonly source: Buffer;
  readonly start: number;
  readonly end: number;
  /** Levels below the root of the walk. */
  readonly depth: number;
  /** Where the names are: each at one of the places, behind its length. */
  readonly bytes: Buffer;
  readonly places: NamePlaces;
  /** Bytes of replies about them; null: they are too few to tell. */
  readonly sample: Sample | null;
  /** The first few are being read, to know what the others will weigh. */
  isProbed = false;

  constructor(
    parent: PathPlace,
    depth: number,
    names: { readonly bytes: Buffer; readonly places: NamePlaces; readonly count: number },
  ) {
    this.source = parent.source;
    this.start = parent.start;
    this.end = parent.end;
    this.depth = depth;
    this.bytes = names.bytes;
    this.places = names.places;
    this.sample = names.count > PROBE_MAX ? new Sample() : null;
  }
}

/** A family of its own, whose only name is empty. */
export function rootFamily(chroot: string, root: ZnodePath): Family {
  const source = Buffer.from(root === '/' && chroot !== '' ? chroot : chroot + root);
  const names = { bytes: Buffer.alloc(4), places: { values: new Uint32Array(1) }, count: 1 };
  return new Family({ source, start: 0, end: source.length }, 0, names);
}

export type SegmentKind =
  /** Znodes to be read. */
  | 'znodes'
  /** A znode whose list of children is to be read. */
  | 'list'
  /** Znodes of which the name is enough. */
  | 'names';

export class Segment<Piece> {
  kind: SegmentKind;
  state: 'waiting' | 'reading' | 'ready';
  /** Of znodes and names: those from `from` to `to` in its places. */
  family: Family | null = null;
  from = 0;
  to = 0;
  /** Of a list: whose it is, `source` from `from` to `to`. */
  source: Buffer | null = null;
  depth = 0;
  /** Of a list: how many names it had when the znode was read. */
  expectedCount = 0;
  /** What is ready; null: nothing. */
  piece: Piece | null = null;
  /** Bytes that it keeps in memory. */
  heldBytes = 0;
  /** In tree order. */
  next: Segment<Piece> | null = null;
  /** Among those that are not ready. */
  nextOpen: Segment<Piece> | null = null;
  previousOpen: Segment<Piece> | null = null;

  constructor(kind: SegmentKind, state: Segment<Piece>['state']) {
    this.kind = kind;
    this.state = state;
  }
}

/** Siblings that wait, or whose names are all that is wanted. */
export function familySegment<P>(kind: 'znodes' | 'names', family: Family, from: number, to: number): Segment<P> {
  const segment = new Segment<P>(kind, kind === 'names' ? 'ready' : 'waiting');
  segment.family = family;
  segment.from = from;
  segment.to = to;
  segment.depth = family.depth;
  return segment;
}

export function listSegment<P>({ source, start, end }: PathPlace, depth: number, expectedCount: number): Segment<P> {
  const segment = new Segment<P>('list', 'waiting');
  segment.source = source;
  segment.from = start;
  segment.to = end;
  segment.depth = depth;
  segment.expectedCount = expectedCount;
  return segment;
}

export function readySegment<P>(piece: P, heldBytes: number): Segment<P> {
  const segment = new Segment<P>('znodes', 'ready');
  segment.piece = piece;
  segment.heldBytes = heldBytes;
  return segment;
}

/** Whose list it is. */
export function placeOf<P>({ source, from, to }: Segment<P>): PathPlace {
  return { source: source ?? NOTHING, start: from, end: to };
}

const NOTHING = Buffer.alloc(0);

/** Segments in a row, still by themselves. */
export class Chain<P> {
  first: Segment<P> | null = null;
  last: Segment<P> | null = null;

  add(segment: Segment<P>): void {
    if (this.last === null) {
      this.first = segment;
    } else {
      this.last.next = segment;
    }
    this.last = segment;
  }
}

/** `tree`: what is ready is handed on when all that stands before it was. `arrival`: at once. */
export class Front<P> {
  readonly #order: 'tree' | 'arrival';
  #head: Segment<P> | null;
  /** The first of those that are not ready. */
  #open: Segment<P> | null;
  /** None of those before this one waits. */
  #scan: Segment<P> | null;
  /** By arrival: what is ready. */
  #arrived: Segment<P> | null = null;
  #lastArrived: Segment<P> | null = null;
  #heldBytes = 0;
  #waitingCount = 1;

  constructor(first: Segment<P>, order: 'tree' | 'arrival') {
    this.#head = first;
    this.#open = first;
    this.#scan = first;
    this.#order = order;
  }

  /** Everything has been handed on. */
  get isDone(): boolean {
    return this.#head === null && this.#arrived === null;
  }

  /** By what is ready and not yet handed on. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Znodes, and lists, that wait. */
  get waitingCount(): number {
    return this.#waitingCount;
  }

  /** The next to be read, first things first. */
  firstWaiting(): Segment<P> | null {
    while (this.#scan !== null && this.#scan.state !== 'waiting') {
      this.#scan = this.#scan.nextOpen;
    }
    return this.#scan;
  }

  /** The next to be read behind `segment`. */
  waitingAfter(segment: Segment<P>): Segment<P> | null {
    let next = segment.nextOpen;
    while (next !== null && next.state !== 'waiting') {
      next = next.nextOpen;
    }
    return next;
  }

  /** The next to be read before anything that is ready can be handed on. */
  firstUrgent(): Segment<P> | null {
    return this.#arrived === null ? urgentFrom(this.#head) : null;
  }

  urgentAfter(segment: Segment<P>): Segment<P> | null {
    return urgentFrom(segment.next);
  }

  /** The first `count` of `segment` are being read from now on; the others wait behind them. */
  begin(segment: Segment<P>, count: number): void {
    if (segment.family !== null && count < segment.to - segment.from) {
      const rest = familySegment<P>('znodes', segment.family, segment.from + count, segment.to);
      rest.next = segment.next;
      segment.next = rest;
      openBehind(segment, rest);
      segment.to = segment.from + count;
    }
    segment.state = 'reading';
    this.#waitingCount -= sizeOf(segment);
  }

  /** It could not be read, and waits again. */
  putBack(segment: Segment<P>): void {
    segment.state = 'waiting';
    this.#waitingCount += sizeOf(segment);
    this.#scan = this.#open;
  }

  /** What has come of reading `segment` takes its place. */
  replace(segment: Segment<P>, chain: Chain<P>): void {
    segment.state = 'ready';
    segment.family = null;
    segment.source = null;
    const behind = segment.next;
    let last = segment;
    let lastOpen = segment;
    for (let each = chain.first; each !== null; ) {
      const { next } = each;
      this.#heldBytes += each.heldBytes;
      if (each.state === 'waiting') {
        this.#waitingCount += sizeOf(each);
        openBehind(lastOpen, each);
        lastOpen = each;
      }
      if (this.#order === 'arrival' && each.state === 'ready') {
        this.#arrive(each);
      } else if (each === chain.first && each.piece !== null) {
        // The znodes themselves: no need for another segment.
        segment.piece = each.piece;
        segment.heldBytes = each.heldBytes;
      } else {
        last.next = each;
        last = each;
      }
      each = next;
    }
    last.next = behind;
    this.#close(segment);
    this.#scan = this.#open;
  }

  #arrive(segment: Segment<P>): void {
    segment.next = null;
    if (this.#arrived === null || this.#lastArrived === null) {
      this.#arrived = segment;
    } else {
      this.#lastArrived.next = segment;
    }
    this.#lastArrived = segment;
  }

  /** It is ready. What it pointed to may be handed on before it, and must not be kept for its sake. */
  #close(segment: Segment<P>): void {
    const { previousOpen, nextOpen } = segment;
    segment.previousOpen = null;
    segment.nextOpen = null;
    if (previousOpen === null) {
      this.#open = nextOpen;
    } else {
      previousOpen.nextOpen = nextOpen;
    }
    if (nextOpen !== null) {
      nextOpen.previousOpen = previousOpen;
    }
  }

  /** What can be handed on, a piece after the other, some at a time. @param nameAll makes a piece of names that are all that is wanted */
  takeReady(nameAll: (family: Family, from: number, to: number) => P): P[] {
    const pieces: P[] = [];
    let bytes = 0;
    for (let first = this.#arrived; first !== null && bytes < HANDED_BYTES; first = this.#arrived) {
      bytes += first.heldBytes;
      if (!this.#handOn(first, pieces, nameAll)) {
        return pieces;
      }
      this.#arrived = first.next;
    }
    for (let head = this.#head; head?.state === 'ready' && bytes < HANDED_BYTES; head = this.#head) {
      bytes += head.heldBytes;
      if (!this.#handOn(head, pieces, nameAll)) {
        return pieces;
      }
      this.#head = head.next;
    }
    return pieces;
  }

  /** Whether that was all of `segment`. */
  #handOn(segment: Segment<P>, pieces: P[], nameAll: (family: Family, from: number, to: number) => P): boolean {
    if (segment.piece !== null) {
      pieces.push(segment.piece);
      this.#heldBytes -= segment.heldBytes;
      segment.piece = null;
    }
    if (segment.kind !== 'names' || segment.family === null) {
      return true;
    }
    const to = Math.min(segment.to, segment.from + NAMES_AT_ONCE);
    pieces.push(nameAll(segment.family, segment.from, to));
    segment.from = to;
    return to === segment.to;
  }
}

/** The first that waits, unless something that is ready stands before it. */
function urgentFrom<P>(first: Segment<P> | null): Segment<P> | null {
  for (let segment = first; segment !== null; segment = segment.next) {
    if (segment.state === 'waiting') {
      return segment;
    }
    if (segment.state === 'ready' && (segment.piece !== null || segment.family !== null)) {
      return null;
    }
  }
  return null;
}

function openBehind<P>(segment: Segment<P>, next: Segment<P>): void {
  next.previousOpen = segment;
  next.nextOpen = segment.nextOpen;
  if (segment.nextOpen !== null) {
    segment.nextOpen.previousOpen = next;
  }
  segment.nextOpen = next;
}

function sizeOf<P>({ family, from, to }: Segment<P>): number {
  return family === null ? 1 : to - from;
}

/** About so much is handed on at a time, so that what is made of it does not grow old. */
const HANDED_BYTES = 128 * 1024;

/** Of a list with a million names only a few become objects at a time. */
const NAMES_AT_ONCE = 1_000;
