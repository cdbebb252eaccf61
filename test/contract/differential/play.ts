/** Plays steps on one server and tells what each session saw, line by line. */
import { ByteReader } from '../../helpers/byte-reader.js';
import { OP } from '../requests.js';
import { sweep } from '../scene.js';
import { connectRequest, Session } from '../session.js';
import type { Target } from '../target.js';
import { Wire } from '../wire.js';
import { notificationText, type Origin, replyText } from './replies.js';
import { ROOT, SESSIONS, type Step } from './steps.js';

interface Place {
  wire: Wire | null;
  sessionId: bigint;
  password: Buffer;
  xid: number;
  readonly seen: string[];
}

/** One list for each session, and one for the tree at the end. */
export async function play(target: Target, steps: readonly Step[]): Promise<string[][]> {
  const run = new Run(target);
  await run.begin();
  try {
    for (const [index, step] of steps.entries()) await run.take(step, index);
    return await run.end();
  } finally {
    run.cut();
  }
}

class Run {
  readonly #target: Target;
  readonly #places: Place[] = [];
  #origin: Origin = { zxid: 0, sessionId: 0n, times: new Map() };
  #zxid = 0;

  constructor(target: Target) {
    this.#target = target;
  }

  async begin(): Promise<void> {
    const janitor = await Session.open('janitor', this.#target, null);
    await janitor.auth('digest', 'super:secret');
    await sweep(janitor);
    const zxid = await janitor.sync();
    await janitor.close();
    this.#origin = { zxid, sessionId: janitor.sessionId, times: new Map() };
    this.#zxid = zxid;
    for (let index = 0; index < SESSIONS; index++) {
      const place: Place = { wire: null, sessionId: 0n, password: Buffer.alloc(16), xid: 1, seen: [] };
      this.#places.push(place);
      await this.#connect(place);
    }
  }

  async take(step: Step, index: number): Promise<void> {
    const place = this.#places[step.session] as Place;
    switch (step.kind) {
      case 'ask':
        if (place.wire === null) await this.#connect(place);
        await this.#ask(place, step, index);
        break;
      case 'open':
        await this.#close(place, index);
        await this.#connect(place);
        break;
      case 'close':
        await this.#close(place, index);
        break;
      case 'reattach':
        await this.#drain(place);
        place.wire?.cut();
        await this.#connect(place);
        break;
    }
  }

  async end(): Promise<string[][]> {
    const janitor = await Session.open('janitor', this.#target, null);
    await janitor.auth('digest', 'super:secret');
    for (const place of this.#places) await this.#drain(place);
    const tree: string[] = [];
    for (const path of [ROOT, '/zookeeper']) await this.#tell(janitor, path, tree);
    for (const [index, place] of this.#places.entries()) {
      await this.#close(place, index);
    }
    tree.push(...(await janitor.getChildren('/')));
    await this.#tell(janitor, ROOT, tree);
    await janitor.close();
    return [...this.#places.map(({ seen }) => seen), tree];
  }

  cut(): void {
    for (const { wire } of this.#places) wire?.cut();
  }

  /** The session comes back if it lives; else there is a new one. */
  async #connect(place: Place): Promise<void> {
    for (const sessionId of place.sessionId === 0n ? [0n] : [place.sessionId, 0n]) {
      const wire = await Wire.open(this.#target.port);
      wire.writeFrame(connectRequest({ sessionId, password: sessionId === 0n ? Buffer.alloc(16) : place.password }));
      const frame = await wire.frame();
      if (frame === null) throw new Error('the server hung up on a handshake');
      const reader = new ByteReader(frame);
      const greeting = { version: reader.int(), timeoutMs: reader.int(), id: reader.long(), password: reader.buffer() };
      place.seen.push(
        `connected ${greeting.timeoutMs} ${greeting.id === 0n ? 'refused' : greeting.id - this.#origin.sessionId}`,
      );
      if (greeting.id === 0n) {
        wire.cut();
        continue;
      }
      place.wire = wire;
      place.sessionId = greeting.id;
      place.password = greeting.password ?? Buffer.alloc(16);
      return;
    }
  }

  async #ask(place: Place, step: Step & { kind: 'ask' }, index: number): Promise<void> {
    const { wire } = place;
    if (wire === null) return;
    const sent = step.asks.map(({ op, body }) => {
      const xid = op === OP.ping ? -2 : place.xid++;
      const header = Buffer.alloc(8);
      header.writeInt32BE(xid, 0);
      header.writeInt32BE(op, 4);
      wire.writeFrame(Buffer.concat([header, body(this.#zxid)]));
      return { op, xid };
    });
    for (const { op } of sent) {
      const isAnswered = await this.#reply(place, op, `${index}`);
      if (!isAnswered) break;
      // Behind these the server hangs up; what it makes of requests sent after them depends on its threads.
    }
    await this.#settle(place);
  }

  /** Notifications up to the next reply, and that. False: the server has hung up. */
  async #reply(place: Place, op: number, what: string): Promise<boolean> {
    for (;;) {
      const frame = await place.wire?.frame();
      if (frame === null || frame === undefined) {
        place.seen.push(`${what}: hung up`);
        place.wire = null;
        return false;
      }
      const reader = new ByteReader(frame);
      const xid = reader.int();
      if (xid === -1) {
        place.seen.push(notificationText(reader, reader.long() + BigInt(reader.int()), this.#origin));
        continue;
      }
      this.#zxid = Math.max(this.#zxid, Number(frame.readBigInt64BE(4)));
      place.seen.push(`${what}: ${replyText(op, xid, reader, this.#origin)}`);
      return true;
    }
  }

  /** After what makes servers hang up: waits until it has. */
  async #settle(place: Place): Promise<void> {
    const last = place.seen.at(-1) ?? '';
    if (place.wire === null || !/ err -(6|115|124) /.test(`${last} `)) return;
    if (/ err -6 /.test(`${last} `) && !/ zxid -1 /.test(last)) return;
    const frame = await place.wire.frame();
    place.seen.push(frame === null ? 'hung up' : `a frame behind the end: ${frame.toString('hex')}`);
    place.wire = null;
  }

  /** Everything that is under way to this session. */
  async #drain(place: Place): Promise<void> {
    if (place.wire === null) return;
    place.wire.writeFrame(Buffer.from('fffffffe0000000b', 'hex'));
    await this.#reply(place, OP.ping, 'drained');
  }

  async #close(place: Place, index: number): Promise<void> {
    if (place.wire === null && place.sessionId === 0n) return;
    if (place.wire === null) await this.#connect(place);
    const header = Buffer.alloc(8);
    header.writeInt32BE(place.xid++, 0);
    header.writeInt32BE(OP.closeSession, 4);
    place.wire?.writeFrame(header);
    await this.#reply(place, OP.closeSession, `${index} close`);
    if ((await place.wire?.frame()) !== null) place.seen.push('it goes on behind its end');
    place.wire = null;
    place.sessionId = 0n;
  }

  /** A subtree as the super user sees it. */
  async #tell(janitor: Session, path: string, lines: string[]): Promise<void> {
    for (const op of [OP.getData, OP.getACL, OP.getChildren]) {
      const name = Buffer.from(path);
      const bytes = Buffer.alloc(4 + name.length + (op === OP.getACL ? 0 : 1));
      bytes.writeInt32BE(name.length);
      name.copy(bytes, 4);
      await janitor.send(op, bytes, 1, (reply) => {
        const frame = Buffer.alloc(12);
        frame.writeBigInt64BE(BigInt(reply.zxid), 0);
        frame.writeInt32BE(reply.err, 8);
        lines.push(
          `${path} ${replyText(op, 1, new ByteReader(Buffer.concat([frame, reply.body.rest()])), this.#origin)}`,
        );
      });
    }
    const isThere = !(lines.at(-1) ?? '').includes('err -101');
    if (!isThere) return;
    for (const child of await janitor.getChildren(path)) await this.#tell(janitor, `${path}/${child}`, lines);
  }
}
