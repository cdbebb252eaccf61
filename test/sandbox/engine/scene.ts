/** An engine with a clock that stands still, and peers that write down what they are told, in the order of their output. */

import { OPEN_ACL } from '../../../src/protocol/acl.js';
import type { WatchEventType } from '../../../src/protocol/events.js';
import { JuteReader, JuteWriter } from '../../../src/protocol/jute.js';
import { decodeReply, encodeRequest } from '../../../src/protocol/messages.js';
import { OPS, type OpName, type ReplyOf, type RequestOf } from '../../../src/protocol/ops.js';
import { encodeRecord, type RecordType } from '../../../src/protocol/record.js';
import { createEngine } from '../../../src/sandbox/engine/create-engine.js';
import type { Engine, EngineSettings, Outcome } from '../../../src/sandbox/engine/engine.js';
import type { Journal } from '../../../src/sandbox/engine/journal.js';
import type { Identity, Peer } from '../../../src/sandbox/engine/peer.js';

export const FIRST_SESSION = 0x0100_003b_bac2_0000n;

export const SETTINGS: EngineSettings = {
  enforceQuota: false,
  extendedTypesEnabled: true,
  skipACL: false,
  reconfigEnabled: false,
  readOnly: false,
  containerDeletesPerMinuteMax: 10_000,
  containerNeverUsedMs: 0,
  digestEnabled: true,
  aclSchemes: new Set(),
  letAnySaslUserDoX: null,
  x509SuperUser: null,
};

export interface SceneOptions {
  readonly settings?: Partial<EngineSettings>;
  readonly journal?: Journal;
}

/** A reply as it came: header, and the body's bytes. */
export interface Reply {
  readonly xid: number;
  readonly zxid: number;
  readonly err: number;
  readonly body: Buffer;
  readonly outcome: Outcome;
}

export interface Told {
  readonly type: WatchEventType;
  readonly path: string;
  readonly zxid: number;
}

export class Scene {
  now = 1_700_000_000_000;
  readonly engine: Engine;

  constructor({ settings, journal }: SceneOptions = {}) {
    this.engine = createEngine({
      wallClock: () => this.now,
      settings: { ...SETTINGS, ...settings },
      journal: journal ?? null,
      firstSessionId: FIRST_SESSION,
    });
  }

  /** A new session and its connection. */
  client(...identities: Identity[]): Client {
    return new Client(this.engine, this.engine.createSession(10_000).sessionId, identities);
  }
}

export class Client implements Peer {
  readonly remoteAddress = '127.0.0.1';
  /** Notifications so far, and 'reply' where a reply was sent. */
  readonly log: (Told | 'reply')[] = [];
  identities: readonly Identity[];
  readonly sessionId: bigint;
  readonly #engine: Engine;
  #xid = 0;

  constructor(engine: Engine, sessionId: bigint, identities: readonly Identity[] = []) {
    this.#engine = engine;
    this.sessionId = sessionId;
    this.identities = [{ scheme: 'ip', id: '127.0.0.1' }, ...identities];
  }

  notify(type: WatchEventType, path: string, zxid: number): void {
    this.log.push({ type, path, zxid });
  }

  /** Events since the last call, as `created /a`. */
  events(): string[] {
    const events = this.log.filter((each): each is Told => each !== 'reply').map(({ type, path }) => `${type} ${path}`);
    this.log.length = 0;
    return events;
  }

  /** A request by its bytes, whatever they are. */
  raw(opCode: number, body: Buffer, xid = ++this.#xid): Reply {
    const output = new JuteWriter('server');
    const outcome = this.#engine.handle(this, xid, opCode, new JuteReader(body, 0, { form: 'server' }), output);
    const bytes = output.take();
    if (bytes.length === 0) {
      throw new Error('no reply');
    }
    if (bytes.readInt32BE(0) !== bytes.length - 4) {
      throw new Error(`a frame of ${bytes.length} bytes says ${bytes.readInt32BE(0)}`);
    }
    this.log.push('reply');
    return {
      xid: bytes.readInt32BE(4),
      zxid: Number(bytes.readBigInt64BE(8)),
      err: bytes.readInt32BE(16),
      body: bytes.subarray(20),
      outcome,
    };
  }

  /** A request as a client encodes it. */
  send<N extends OpName>(name: N, request: RequestOf<(typeof OPS)[N]>): Reply {
    const op = OPS[name];
    return this.raw(op.code, encodeRequest(op as never, 1, request as never).subarray(12));
  }

  /** The reply's body, decoded. Throws the error number. */
  ask<N extends OpName>(name: N, request: RequestOf<(typeof OPS)[N]>): ReplyOf<(typeof OPS)[N]> {
    const reply = this.send(name, request);
    if (reply.err !== 0) {
      throw new Error(`${name}: ${reply.err}`);
    }
    return decodeReply(OPS[name], new JuteReader(reply.body)) as ReplyOf<(typeof OPS)[N]>;
  }

  /** The error number, 0 where it was fine. */
  try<N extends OpName>(name: N, request: RequestOf<(typeof OPS)[N]>): number {
    return this.send(name, request).err;
  }

  create(path: string, more: { data?: string | null; flags?: number; acl?: AclInput } = {}): string {
    const { data = '', flags = 0, acl = OPEN_ACL } = more;
    const bytes = data === null ? null : Buffer.from(data);
    return this.ask('create', { path, data: bytes, acl, flags }).path;
  }

  stat(path: string) {
    return this.ask('exists', { path, watch: false }).stat;
  }

  children(path: string): string[] {
    return this.ask('getChildren', { path, watch: false }).children;
  }

  text(path: string): string | null {
    return this.ask('getData', { path, watch: false }).data?.toString() ?? null;
  }

  set(path: string, data: string): void {
    this.ask('setData', { path, data: Buffer.from(data), version: -1 });
  }

  delete(path: string): void {
    this.ask('delete', { path, version: -1 });
  }
}

export type AclInput = readonly {
  readonly perms: number;
  readonly scheme: string | null;
  readonly id: string | null;
}[];

/** `scheme:id:perms` with perms as a number. */
export function acl(...entries: readonly string[]): { perms: number; scheme: string; id: string }[] {
  return entries.map((entry) => {
    const first = entry.indexOf(':');
    const last = entry.lastIndexOf(':');
    return { perms: Number(entry.slice(last + 1)), scheme: entry.slice(0, first), id: entry.slice(first + 1, last) };
  });
}

/** The bytes of a record, for requests put together by hand. */
export function bytesOf<In>(type: RecordType<unknown, In>, value: In): Buffer {
  return encodeRecord(type, value);
}
