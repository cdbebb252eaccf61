/**
 * Faults on demand (faults.ts): keeps those that last, decides which of them a request meets, and does to it what they say.
 * Chance comes from the sandbox's seed and time from its clock, so that a run can be repeated.
 */
import { UsageError } from '../errors.js';
import { ERROR_ENTRIES, errorCode, errorName } from '../protocol/error-codes.js';
import { JuteReader } from '../protocol/jute.js';
import { FRAME_HEADER_BYTES } from '../protocol/limits.js';
import { findOp, OPS } from '../protocol/ops.js';
import type { MovableClock } from './clock.js';
import { reply } from './engine/replies.js';
import { pathsOf } from './engine/request-paths.js';
import type { ActiveFault, Faults, FaultTarget } from './faults.js';
import type { Connection, Handled } from './server/connection.js';
import { PacedOutput } from './server/paced-output.js';
import { execute } from './server/requests.js';
import type { Server } from './server/server.js';

type Kind =
  | 'freeze'
  | 'slow'
  | 'delayReplies'
  | 'loseReplies'
  | 'cutReplies'
  | 'answer'
  | 'dropRequests'
  | 'readOnly'
  | 'refuseConnections'
  | 'throttle'
  | 'outOfSpace';

/** One that lasts. */
class LastingFault implements ActiveFault {
  readonly id: number;
  readonly kind: Kind;
  readonly text: string;
  readonly target: FaultTarget;
  /** Milliseconds, bytes, bytes a second or an error: what the kind wants. */
  readonly amount: number;
  count = 0;
  /** Requests that matched before it began. */
  passed = 0;
  /** Connections that it froze or slowed down. */
  readonly struck = new Set<Connection>();
  readonly #clear: (fault: LastingFault) => void;

  constructor(
    facts: {
      readonly id: number;
      readonly kind: Kind;
      readonly text: string;
      readonly amount: number;
      readonly target: FaultTarget;
    },
    clear: (fault: LastingFault) => void,
  ) {
    this.id = facts.id;
    this.kind = facts.kind;
    this.text = facts.text;
    this.amount = facts.amount;
    this.target = facts.target;
    this.#clear = clear;
  }

  clear(): void {
    this.#clear(this);
  }
}

/** A request as faults look at it. */
interface FaultyRequest {
  readonly xid: number;
  readonly opCode: number;
  readonly frame: Buffer;
}

const THROTTLED = errorCode('THROTTLEDOP') ?? 0;

export class FaultControl implements Faults {
  readonly #clock: MovableClock;
  readonly #random: () => number;
  readonly #server: () => Server | null;
  #faults: LastingFault[] = [];
  #waiting: (() => void)[] = [];
  #nextId = 1;

  /** @param server the one that runs; null while none does */
  constructor(clock: MovableClock, random: () => number, server: () => Server | null) {
    this.#clock = clock;
    this.#random = random;
    this.#server = server;
  }

