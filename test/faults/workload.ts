/**
 * A client at work while its servers fail: it creates, sets, deletes, reads and watches without pause, and keeps account
 * of what it was told of each write. Afterwards `check` compares the account with the tree that another session sees:
 * what was reported as done is there, what was refused is not, and only what is unknown may be either.
 */
import { expect } from 'vitest';
import type { Session } from '../../src/client/api.js';
import { isZkshError } from '../../src/errors.js';
import { eventually } from '../helpers/eventually.js';

export type Outcome = 'done' | 'refused' | 'unknown';

const LANES = ['create', 'set', 'delete', 'sequential', 'multi'] as const;
type Lane = (typeof LANES)[number];

export interface Account {
  readonly outcomes: Readonly<Record<Lane, ReadonlyMap<number, Outcome>>>;
  readonly readsCount: number;
  readonly failedReadsCount: number;
}

/** Znodes that wait to be deleted. */
const DELETABLE_COUNT = 2_000;
const FIXED_COUNT = 10;
/** Between two operations of a lane: enough for hundreds of them in a test, and few enough to read them all again. */
const PAUSE_MS = 4;

export class Workload {
  readonly #session: Session;
  readonly #root: string;
  readonly #outcomes: Record<Lane, Map<number, Outcome>> = {
    create: new Map(),
    set: new Map(),
    delete: new Map(),
    sequential: new Map(),
    multi: new Map(),
  };
  readonly #sequentialPaths = new Map<number, string>();
  readonly #mirror: Mirror;
  /** Lanes that may not do a write while they are being proved to end. */
  #isStopping = false;
  #isOver = false;
  #readsCount = 0;
  #failedReadsCount = 0;
  readonly #failures: unknown[] = [];
  #lanes: Promise<unknown>[] = [];

  /** `root` must not exist. */
  constructor(session: Session, root: string) {
    this.#session = session;
    this.#root = root;
    this.#mirror = new Mirror(session, root);
  }

  /** Lays out the tree by `by` (default: the session itself) and begins. */
  async start(by: Session = this.#session): Promise<void> {
    await layOut(by, this.#root);
    await this.#session.sync(this.#root);
    await this.#mirror.start();
    const lanes = [...LANES.map((lane) => this.#write(lane)), this.#read(), this.#readMany()];
    this.#lanes = lanes.map((lane) => lane.catch((error) => this.#failures.push(error)));
  }

  /** Writes reported as done so far. */
  get doneCount(): number {
    return LANES.reduce((sum, lane) => sum + [...this.#outcomes[lane].values()].filter((o) => o === 'done').length, 0);
  }

  get #hasEnded(): boolean {
    return this.#isOver || this.#failures.length > 0;
  }

  /** Waits until `count` more writes are done and as many reads: the client works again. */
  async untilMoreWork(count = 20): Promise<void> {
    const [writes, reads] = [this.doneCount + count, this.#readsCount + count];
    await eventually(() => this.#hasEnded || (this.doneCount >= writes && this.#readsCount >= reads), {
      what: `${count} more writes and reads`,
    });
    if (this.#hasEnded) throw this.#failures[0] ?? new Error('the session is over');
  }

  /** No operation is left without an outcome. Fails when one takes longer than any time-out allows. */
  async stop(deadlineMs = 20_000): Promise<Account> {
    this.#isStopping = true;
    let areSettled = false;
    void Promise.all(this.#lanes).then(() => {
      areSettled = true;
    });
    await eventually(() => areSettled, { what: 'the last outcome of each lane', deadlineMs });
    if (this.#failures.length > 0) throw this.#failures[0];
    return { outcomes: this.#outcomes, readsCount: this.#readsCount, failedReadsCount: this.#failedReadsCount };
  }

  /** The tree that `observer` sees agrees with the account, and with what the watches have told. */
  async check(observer: Session): Promise<void> {
    const root = this.#root;
    await observer.sync(root);
    await this.#checkCreated(observer);
    await this.#checkRegister(observer);
    await this.#checkDeleted(observer);
    await this.#checkSequential(observer);
    await this.#checkMulti(observer);
    if (!this.#isOver) await this.#mirror.check(observer);
  }

  async #write(lane: Lane): Promise<void> {
    for (let n = 0; !this.#isStopping && !this.#isOver; n++) {
      if (lane === 'delete' && n >= DELETABLE_COUNT) return;
      this.#outcomes[lane].set(n, await this.#outcomeOf(this.#operate(lane, n)));
      await pause();
    }
  }

  async #operate(lane: Lane, n: number): Promise<unknown> {
    const [session, root] = [this.#session, this.#root];
    switch (lane) {
      case 'create':
        return session.create(`${root}/created/${n}`, text(`created ${n}`));
      case 'set':
        return session.setData(`${root}/register`, text(String(n)));
      case 'delete':
        return session.delete(`${root}/deletable/${n}`);
      case 'sequential': {
        const made = await session.create(`${root}/sequential/n-`, text(String(n)), { mode: 'persistentSequential' });
        this.#sequentialPaths.set(n, made.path);
        return made;
      }
      case 'multi':
        return session.multi([
          { op: 'create', path: `${root}/multi/${n}-a`, data: text(String(n)) },
          { op: 'setData', path: `${root}/multi`, data: text(String(n)) },
          { op: 'create', path: `${root}/multi/${n}-b`, data: text(String(n)) },
        ]);
    }
  }

  async #outcomeOf(operation: Promise<unknown>): Promise<Outcome> {
    try {
      await operation;
      return 'done';
    } catch (error) {
      if (!isZkshError(error)) throw error;
      if (error.sessionOver) this.#isOver = true;
      // No other client is here and no name is used twice: a server's refusal would be a write done twice.
      if (error.kind !== 'connection') throw error;
      return error.applied === 'no' ? 'refused' : error.applied === 'yes' ? 'done' : 'unknown';
    }
  }

  async #read(): Promise<void> {
    for (let n = 0; !this.#isStopping && !this.#isOver; n++) {
      const name = n % FIXED_COUNT;
      await this.#countRead(async () => {
        const { data, stat } = await this.#session.getData(`${this.#root}/fixed/${name}`);
        expect(data?.equals(fixedData(name)), `the data of fixed/${name}`).toBe(true);
        expect(stat.dataLength).toBe(data?.length);
      });
    }
  }

  async #readMany(): Promise<void> {
    const names = Array.from({ length: FIXED_COUNT }, (_, name) => name);
    const ops = names.map((name) => ({ op: 'getData' as const, path: `${this.#root}/fixed/${name}` }));
    while (!this.#isStopping && !this.#isOver) {
      await this.#countRead(async () => {
        const results = await this.#session.multiRead(ops);
        const data = results.map((result) => (result.op === 'getData' ? result.data : null));
        expect(data.every((one, name) => one?.equals(fixedData(name)))).toBe(true);
      });
      // Many at once: a reply that is taken for another's shows here.
      await this.#countRead(async () => {
        const asked = Array.from({ length: 60 }, (_, index) => index % FIXED_COUNT);
        const paths = asked.map((name) => `${this.#root}/fixed/${name}`);
        const replies = await allSettled(paths.map((path) => this.#session.getData(path)));
        for (const [index, { data }] of replies.entries()) expect(data?.equals(fixedData(asked[index]!))).toBe(true);
      });
      await this.#countRead(async () => {
        const { children } = await this.#session.getChildren(`${this.#root}/fixed`);
        expect(children.sort()).toEqual(names.map(String));
      });
    }
  }

  async #countRead(read: () => Promise<void>): Promise<void> {
    try {
      await read();
      this.#readsCount += 1;
    } catch (error) {
      if (!isZkshError(error) || error.kind !== 'connection') throw error;
      expect(error.applied, 'a read is never applied').toBe('no');
      if (error.sessionOver) this.#isOver = true;
      this.#failedReadsCount += 1;
    }
    await pause();
  }

  async #checkCreated(observer: Session): Promise<void> {
    const found = await readAll(observer, `${this.#root}/created`);
    for (const [n, outcome] of this.#outcomes.create) agrees(outcome, found.has(String(n)), `create ${n}`);
    for (const [name, data] of found) expect(data, `created/${name}`).toBe(`created ${name}`);
    expect(found.size).toBeLessThanOrEqual(this.#outcomes.create.size);
  }

  async #checkRegister(observer: Session): Promise<void> {
    const outcomes = [...this.#outcomes.set];
    const { data, stat } = await observer.getData(`${this.#root}/register`);
    const doneCount = outcomes.filter(([, outcome]) => outcome === 'done').length;
    const refusedCount = outcomes.filter(([, outcome]) => outcome === 'refused').length;
    expect(stat.version, 'sets applied').toBeGreaterThanOrEqual(doneCount);
    expect(stat.version, 'sets applied').toBeLessThanOrEqual(outcomes.length - refusedCount);
    // One that was held up in the network may arrive behind later ones.
    const lastDone = outcomes.findLast(([, outcome]) => outcome === 'done')?.[0];
    const unknown = outcomes.filter(([, outcome]) => outcome === 'unknown').map(([n]) => n);
    const possible = [...(lastDone === undefined ? ['begin'] : [String(lastDone)]), ...unknown.map(String)];
    expect(possible, 'the last value of the register').toContain(String(data));
  }

  async #checkDeleted(observer: Session): Promise<void> {
    const { children } = await observer.getChildren(`${this.#root}/deletable`);
    const there = new Set(children);
    for (const [n, outcome] of this.#outcomes.delete) agrees(outcome, !there.has(String(n)), `delete ${n}`);
    for (let n = this.#outcomes.delete.size; n < DELETABLE_COUNT; n++) expect(there.has(String(n))).toBe(true);
  }

  async #checkSequential(observer: Session): Promise<void> {
    const found = await readAll(observer, `${this.#root}/sequential`);
    const numbers = [...found.values()];
    expect(new Set(numbers).size, 'no sequential create is done twice').toBe(numbers.length);
    for (const [n, outcome] of this.#outcomes.sequential) {
      agrees(outcome, numbers.includes(String(n)), `sequential create ${n}`);
      const path = this.#sequentialPaths.get(n);
      if (path !== undefined) expect(found.get(path.slice(path.lastIndexOf('/') + 1)), path).toBe(String(n));
    }
  }

  async #checkMulti(observer: Session): Promise<void> {
    const found = await readAll(observer, `${this.#root}/multi`);
    for (const [n, outcome] of this.#outcomes.multi) {
      expect(found.has(`${n}-a`), `multi ${n} is done as a whole or not at all`).toBe(found.has(`${n}-b`));
      agrees(outcome, found.has(`${n}-a`), `multi ${n}`);
    }
    const { stat } = await observer.getData(`${this.#root}/multi`);
    expect(stat.version, 'the sets of all multis').toBe(found.size / 2);
  }
}

