import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { createOutput } from '../../src/shell/output.js';

/** A terminal: both streams end on one screen. */
function terminal() {
  const written: Buffer[] = [];
  const stream = () =>
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        written.push(chunk);
        done();
      },
    });
  return { written, text: () => Buffer.concat(written).toString(), streams: { stdout: stream(), stderr: stream() } };
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test('stdout and stderr keep their order', async () => {
  const { text, streams } = terminal();
  const output = createOutput(streams);

  void output.write('a\n');
  void output.write('b\n', 'stderr');
  void output.write(Buffer.from('c\n'));
  await output.flush();

  expect(text()).toBe('a\nb\nc\n');
});

test('what comes at one go leaves in one write', async () => {
  const { written, streams } = terminal();
  const output = createOutput(streams);

  for (let i = 0; i < 100; i += 1) {
    void output.write('line\n');
  }
  await output.flush();

  expect(written.map(String)).toEqual(['line\n'.repeat(100)]);
});

test('a large text goes in pieces, unchanged, and other work gets its turn between them', async () => {
  const { written, text, streams } = terminal();
  const output = createOutput(streams);
  const large = '漢字\n'.repeat(100_000);
  let turns = 0;
  let isDone = false;
  const count = (): void => {
    turns += 1;
    if (!isDone) setImmediate(count);
  };
  setImmediate(count);

  await output.write(large);
  await output.flush();
  isDone = true;

  expect(text()).toBe(large);
  expect(written.length).toBeGreaterThan(20);
  expect(turns).toBeGreaterThanOrEqual(written.length);
});

test('a writer waits while the terminal is behind', async () => {
  const { streams } = terminal();
  let release: (() => void) | null = null;
  const slow = new Writable({
    write(_chunk, _encoding, done) {
      release = done;
    },
  });
  const output = createOutput({ ...streams, stdout: slow });
  let isThrough = false;
  const writing = output.write('x'.repeat(200_000)).then(() => {
    isThrough = true;
  });

  await turns(10);
  expect(isThrough).toBe(false);

  while (!isThrough) {
    const done: (() => void) | null = release;
    release = null;
    (done as (() => void) | null)?.();
    await turns(1);
  }
  await writing;
});

test('cutting forgets what is waiting and begins a new line where it broke off', async () => {
  const { text, streams } = terminal();
  const output = createOutput(streams);

  void output.write(`${'x'.repeat(16 * 1024)}${'y'.repeat(500_000)}`);
  await turns(2);
  output.cut();
  await output.flush();

  expect(text().length).toBeLessThan(200_000);
  expect(text()).toMatch(/^x+y*\n$/);
});

test('a note disappears before anything else is written', async () => {
  const { text, streams } = terminal();
  const output = createOutput(streams);

  output.note('running');
  await output.write('a\n');
  await output.flush();

  expect(text()).toBe('running\r\x1b[Ka\n');
});

test('a note is not put into a line that has begun', async () => {
  const { text, streams } = terminal();
  const output = createOutput(streams);

  await output.write('half');
  await output.flush();
  output.note('running');

  expect(text()).toBe('half');
});
