/** The row that stands on stderr until something else is to be seen. */
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { createIo } from '../../src/cli/io.js';

/** Both streams end on one screen, as on a terminal. */
function screen({ stdoutIsTerminal = true, stderrIsTerminal = true } = {}) {
  let text = '';
  const stream = (isTTY: boolean) => {
    const made = Object.assign(new PassThrough(), isTTY ? { isTTY: true, columns: 80 } : {});
    made.on('data', (chunk: Buffer) => {
      text += isTTY ? chunk.toString() : '';
    });
    return made;
  };
  const streams = { stdin: new PassThrough(), stdout: stream(stdoutIsTerminal), stderr: stream(stderrIsTerminal) };
  return { io: createIo(streams), text: () => text.replaceAll('\r\u001b[K', '<erased>') };
}

test('a row takes the place of the last one', async () => {
  const { io, text } = screen();
  io.note('10 znodes');
  io.note('20 znodes');
  await io.flush();

  expect(text()).toBe('10 znodes<erased>20 znodes<erased>');
});

test('what is written to the terminal does not stand beside a row', async () => {
  const { io, text } = screen();
  io.note('10 znodes');
  await io.write('/a\n', 'stdout');
  await io.write('/b\n', 'stdout');
  io.note('20 znodes');
  await io.write('zksh: trouble\n', 'stderr');
  await io.flush();

  expect(text()).toBe('10 znodes<erased>/a\n/b\n20 znodes<erased>zksh: trouble\n');
});

test('what goes into a pipe leaves the row where it is', async () => {
  const { io, text } = screen({ stdoutIsTerminal: false });
  io.note('10 znodes');
  await io.write('/a\n', 'stdout');

  expect(text()).toBe('10 znodes');
  await io.flush();
  expect(text()).toBe('10 znodes<erased>');
});

test('there is no row where stderr is no terminal', async () => {
  const { io, text } = screen({ stderrIsTerminal: false });
  io.note('10 znodes');
  await io.flush();

  expect(text()).toBe('');
});