/**
 * What a client knows by its watches alone: one value by a chain of one-shot watches, one list of children by a
 * persistent recursive watch and, as the interface asks, another look after each gap.
 */
class Mirror {
  readonly #session: Session;
  readonly #root: string;
  readonly #children = new Set<string>();
  #value = '';
  #eventsCount = 0;

  constructor(session: Session, root: string) {
    this.#session = session;
    this.#root = root;
  }

  async start(): Promise<void> {
    const created = `${this.#root}/created`;
    this.#session.onEvent((event) => {
      if (event.type === 'connected') void this.#list();
    });
    await this.#session.addWatch(created, 'persistentRecursive', ({ type, path }) => {
      this.#eventsCount += 1;
      if (type === 'created' && path !== created) this.#children.add(path.slice(created.length + 1));
      if (type === 'deleted') this.#children.delete(path.slice(created.length + 1));
    });
    await this.#list();
    await this.#follow();
  }

  /** A read that fails with its connection is repeated by the next `connected`. */
  async #list(): Promise<void> {
    await quietly(async () => {
      const { children } = await this.#session.getChildren(`${this.#root}/created`);
      for (const name of children) this.#children.add(name);
    });
  }

  /** A one-shot watch needs no second look after a gap: it is armed again with what was last seen, and then fires. */
  async #follow(): Promise<void> {
    const again = await quietly(async () => {
      const { data } = await this.#session.getData(`${this.#root}/register`, { watcher: () => void this.#follow() });
      this.#value = String(data);
    });
    if (again === 'lost') await this.#follow();
  }

  async check(observer: Session): Promise<void> {
    const { data } = await observer.getData(`${this.#root}/register`);
    await eventually(() => this.#value === String(data), { what: `the watched value to become ${data}` }).catch(
      (error) => {
        throw new Error(`${(error as Error).message}; it is ${this.#value}`);
      },
    );
    const { children } = await observer.getChildren(`${this.#root}/created`);
    await eventually(() => children.every((name) => this.#children.has(name)), { what: 'the watched children' });
    expect(
      [...this.#children].filter((name) => !children.includes(name)),
      'children that never were',
    ).toEqual([]);
    expect(this.#eventsCount).toBeGreaterThan(0);
  }
}

/** `lost` where the connection ended meanwhile; nothing where it worked or the session is over. */
async function quietly(work: () => Promise<void>): Promise<'lost' | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (!isZkshError(error) || error.kind !== 'connection') throw error;
    return error.sessionOver ? undefined : 'lost';
  }
}

async function layOut(session: Session, root: string): Promise<void> {
  await session.create(root, null);
  for (const name of ['created', 'deletable', 'sequential', 'multi', 'fixed'])
    await session.create(`${root}/${name}`, null);
  await session.create(`${root}/register`, text('begin'));
  for (let name = 0; name < FIXED_COUNT; name++) await session.create(`${root}/fixed/${name}`, fixedData(name));
  for (let first = 0; first < DELETABLE_COUNT; first += 500) {
    const names = Array.from({ length: 500 }, (_, index) => first + index);
    await session.multi(names.map((name) => ({ op: 'create', path: `${root}/deletable/${name}`, data: null })));
  }
}

/** Of different sizes, so that a shifted reply cannot look right. */
function fixedData(name: number): Buffer {
  return Buffer.alloc(10 + name * name * 700, `${name}-`);
}

async function readAll(observer: Session, path: string): Promise<Map<string, string>> {
  const { children } = await observer.getChildren(path);
  const all = new Map<string, string>();
  for (let from = 0; from < children.length; from += 500) {
    const names = children.slice(from, from + 500);
    const results = await observer.multiRead(names.map((name) => ({ op: 'getData', path: `${path}/${name}` })));
    for (const [index, result] of results.entries()) {
      if (result.op !== 'getData') throw new Error(`${path}/${names[index]}: ${JSON.stringify(result)}`);
      all.set(names[index]!, String(result.data));
    }
  }
  return all;
}

/** All of them have an outcome; the first failure is the failure of all. */
async function allSettled<T>(requests: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(requests);
  return Promise.all(requests);
}

function agrees(outcome: Outcome, isApplied: boolean, what: string): void {
  if (outcome === 'done') expect(isApplied, `${what} was reported as done`).toBe(true);
  if (outcome === 'refused') expect(isApplied, `${what} was reported as not applied`).toBe(false);
}

function text(value: string): Buffer {
  return Buffer.from(value);
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
}
