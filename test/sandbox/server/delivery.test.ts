/** Replies leave when what they tell is on disk, and not before: on a disk that is as slow as the test wants. */
import { expect, test } from 'vitest';
import type { Journal } from '../../../src/sandbox/engine/journal.js';
import type { Connection, Parcel } from '../../../src/sandbox/server/connection.js';
import { Delivery } from '../../../src/sandbox/server/delivery.js';

/** A journal whose flushes end when they are told to. */
class SlowJournal implements Journal {
  isDirty = false;
  readonly #flushes: { resolve: () => void; reject: (error: Error) => void }[] = [];

  append(): void {
    this.isDirty = true;
  }

  flushed(): Promise<void> {
    return new Promise((resolve, reject) => this.#flushes.push({ resolve, reject }));
  }

  get flushesCount(): number {
    return this.#flushes.length;
  }

  async finish(): Promise<void> {
    this.isDirty = false;
    this.#flushes.shift()?.resolve();
    await Promise.resolve();
  }

  async fail(): Promise<void> {
    this.#flushes.shift()?.reject(new Error('disk full'));
    await Promise.resolve();
    await Promise.resolve();
  }
}

/** As much of a connection as a delivery sees. */
function connection(name: string, sent: string[]): Connection & { say(text: string): void } {
  let output = '';
  const self = {
    say: (text: string) => {
      output += text;
    },
    takeOutput(): Parcel | null {
      if (output === '') return null;
      const bytes = Buffer.from(`${name}:${output}`);
      output = '';
      return { connection: self as unknown as Connection, bytes, isLast: false, delayMs: 0, requestsCount: 0 };
    },
    send: ({ bytes }: Parcel) => void sent.push(bytes.toString()),
  };
  return self as unknown as Connection & { say(text: string): void };
}

function scene(): { journal: SlowJournal; delivery: Delivery; sent: string[]; failures: unknown[] } {
  const [sent, failures]: [string[], unknown[]] = [[], []];
  const journal = new SlowJournal();
  return { journal, delivery: new Delivery(journal, (error) => failures.push(error)), sent, failures };
}

test('with nothing to write replies leave at once', () => {
  const { delivery, sent } = scene();
  const a = connection('a', sent);
  a.say('1');
  delivery.enqueue(a);
  expect(sent).toEqual([]);
  delivery.flush();
  expect(sent).toEqual(['a:1']);
});

test('a reply to a write waits for the disk; what comes meanwhile waits for the next flush, all together', async () => {
  const { journal, delivery, sent } = scene();
  const [a, b] = [connection('a', sent), connection('b', sent)];
  journal.append();
  a.say('1');
  delivery.enqueue(a);
  delivery.flush();
  for (const [each, text] of [
    [b, '2'],
    [a, '3'],
  ] as const) {
    journal.append();
    each.say(text);
    delivery.enqueue(each);
    delivery.flush();
  }
  expect([journal.flushesCount, sent]).toEqual([1, []]);
  const done = journal.finish();
  journal.append();
  await done;
  expect([journal.flushesCount, sent]).toEqual([1, ['a:1']]);
  await journal.finish();
  expect(sent).toEqual(['a:1', 'b:2', 'a:3']);
});

test('a read behind a write that is not on disk yet waits too', async () => {
  const { journal, delivery, sent } = scene();
  const [writer, reader] = [connection('w', sent), connection('r', sent)];
  journal.append();
  writer.say('written');
  delivery.enqueue(writer);
  delivery.flush();
  reader.say('seen');
  delivery.enqueue(reader);
  delivery.flush();
  expect(sent).toEqual([]);
  await journal.finish();
  expect(sent).toEqual(['w:written', 'r:seen']);
});

test('when the disk fails nothing leaves, and it is told', async () => {
  const { journal, delivery, sent, failures } = scene();
  const a = connection('a', sent);
  journal.append();
  a.say('1');
  delivery.enqueue(a);
  delivery.flush();
  await journal.fail();
  expect([sent, failures.map(String)]).toEqual([[], ['Error: disk full']]);
});

test('once stopped nothing leaves, not even what the disk has', async () => {
  const { journal, delivery, sent } = scene();
  const a = connection('a', sent);
  journal.append();
  a.say('1');
  delivery.enqueue(a);
  delivery.flush();
  delivery.stop();
  await journal.finish();
  expect(sent).toEqual([]);
});