  get active(): readonly ActiveFault[] {
    return [...this.#faults];
  }

  /** Whether requests must pass by here. */
  get isActive(): boolean {
    return this.#faults.length > 0;
  }

  get refusesConnections(): boolean {
    return this.#strikeAlways('refuseConnections');
  }

  get isOutOfSpace(): boolean {
    return this.#strikeAlways('outOfSpace');
  }

  /** Resolves when the whole server answers: at once, unless it is frozen. For what comes in by other ways than connections. */
  untilThawed(): Promise<void> {
    const isFrozen = this.#faults.some(({ kind, target }) => kind === 'freeze' && isOfEverything(target));
    return isFrozen ? new Promise((resolve) => this.#waiting.push(resolve)) : Promise.resolve();
  }

  get isReadOnly(): boolean {
    return this.#find('readOnly') !== undefined;
  }

  expireSessions(target: { readonly sessionId?: bigint } = {}): number {
    const server = this.#server();
    if (server === null) {
      return 0;
    }
    const sessions = [...server.engine.sessions.keys()].filter((id) => matchesSession(target, id));
    for (const sessionId of sessions) {
      server.expireSession(sessionId);
    }
    server.flushOutput();
    return sessions.length;
  }

  dropConnections(target: { readonly sessionId?: bigint } = {}): number {
    const connections = this.#connections(target);
    for (const connection of connections) {
      connection.destroy();
    }
    return connections.length;
  }

  freeze(target: FaultTarget = {}): ActiveFault {
    const fault = this.#add('freeze', 0, target, 'freeze');
    if (isOfConnections(target)) {
      for (const connection of this.#connections(target)) {
        this.#strikeConnection(fault, connection);
      }
    }
    return fault;
  }

  slow(bytesPerSecond: number, target: FaultTarget = {}): ActiveFault {
    requirePositive(bytesPerSecond, 'bytes a second');
    const fault = this.#add('slow', bytesPerSecond, target, `slow ${bytesPerSecond} B/s`);
    if (isOfConnections(target)) {
      for (const connection of this.#connections(target)) {
        this.#strikeConnection(fault, connection);
      }
    }
    return fault;
  }

  delayReplies(ms: number, target: FaultTarget = {}): ActiveFault {
    requirePositive(ms, 'milliseconds');
    return this.#add('delayReplies', ms, target, `delay replies by ${ms} ms`);
  }

  loseReplies(target: FaultTarget = {}): ActiveFault {
    return this.#add('loseReplies', 0, target, 'lose replies');
  }

  cutReplies(bytes: number, target: FaultTarget = {}): ActiveFault {
    if (!Number.isInteger(bytes) || bytes < 0) {
      throw new UsageError(`${bytes}: not a number of bytes`);
    }
    return this.#add('cutReplies', bytes, target, `cut replies after ${bytes} bytes`);
  }

  answer(error: string | number, target: FaultTarget = {}): ActiveFault {
    const code = typeof error === 'number' ? error : codeOf(error);
    return this.#add('answer', code, target, `answer ${errorName(code)}`);
  }

  dropRequests(target: FaultTarget = {}): ActiveFault {
    return this.#add('dropRequests', 0, target, 'drop requests');
  }

  readOnly(): ActiveFault {
    const fault = this.#add('readOnly', 0, {}, 'read-only');
    this.#switchMode();
    return fault;
  }

  refuseConnections(): ActiveFault {
    return this.#add('refuseConnections', 0, {}, 'refuse connections');
  }

  throttle(target: FaultTarget = {}): ActiveFault {
    return this.#add('throttle', 0, target, 'throttle');
  }

  outOfSpace(): ActiveFault {
    return this.#add('outOfSpace', 0, {}, 'out of space');
  }

  moveClock(ms: number): void {
    if (!Number.isFinite(ms)) {
      throw new UsageError(`${ms}: not a number of milliseconds`);
    }
    this.#clock.move(ms);
    this.#server()?.clockMoved();
  }

  clear(): void {
    for (const fault of [...this.#faults]) {
      this.#clear(fault);
    }
  }

  /** A connection was accepted: faults of all connections are its own too. */
  connected(connection: Connection): void {
    for (const fault of this.#faults) {
      const { target } = fault;
      if (isOfConnections(target) && target.sessionId === undefined) {
        this.#strikeConnection(fault, connection);
      }
    }
  }

  /** A connection has its session now. */
  joined(connection: Connection): void {
    for (const fault of this.#faults) {
      const { target } = fault;
      if (isOfConnections(target) && target.sessionId !== undefined && matchesSession(target, connection.sessionId)) {
        this.#strikeConnection(fault, connection);
      }
    }
  }

  /** One request, with what the faults that it meets do to it. */
  handle(server: Server, connection: Connection, frame: Buffer): Handled {
    const reader = new JuteReader(frame, 0, { form: 'server' });
    const request: FaultyRequest = { xid: reader.int(), opCode: reader.int(), frame };
    const struck = this.#faults.filter((fault) => this.#strikes(fault, connection, request));
    const of = (kind: Kind): LastingFault | undefined => struck.find((fault) => fault.kind === kind);
    const freeze = of('freeze');
    if (freeze !== undefined) {
      freeze.struck.add(connection);
      connection.freeze();
      return 'wait';
    }
    if (of('dropRequests') !== undefined) {
      connection.destroy();
      return 'done';
    }
    const slow = of('slow');
    if (slow !== undefined) {
      slow.struck.add(connection);
      this.#slowDown(connection, slow.amount);
    }
    const delay = of('delayReplies');
    if (delay !== undefined) {
      server.flushOutput();
      pacedOutputOf(connection, this.#clock);
      connection.delayOutput(delay.amount);
    }
    this.#answer(server, connection, request, of('answer') ?? of('throttle'), of('loseReplies') ?? of('cutReplies'));
    return 'done';
  }

  /** Does the request, or refuses it; then the reply comes, is lost, or is cut. */
  #answer(
    server: Server,
    connection: Connection,
    request: FaultyRequest,
    refusal: LastingFault | undefined,
    loss: LastingFault | undefined,
  ): void {
    const writer = connection.output;
    if (refusal === undefined) {
      execute(server, connection, request.frame);
    } else {
      refuse(server, connection, request, refusal.kind === 'throttle' ? THROTTLED : refusal.amount);
    }
    if (loss === undefined) {
      return;
    }
    const start = startOfLastFrame(writer.view(0));
    if (start === null) {
      return;
    }
    if (loss.kind === 'loseReplies') {
      writer.truncate(start);
    } else {
      writer.truncate(Math.min(writer.length, start + loss.amount));
      connection.end();
    }
  }

  #strikes(fault: LastingFault, connection: Connection, request: FaultyRequest): boolean {
    const { target } = fault;
    if (REQUEST_FAULTS.has(fault.kind) || !isOfConnections(target)) {
      if (!matchesSession(target, connection.sessionId) || !matchesRequest(target, request)) {
        return false;
      }
      if (fault.passed < (target.after ?? 0)) {
        fault.passed++;
        return false;
      }
      if (fault.count >= (target.times ?? Number.POSITIVE_INFINITY)) {
        return false;
      }
      if (target.probability !== undefined && this.#random() >= target.probability) {
        return false;
      }
      fault.count++;
      return true;
    }
    return false;
  }

  #strikeConnection(fault: LastingFault, connection: Connection): void {
    if (fault.kind === 'freeze') {
      connection.freeze();
    } else if (fault.kind === 'slow') {
      this.#slowDown(connection, fault.amount);
    } else {
      return;
    }
    fault.count++;
    fault.struck.add(connection);
  }

  /** null: no longer. */
  #slowDown(connection: Connection, bytesPerSecond: number | null): void {
    pacedOutputOf(connection, this.#clock).bytesPerSecond = bytesPerSecond;
  }

  #find(kind: Kind): LastingFault | undefined {
    return this.#faults.find((fault) => fault.kind === kind);
  }

