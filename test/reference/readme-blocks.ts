/**
 * The commands of README.md, run as a reader would: in a terminal, with zksh on the PATH. A block that begins with
 * "```console run" is a transcript: lines behind `$ ` (and `> ` where one goes on) are typed, the others are what is shown.
 * One that begins with "```console shell" is what stands on the screen when zksh's own shell has been left.
 */
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type IPty, spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { eventually } from '../helpers/eventually.js';

export interface Step {
  readonly command: string;
  /** As the README shows it. */
  readonly shown: string;
}

/** The steps of all blocks that run, in order. */
export function readmeSteps(markdown: string): Step[] {
  return [...markdown.matchAll(/^```console run\n([\s\S]*?)^```$/gm)].flatMap(([, block = '']) => stepsOf(block));
}

function stepsOf(block: string): Step[] {
  return block
    .split(/^\$ /m)
    .slice(1)
    .map((text) => {
      const lines = text.split('\n').slice(0, -1);
      const firstShown = lines.findIndex((line, index) => index > 0 && !line.startsWith('> '));
      const typed = firstShown < 0 ? lines : lines.slice(0, firstShown);
      const shown = firstShown < 0 ? [] : lines.slice(firstShown);
      return { command: typed.map((line) => line.replace(/^> /, '')).join('\n'), shown: shown.join('\n') };
    });
}

/** The lines of the block that shows zksh's own shell, without the command that starts it. */
export function readmeShell(markdown: string): string[] {
  const [, block = ''] = /^```console shell\n([\s\S]*?)^```$/m.exec(markdown) ?? [];
  return block.split('\n').slice(1, -1);
}

/** A folder with zksh, and an empty one to work in. */
interface Place {
  readonly programs: string;
  readonly folder: string;
}

/**
 * What each step really shows. `server` stands for the README's localhost:2181. All run in one shell, in an empty folder.
 */
export async function runSteps(steps: readonly Step[], server: string, signal: AbortSignal): Promise<string[]> {
  return inPlace(async (place) => {
    // The status is kept for a step that asks for it.
    const script = steps.map(
      ({ command }) => `(exit $status)\n${command.replaceAll('localhost:2181', server)}\nstatus=$?; echo '${END}'\n`,
    );
    writeFileSync(join(place.programs, 'script'), `status=0\n${script.join('')}`);
    const terminal = openTerminal('bash', [join(place.programs, 'script')], place);
    signal.addEventListener('abort', () => terminal.kill('SIGKILL'));
    let output = '';
    terminal.onData((text) => {
      output += text;
    });
    await new Promise<void>((ended) => terminal.onExit(() => ended()));
    return output
      .replaceAll('\r\n', '\n')
      .split(`${END}\n`)
      .slice(0, steps.length)
      .map((text) => text.replaceAll(server, 'localhost:2181'));
  });
}

const END = '--end of step--';

/** The lines on the screen after `lines`' commands (behind their prompts) were typed one by one and zksh was left. */
export async function runShell(lines: readonly string[], server: string, signal: AbortSignal): Promise<string[]> {
  return inPlace(async (place) => {
    const screen = new xterm.Terminal({ cols: COLUMNS, rows: ROWS, allowProposedApi: true });
    const shown = () =>
      Array.from({ length: ROWS }, (_, row) => screen.buffer.active.getLine(row)?.translateToString(true) ?? '')
        .filter((line) => line !== '')
        .map((line) => line.replaceAll(server, 'localhost:2181'));
    const terminal = openTerminal(join(place.programs, 'zksh'), ['-s', server], place);
    signal.addEventListener('abort', () => terminal.kill('SIGKILL'));
    terminal.onData((text) => screen.write(text));
    const left = new Promise<void>((ended) => terminal.onExit(() => ended()));
    for (const line of lines.filter((each) => PROMPT.test(each))) {
      const [prompt = ''] = PROMPT.exec(line) ?? [];
      await eventually(() => shown().at(-1) === prompt.trimEnd(), {
        what: `the prompt ${prompt}; there is ${shown()}`,
      });
      terminal.write(`${line.slice(prompt.length)}\r`);
      await eventually(() => shown().includes(line), { what: `the line ${line}` });
    }
    await left;
    await new Promise<void>((written) => screen.write('', written));
    return shown();
  });
}

const COLUMNS = 100;
const ROWS = 50;
const PROMPT = /^localhost:2181\S* \/\S*> /;

async function inPlace<T>(body: (place: Place) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'zksh-readme-'));
  const programs = mkdtempSync(join(tmpdir(), 'zksh-programs-'));
  try {
    symlinkSync(resolve('bin/zksh.js'), join(programs, 'zksh'));
    return await body({ folder, programs });
  } finally {
    rmSync(folder, { recursive: true, force: true });
    rmSync(programs, { recursive: true, force: true });
  }
}

function openTerminal(program: string, words: readonly string[], { folder, programs }: Place): IPty {
  return spawn(program, [...words], {
    cols: COLUMNS,
    rows: ROWS,
    cwd: folder,
    env: {
      PATH: `${programs}:${process.env.PATH ?? ''}`,
      HOME: folder,
      TERM: 'xterm',
      NO_COLOR: '1',
      LC_ALL: 'C.UTF-8',
    },
  });
}

/** Without what differs from run to run: times, how long ago, zxids, session ids, sizes of columns. */
export function comparable(text: string): string {
  return text
    .replace(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+Z)?/g, 'TIME')
    .replace(/(just now|\d+ (second|minute|hour|day|month|year)s? ago)/g, 'AGO')
    .replace(/0x[0-9a-f]+/g, '0xN')
    .replace(/epoch \d+, counter \d+/g, 'epoch N, counter N')
    .replace(/[ \t]+/g, ' ')
    .replace(/ $/gm, '')
    .trimEnd();
}
