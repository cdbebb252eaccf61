/**
 * Bytes of the wire, put together by hand, for what tests expect. Shares no code with src/protocol, on purpose: it is the
 * second opinion. `build().int(7).string('/x').done()`.
 */

/** The numbers of a Stat in the order of the wire; all zero where not given. */
export interface StatNumbers {
  czxid?: bigint;
  mzxid?: bigint;
  ctime?: bigint;
  mtime?: bigint;
  version?: number;
  cversion?: number;
  aversion?: number;
  ephemeralOwner?: bigint;
  dataLength?: number;
  numChildren?: number;
  pzxid?: bigint;
}

export class ByteBuilder {
  readonly #parts: Uint8Array[] = [];

  byte(value: number): this {
    this.#parts.push(Uint8Array.of(value & 0xff));
    return this;
  }

  boolean(value: boolean): this {
    return this.byte(value ? 1 : 0);
  }

  int(value: number): this {
    for (const shift of [24, 16, 8, 0]) this.byte(value >> shift);
    return this;
  }

  long(value: bigint): this {
    for (let shift = 56n; shift >= 0n; shift -= 8n) this.byte(Number((value >> shift) & 0xffn));
    return this;
  }

  string(text: string | null): this {
    return this.buffer(text === null ? null : new TextEncoder().encode(text));
  }

  buffer(bytes: Uint8Array | null): this {
    if (bytes === null) return this.int(-1);
    this.int(bytes.length);
    return this.raw(bytes);
  }

  strings(texts: readonly (string | null)[] | null): this {
    if (texts === null) return this.int(-1);
    this.int(texts.length);
    for (const text of texts) this.string(text);
    return this;
  }

  /** `[perms, scheme, id]` each. */
  acl(entries: readonly (readonly [number, string | null, string | null])[] | null): this {
    if (entries === null) return this.int(-1);
    this.int(entries.length);
    for (const [perms, scheme, id] of entries) this.int(perms).string(scheme).string(id);
    return this;
  }

  stat(stat: StatNumbers = {}): this {
    this.long(stat.czxid ?? 0n)
      .long(stat.mzxid ?? 0n)
      .long(stat.ctime ?? 0n)
      .long(stat.mtime ?? 0n);
    this.int(stat.version ?? 0)
      .int(stat.cversion ?? 0)
      .int(stat.aversion ?? 0);
    this.long(stat.ephemeralOwner ?? 0n)
      .int(stat.dataLength ?? 0)
      .int(stat.numChildren ?? 0);
    return this.long(stat.pzxid ?? 0n);
  }

  /** In front of an operation or a result inside a multi. */
  multiHeader(type: number, done: boolean, err: number): this {
    return this.int(type).boolean(done).int(err);
  }

  raw(bytes: Uint8Array): this {
    this.#parts.push(bytes);
    return this;
  }

  hex(text: string): this {
    return this.raw(fromHex(text));
  }

  done(): Buffer {
    return Buffer.concat(this.#parts);
  }

  /** With its length in front. */
  frame(): Buffer {
    const bytes = this.done();
    return new ByteBuilder().int(bytes.length).raw(bytes).done();
  }
}

export function build(): ByteBuilder {
  return new ByteBuilder();
}

/** Hex digits, blanks between them as one likes. */
export function fromHex(text: string): Buffer {
  const digits = text.replace(/\s+/g, '');
  if (digits.length % 2 !== 0 || /[^0-9a-f]/i.test(digits)) throw new Error(`not hex: ${text}`);
  return Buffer.from(digits, 'hex');
}