  #strikeAlways(kind: Kind): boolean {
    const fault = this.#find(kind);
    if (fault !== undefined) {
      fault.count++;
    }
    return fault !== undefined;
  }

  #connections(target: { readonly sessionId?: bigint }): Connection[] {
    return [...(this.#server()?.connections ?? [])].filter(
      ({ sessionId }) => target.sessionId === undefined || target.sessionId === sessionId,
    );
  }

  #add(kind: Kind, amount: number, target: FaultTarget, text: string): LastingFault {
    checkTarget(target);
    const facts = { id: this.#nextId++, kind, amount, target, text: `${text}${describe(target)}` };
    const fault = new LastingFault(facts, (each) => this.#clear(each));
    this.#faults = [...this.#faults, fault];
    return fault;
  }

  #clear(fault: LastingFault): void {
    if (!this.#faults.includes(fault)) {
      return;
    }
    this.#faults = this.#faults.filter((each) => each !== fault);
    if (fault.kind === 'readOnly') {
      this.#switchMode();
    }
    if (fault.kind === 'freeze') {
      this.#wake();
    }
    for (const connection of fault.struck) {
      const others = this.#faults.filter(({ kind, struck }) => kind === fault.kind && struck.has(connection));
      const other = others.at(-1);
      if (fault.kind === 'slow') {
        this.#slowDown(connection, other?.amount ?? null);
      } else if (other === undefined) {
        connection.thaw();
      }
    }
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) {
      void this.untilThawed().then(resolve);
    }
  }

  disconnected(connection: Connection): void {
    for (const { struck } of this.#faults) {
      struck.delete(connection);
    }
  }

  /** A member that loses or finds its quorum closes all connections and serves anew in its other mode. */
  #switchMode(): void {
    const server = this.#server();
    if (server !== null && server.isReadOnly !== this.isReadOnly) {
      server.setReadOnly(this.isReadOnly);
    }
  }
}

