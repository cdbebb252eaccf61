/**
 * Writers with a window of requests under way, and what each of them may find later: its writes are numbered, so that after
 * a crash its part of the tree must be that after exactly some number of them, none that was confirmed missing.
 */
import type { MultiOp, Session } from '../../../src/client/api.js';
import { openSession } from '../../../src/client/session.js';

/** Path below the writer's folder to data. */
export type Content = ReadonlyMap<string, string>;

/** One write: on the tree, and on a picture of it. */
interface Step {
  readonly ops: readonly MultiOp[];
}

const WINDOW = 30;
const NAMES = 12;

/** In [0, 1), the same for the same seed. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export class Writer {
  readonly folder: string;
  readonly session: Session;
  confirmedCount = 0;
  #sentCount = 0;
  readonly #random: () => number;
  readonly #start: Content;
  readonly #steps: Step[] = [];
  /** As it will be when all that was sent is done. */
  readonly #ahead: Map<string, string>;

  private constructor(session: Session, folder: string, start: Content, random: () => number) {
    this.session = session;
    this.folder = folder;
    this.#random = random;
    this.#start = start;
    this.#ahead = new Map(start);
  }

  /** Goes on in a folder where somebody wrote before, or a new one. */
  static async open(address: string, folder: string, seed: number): Promise<Writer> {
    const session = await openSession({ servers: address, sessionTimeoutMs: 30_000 });
    if ((await session.exists(folder)) === null) await session.create(folder, null);
    return new Writer(session, folder, await contentOf(session, folder), randomFrom(seed));
  }

  /** Until the server is gone. */
  async writeOn(): Promise<void> {
    await Promise.all(Array.from({ length: WINDOW }, () => this.#writeSome()));
  }

  async #writeSome(): Promise<void> {
    for (;;) {
      const step = this.#nextStep();
      try {
        await this.#send(step);
      } catch {
        return;
      }
      this.confirmedCount++;
    }
  }

  /** What the folder may hold now: after each number of writes from all that were confirmed to all that were sent. */
  possibleContents(): Content[] {
    const content = new Map(this.#start);
    const contents: Content[] = [];
    for (let count = 0; count <= this.#sentCount; count++) {
      if (count >= this.confirmedCount) contents.push(new Map(content));
      for (const op of this.#steps[count]?.ops ?? []) apply(content, op, this.folder);
    }
    return contents;
  }

  #nextStep(): Step {
    const number = this.#sentCount++;
    const ops =
      this.#random() < 0.2
        ? [this.#change(number), this.#change(number), this.#change(number)]
        : [this.#change(number)];
    const step = { ops };
    this.#steps.push(step);
    return step;
  }

  #change(number: number): MultiOp {
    const name = `n${Math.floor(this.#random() * NAMES)}`;
    const path = `${this.folder}/${name}`;
    const data = Buffer.from(`${number} ${'x'.repeat(Math.floor(this.#random() ** 8 * 60_000))}`);
    const isThere = this.#ahead.has(name);
    const op: MultiOp = !isThere
      ? { op: 'create', path, data }
      : this.#random() < 0.3
        ? { op: 'delete', path }
        : { op: 'setData', path, data };
    apply(this.#ahead, op, this.folder);
    return op;
  }

  async #send({ ops }: Step): Promise<unknown> {
    const [op] = ops;
    if (op === undefined || ops.length > 1) return this.session.multi(ops);
    switch (op.op) {
      case 'create':
        return this.session.create(op.path, op.data);
      case 'delete':
        return this.session.delete(op.path);
      default:
        return this.session.setData(op.path, op.op === 'setData' ? op.data : null);
    }
  }
}

function apply(content: Map<string, string>, op: MultiOp, folder: string): void {
  const name = op.path.slice(folder.length + 1);
  if (op.op === 'delete') content.delete(name);
  else if (op.op !== 'check') content.set(name, String(op.data));
}

export async function contentOf(session: Session, folder: string): Promise<Content> {
  const { children } = await session.getChildren(folder);
  const all = await Promise.all(
    children.map(async (name) => [name, String((await session.getData(`${folder}/${name}`)).data)] as const),
  );
  return new Map(all);
}

export function isSame(a: Content, b: Content): boolean {
  return a.size === b.size && [...a].every(([name, data]) => b.get(name) === data);
}
