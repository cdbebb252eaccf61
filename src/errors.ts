/**
 * The five kinds of failure, as facts. No sentences for people (output/kinds/error.ts writes those) and
 * no exit statuses (exit-codes.ts). Kinds are told apart by `kind`, not `instanceof`: the one-shot bundle and
 * the shell bundle each carry a copy of these classes.
 */

/** Whether the write that failed may have been applied all the same. Reads are always `'no'`. */
export type Applied = 'no' | 'yes' | 'unknown';

export type ErrorKind = 'keeper' | 'connection' | 'protocol' | 'usage' | 'local';

/** What every error can say about the request it belongs to. */
export interface ErrorFacts {
  /** ZooKeeper's name of the operation: `create`, `getData`, … */
  readonly op?: string;
  /** As the user knows it: without the chroot. */
  readonly path?: string;
  readonly applied?: Applied;
  readonly sessionOver?: boolean;
  readonly cause?: unknown;
  /** Why, in a sentence; overrides the table's. */
  readonly why?: string;
  /** What to do next; a line that can be pasted where there is one. Overrides the table's. */
  readonly hint?: string;
}

abstract class ZkshErrorBase extends Error {
  abstract readonly kind: ErrorKind;
  /** ZooKeeper's name (NONODE, BADVERSION, CONNECTIONLOSS …) or ours (USAGE, TIMEOUT, PROTOCOL, LOCAL). */
  readonly code: string;
  readonly op: string | undefined;
  readonly path: string | undefined;
  readonly applied: Applied;
  readonly sessionOver: boolean;
  readonly why: string | undefined;
  readonly hint: string | undefined;

  constructor(code: string, message: string, facts: ErrorFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.name = new.target.name;
    this.code = code;
    this.op = facts.op;
    this.path = facts.path;
    this.applied = facts.applied ?? 'no';
    this.sessionOver = facts.sessionOver ?? false;
    this.why = facts.why;
    this.hint = facts.hint;
  }
}

export interface KeeperFacts extends ErrorFacts {
  /** Number of children, for NOTEMPTY, where somebody asked. */
  readonly childrenCount?: number;
  /** The first ancestor that does not exist, for NONODE of a create. */
  readonly firstMissing?: string;
  readonly expectedVersion?: number;
  readonly actualVersion?: number;
  /** For NOAUTH: the permission that is missing, and the znode whose ACL would have to give it. */
  readonly missingPermission?: 'create' | 'delete' | 'read' | 'write' | 'admin' | 'read or admin';
  readonly guardedBy?: string;
  /** For NOAUTH: who the server takes us for, `scheme:id`. */
  readonly identities?: readonly string[];
  /** Index of the failed operation in a multi. */
  readonly index?: number;
  /** What became of each operation of a multi that was refused: OK, the code of the one that failed, RUNTIMEINCONSISTENCY. */
  readonly results?: readonly { readonly op: 'error'; readonly code: string }[];
}

/** The server said no. `code` is KeeperException's name, from protocol/error-codes.ts. */
export class KeeperError extends ZkshErrorBase {
  override readonly kind = 'keeper';
  readonly facts: KeeperFacts;
  constructor(code: string, message: string, facts: KeeperFacts = {}) {
    super(code, message, facts);
    this.facts = facts;
  }
}

/**
 * No answer, or no server. Codes: CONNECTREFUSED (every server refused), CONNECTTIMEOUT, UNKNOWNHOST, CONNECTIONLOSS,
 * SESSIONEXPIRED, AUTHFAILED, SESSIONCLOSED (we closed it), TIMEOUT (the deadline of one request), TLS, INTERRUPTED.
 */
export type ConnectionCode =
  | 'CONNECTREFUSED'
  | 'CONNECTTIMEOUT'
  | 'UNKNOWNHOST'
  | 'CONNECTIONLOSS'
  | 'SESSIONEXPIRED'
  | 'AUTHFAILED'
  | 'SESSIONCLOSED'
  | 'TIMEOUT'
  | 'TLS'
  | 'NOTREADONLY'
  | 'INTERRUPTED';

export interface ConnectionFacts extends ErrorFacts {
  /** `host:port` of the server it was about. */
  readonly server?: string;
  /** One line per server that was tried: `host:port: reason`. */
  readonly attempts?: readonly string[];
}

export class ConnectionError extends ZkshErrorBase {
  override readonly kind = 'connection';
  declare readonly code: ConnectionCode;
  readonly server: string | undefined;
  readonly attempts: readonly string[];
  constructor(code: ConnectionCode, message: string, facts: ConnectionFacts = {}) {
    super(code, message, facts);
    this.server = facts.server;
    this.attempts = facts.attempts ?? [];
  }
}

export interface ProtocolFacts extends ErrorFacts {
  /** The record that was being read, e.g. `GetDataResponse`. */
  readonly record: string;
  readonly field?: string;
  /** Offset in the frame, in bytes. */
  readonly offset?: number;
}

/** Bytes that made no sense. */
export class ProtocolError extends ZkshErrorBase {
  override readonly kind = 'protocol';
  readonly record: string;
  readonly field: string | undefined;
  readonly offset: number | undefined;
  constructor(message: string, facts: ProtocolFacts) {
    super('PROTOCOL', message, facts);
    this.record = facts.record;
    this.field = facts.field;
    this.offset = facts.offset;
  }
}

export interface UsageFacts extends ErrorFacts {
  /** The usage line of the verb. */
  readonly usage?: string;
  /** 0-based column in the line typed, where the mistake begins. */
  readonly column?: number;
  /** 1-based line, where the text has several (a script, a command over several lines). */
  readonly line?: number;
  /** Set for a verb that does not exist: status 127 instead of 2. */
  readonly unknownCommand?: boolean;
}

/** The user's line, option, path or value is wrong; nothing was sent. */
export class UsageError extends ZkshErrorBase {
  override readonly kind = 'usage';
  readonly usage: string | undefined;
  readonly column: number | undefined;
  readonly line: number | undefined;
  readonly unknownCommand: boolean;
  constructor(message: string, facts: UsageFacts = {}) {
    super('USAGE', message, facts);
    this.usage = facts.usage;
    this.column = facts.column;
    this.line = facts.line;
    this.unknownCommand = facts.unknownCommand ?? false;
  }
}

/** This machine: a file, the configuration, the terminal, a child process. */
export class LocalError extends ZkshErrorBase {
  override readonly kind = 'local';
  constructor(message: string, facts: ErrorFacts = {}) {
    super('LOCAL', message, facts);
  }
}

export type ZkshError = KeeperError | ConnectionError | ProtocolError | UsageError | LocalError;

const KINDS: ReadonlySet<unknown> = new Set(['keeper', 'connection', 'protocol', 'usage', 'local']);

export function isZkshError(error: unknown): error is ZkshError {
  return error instanceof Error && KINDS.has((error as Partial<ZkshError>).kind);
}

/** The server said `code`. */
export function isKeeperError(error: unknown, ...codes: readonly string[]): error is KeeperError {
  return isZkshError(error) && error.kind === 'keeper' && (codes.length === 0 || codes.includes(error.code));
}