/** These look at single requests, whatever their target. */
const REQUEST_FAULTS: ReadonlySet<Kind> = new Set([
  'delayReplies',
  'loseReplies',
  'cutReplies',
  'answer',
  'dropRequests',
  'throttle',
]);

/** Whether it means connections as such, and not requests on them. */
function isOfConnections({ ops, path, after, times, probability }: FaultTarget): boolean {
  return [ops, path, after, times, probability].every((each) => each === undefined);
}

function isOfEverything(target: FaultTarget): boolean {
  return isOfConnections(target) && target.sessionId === undefined;
}

function matchesSession(target: { readonly sessionId?: bigint }, sessionId: bigint): boolean {
  return target.sessionId === undefined || target.sessionId === sessionId;
}

function matchesRequest({ ops, path }: FaultTarget, { opCode, frame }: FaultyRequest): boolean {
  if (ops !== undefined && !ops.some((name) => isOpName(name) && OPS[name].code === opCode)) {
    return false;
  }
  return path === undefined || pathsOf(opCode, frame).some((each) => isAtOrBelow(each, path));
}

function isAtOrBelow(path: string, top: string): boolean {
  return path === top || top === '/' || path.startsWith(`${top}/`);
}

function isOpName(name: string): name is keyof typeof OPS {
  return Object.hasOwn(OPS, name);
}

/** A refusal closes the session's connection where a server's would. */
function refuse(server: Server, connection: Connection, request: FaultyRequest, err: number): void {
  server.packetReceived(connection, request.frame.length);
  const xid = findOp(request.opCode) === OPS.ping ? -2 : request.xid;
  reply(server, connection, { xid, zxid: server.engine.lastZxid, err });
}

function pacedOutputOf(connection: Connection, clock: MovableClock): PacedOutput {
  connection.pacedOutput ??= new PacedOutput(clock, (bytes, isLast) => connection.transmit(bytes, isLast));
  return connection.pacedOutput;
}

/** Replies come behind notifications, so the last frame is the reply. null: there is none. */
function startOfLastFrame(output: Buffer): number | null {
  let start: number | null = null;
  for (let at = 0; at + FRAME_HEADER_BYTES <= output.length; at += FRAME_HEADER_BYTES + output.readInt32BE(at)) {
    start = at;
  }
  return start;
}

function codeOf(name: string): number {
  const code = errorCode(name.toUpperCase());
  if (code === null) {
    const names = ERROR_ENTRIES.filter((entry) => entry.code !== null).map((entry) => entry.name);
    throw new UsageError(`${name}: not the name of an error`, { hint: `Errors: ${names.join(', ')}` });
  }
  return code;
}

function requirePositive(value: number, unit: string): void {
  if (!Number.isFinite(value) || value <= 0) {
    throw new UsageError(`${value}: not a number of ${unit}`);
  }
}

/** @throws UsageError an operation that is none, a number that cannot be */
function checkTarget({ ops, after, times, probability }: FaultTarget): void {
  const wrong = ops?.find((name) => !isOpName(name));
  if (wrong !== undefined) {
    throw new UsageError(`${wrong}: not an operation`, { hint: `Operations: ${Object.keys(OPS).join(', ')}` });
  }
  if ([after, times].some((each) => each !== undefined && (!Number.isInteger(each) || each < 0))) {
    throw new UsageError('after and times are whole numbers, 0 or more');
  }
  if (probability !== undefined && !(probability >= 0 && probability <= 1)) {
    throw new UsageError(`${probability}: a probability is from 0 to 1`);
  }
}

function describe({ sessionId, ops, path, after, times, probability }: FaultTarget): string {
  const parts = [
    sessionId === undefined ? '' : `session 0x${sessionId.toString(16)}`,
    ops === undefined ? '' : `of ${ops.join(', ')}`,
    path === undefined ? '' : `below ${path}`,
    after === undefined ? '' : `after ${after}`,
    times === undefined ? '' : `${times} times`,
    probability === undefined ? '' : `with probability ${probability}`,
  ].filter((part) => part !== '');
  return parts.length === 0 ? '' : `: ${parts.join(', ')}`;
}
