/** A multi put together step by step: everything in it happens, or nothing does. Sends nothing until `commit`. */
import type { AclEntry } from '../protocol/acl.js';
import type { CreateMode } from '../protocol/modes.js';
import type { MultiOp, MultiResult, RequestOptions, Session } from './api.js';

export interface TransactionCreateOptions {
  readonly acl?: readonly AclEntry[];
  readonly mode?: CreateMode;
  readonly ttlMs?: number;
}

export class Transaction {
  readonly #session: Pick<Session, 'multi'>;
  readonly #ops: MultiOp[] = [];

  constructor(session: Pick<Session, 'multi'>) {
    this.#session = session;
  }

  get ops(): readonly MultiOp[] {
    return this.#ops;
  }

  create(path: string, data: Buffer | null = null, options: TransactionCreateOptions = {}): this {
    return this.#add({ op: 'create', path, data, ...options });
  }

  /** Version 0 means version 0; without one, whatever version. */
  setData(path: string, data: Buffer | null, version?: number): this {
    return this.#add({ op: 'setData', path, data, ...(version === undefined ? {} : { version }) });
  }

  delete(path: string, version?: number): this {
    return this.#add({ op: 'delete', path, ...(version === undefined ? {} : { version }) });
  }

  /** The rest happens only while `path` exists, and has that version. */
  check(path: string, version?: number): this {
    return this.#add({ op: 'check', path, ...(version === undefined ? {} : { version }) });
  }

  /** @throws KeeperError with `facts.index` of the step that was refused, and `facts.results` of all */
  commit(options?: RequestOptions): Promise<MultiResult[]> {
    return this.#session.multi(this.#ops, options);
  }

  #add(op: MultiOp): this {
    this.#ops.push(op);
    return this;
  }
}
