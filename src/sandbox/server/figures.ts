/** What a server counts about itself and its connections: ServerStats and the figures of ServerCnxn (3.9). No output here. */

/** Least, mean and greatest of what was added; all 0 as long as nothing was (AvgMinMaxCounter). */
export class Spread {
  #min = Number.POSITIVE_INFINITY;
  #max = 0;
  #sum = 0;
  #count = 0;

  /** The same value `times` times. */
  add(value: number, times = 1): void {
    this.#min = Math.min(this.#min, value);
    this.#max = Math.max(this.#max, value);
    this.#sum += value * times;
    this.#count += times;
  }

  get min(): number {
    return this.#count === 0 ? 0 : this.#min;
  }
  get max(): number {
    return this.#max;
  }
  get sum(): number {
    return this.#sum;
  }
  get count(): number {
    return this.#count;
  }
  get mean(): number {
    return this.#count === 0 ? 0 : this.#sum / this.#count;
  }

  reset(): void {
    this.#min = Number.POSITIVE_INFINITY;
    this.#max = 0;
    this.#sum = 0;
    this.#count = 0;
  }
}

/** Of one connection; ms are whole ones. */
export class ConnectionFigures {
  readonly latency = new Spread();
  packetsReceived = 0;
  packetsSent = 0;
  lastOp = 'NA';
  lastCxid = -1;
  lastZxid = -1;
  lastResponseMs = 0;
  lastLatencyMs = 0;

  reset(): void {
    this.latency.reset();
    this.packetsReceived = 0;
    this.packetsSent = 0;
    this.lastOp = 'NA';
    this.lastCxid = -1;
    this.lastZxid = -1;
    this.lastResponseMs = 0;
    this.lastLatencyMs = 0;
  }
}

/** Of the whole server. */
export class ServerFigures {
  readonly latency = new Spread();
  packetsReceived = 0;
  packetsSent = 0;
  bytesReceived = 0;
  authFailedCount = 0;
  connectionsRejected = 0;
  sessionlessExpired = 0;
  sessionsExpired = 0;
  throttledOps = 0;
  /** Bytes of the last, smallest and largest reply; -1 before the first (BufferStats). */
  lastReplyBytes = -1;
  minReplyBytes = -1;
  maxReplyBytes = -1;

  replySent(bytes: number): void {
    this.lastReplyBytes = bytes;
    if (this.minReplyBytes === -1 || bytes < this.minReplyBytes) {
      this.minReplyBytes = bytes;
    }
    if (bytes > this.maxReplyBytes) {
      this.maxReplyBytes = bytes;
    }
  }

  /** What srst sets back (ServerStats.reset). */
  reset(): void {
    this.latency.reset();
    this.packetsReceived = 0;
    this.packetsSent = 0;
    this.bytesReceived = 0;
    this.connectionsRejected = 0;
    this.sessionlessExpired = 0;
    this.sessionsExpired = 0;
    this.throttledOps = 0;
    this.lastReplyBytes = -1;
    this.minReplyBytes = -1;
    this.maxReplyBytes = -1;
  }
}
