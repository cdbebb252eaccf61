/**
 * Output that leaves later, or slowly: what faults put between a connection and its socket. Keeps the order of bytes,
 * whatever is done to them. Time is the sandbox's clock.
 */
import type { SandboxClock } from '../sandbox.js';

/** Where paced bytes go. */
export type Transmit = (bytes: Buffer, isLast: boolean) => void;

/** How often something is sent when it is slowed down, ms: smaller and the timers cost more than the bytes. */
const STEP_MS = 20;

interface Piece {
  readonly bytes: Buffer;
  readonly isLast: boolean;
  readonly dueMs: number;
}

export class PacedOutput {
  readonly #clock: SandboxClock;
  readonly #transmit: Transmit;
  readonly #pieces: Piece[] = [];
  #pendingBytes = 0;
  #timer: unknown = null;
  #bytesPerSecond: number | null = null;
  /** Until when the line is taken by what was sent before. */
  #freeMs = 0;

  constructor(clock: SandboxClock, transmit: Transmit) {
    this.#clock = clock;
    this.#transmit = transmit;
  }

  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  get isIdle(): boolean {
    return this.#pieces.length === 0;
  }

  /** null: as fast as it goes. */
  set bytesPerSecond(rate: number | null) {
    this.#bytesPerSecond = rate;
    this.#freeMs = this.#clock.now();
    this.#run();
  }

  /** `delayMs` on top of what is in front of it. */
  push(bytes: Buffer, isLast: boolean, delayMs = 0): void {
    this.#pieces.push({ bytes, isLast, dueMs: this.#clock.now() + delayMs });
    this.#pendingBytes += bytes.length;
    this.#run();
  }

  /** Everything that waits leaves now. */
  release(): void {
    this.#bytesPerSecond = null;
    this.#cancel();
    for (const { bytes, isLast } of this.#pieces.splice(0)) {
      this.#pendingBytes -= bytes.length;
      this.#transmit(bytes, isLast);
    }
  }

  /** What waits never leaves. */
  stop(): void {
    this.#cancel();
    this.#pieces.length = 0;
    this.#pendingBytes = 0;
  }

  #run(): void {
    this.#cancel();
    const now = this.#clock.now();
    for (;;) {
      const piece = this.#pieces[0];
      if (piece === undefined) {
        return;
      }
      const startMs = this.#bytesPerSecond === null ? piece.dueMs : Math.max(piece.dueMs, this.#freeMs);
      if (startMs > now) {
        this.#timer = this.#clock.setTimeout(() => this.#run(), startMs - now);
        return;
      }
      this.#sendFrom(piece, now);
    }
  }

  /** All of it, or as much as one step takes. */
  #sendFrom(piece: Piece, nowMs: number): void {
    const rate = this.#bytesPerSecond;
    const most = rate === null ? piece.bytes.length : Math.max(1, Math.floor((rate * STEP_MS) / 1000));
    const bytes = piece.bytes.subarray(0, most);
    const isWhole = bytes.length === piece.bytes.length;
    if (isWhole) {
      this.#pieces.shift();
    } else {
      this.#pieces[0] = { ...piece, bytes: piece.bytes.subarray(bytes.length) };
    }
    if (rate !== null) {
      this.#freeMs = Math.max(this.#freeMs, nowMs) + (bytes.length * 1000) / rate;
    }
    this.#pendingBytes -= bytes.length;
    this.#transmit(bytes, isWhole && piece.isLast);
  }

  #cancel(): void {
    if (this.#timer !== null) {
      this.#clock.clearTimeout(this.#timer);
      this.#timer = null;
    }
  }
}
