/**
 * A real interactive bash, zsh or fish in a pseudo-terminal, with a completion script loaded: type half a line, press
 * Tab, see the line that stands there then, run it. The line is read from the shell itself, not from the screen.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type IPty, spawn } from '@lydell/node-pty';
import { eventually } from '../helpers/eventually.js';
import type { ShellName } from '../helpers/skip.js';

const SCRIPTS: Readonly<Record<ShellName, string>> = {
  bash: resolve('completions/zksh.bash'),
  zsh: resolve('completions/_zksh'),
  fish: resolve('completions/zksh.fish'),
};

/** Ctrl-U, but for fish it only clears to the left: the cursor is at the end. */
const CLEAR_LINE = '\x15';
/** No key that a terminal itself would take: it may be typed before the shell has turned that off. */
const DUMP_LINE = '\x18d';

export interface InteractiveShell {
  /** Types `keys`, presses Tab (`tabs` times) and gives the line as it then stands; it is cleared afterwards. */
  complete(keys: string, tabs?: number): Promise<string>;
  /** The same, and runs what stands there. Waits for the prompt to come back. */
  completeAndRun(keys: string): Promise<string>;
  /** The same, pressing Tab until something is inserted: on a busy machine zksh may not make its own time limit. */
  completePatientlyAndRun(keys: string): Promise<string>;
  run(line: string): Promise<void>;
  /** Waits until the terminal was sent that. */
  shows(text: string | RegExp): Promise<void>;
  /** All that the terminal was sent until now; what is still under way comes first. */
  output(): Promise<string>;
  /** Lines in which the shell complains of the script: they name its file or one of its functions. */
  complaints(): Promise<string[]>;
  /** Where it runs; its own, and empty but for the helper's files. */
  readonly folder: string;
  close(): void;
}

export interface ShellSetting {
  /** In front of the PATH. */
  readonly path?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Lines run before the completion script is loaded. */
  readonly before?: readonly string[];
  readonly columns?: number;
  /** Default true. */
  readonly source?: boolean;
}

export async function startShell(name: ShellName, setting: ShellSetting = {}): Promise<InteractiveShell> {
  const folder = mkdtempSync(join(tmpdir(), 'zksh-shell-'));
  const dump = join(folder, 'dump');
  const done = join(folder, 'done');
  const start = join(folder, 'start');
  const source = setting.source === false ? [] : [`. ${SCRIPTS[name]}`];
  writeFileSync(start, [...(setting.before ?? []), ...START[name](dump, done, folder), ...source, ''].join('\n'));
  const terminal = spawn(name, ARGUMENTS[name], {
    cols: setting.columns ?? 200,
    rows: 50,
    cwd: folder,
    env: {
      PATH: setting.path === undefined ? (process.env.PATH ?? '') : `${setting.path}:${process.env.PATH ?? ''}`,
      HOME: folder,
      TERM: 'xterm-256color',
      LC_ALL: 'C.UTF-8',
      ...setting.environment,
    },
  });
  let output = '';
  terminal.onData((text) => {
    output += text;
  });

  async function run(line: string): Promise<void> {
    rmSync(done, { force: true });
    terminal.write(`${line}\r`);
    await fileAppears(done, () => output);
  }
  async function typed(keys: string, tabs: number): Promise<string> {
    rmSync(dump, { force: true });
    terminal.write(keys);
    for (let tab = 0; tab < tabs; tab += 1) {
      terminal.write('\t');
    }
    terminal.write(DUMP_LINE);
    await fileAppears(dump, () => output);
    return readFileSync(dump, 'utf8').slice(0, -1);
  }

  async function shows(text: string | RegExp): Promise<void> {
    const isThere = () => (typeof text === 'string' ? output.includes(text) : text.test(output));
    await eventually(isThere, { what: `${text} in ${JSON.stringify(output.slice(-2000))}` });
  }
  let marks = 0;
  async function settled(): Promise<string> {
    marks += 1;
    await run(`echo settled'-'${marks}`);
    await shows(`settled-${marks}`);
    return output;
  }

  await run(`. ${start}`);
  return {
    async complete(keys, tabs = 1) {
      const line = await typed(keys, tabs);
      terminal.write(CLEAR_LINE);
      return line;
    },
    async completeAndRun(keys) {
      const line = await typed(keys, 1);
      await run('');
      return line;
    },
    async completePatientlyAndRun(keys) {
      terminal.write(keys);
      const line = await eventually(
        async () => {
          const seen = await typed('', 1);
          return seen !== keys && seen;
        },
        { what: `a candidate behind ${keys}` },
      );
      await run('');
      return line;
    },
    run,
    shows,
    output: settled,
    complaints: async () => (await settled()).split('\n').filter((line) => /completions\/|_zksh/.test(line)),
    folder,
    close: () => end(terminal, folder),
  };
}

const ARGUMENTS: Readonly<Record<ShellName, string[]>> = {
  bash: ['--norc', '--noprofile', '-i'],
  zsh: ['-f', '-i'],
  fish: ['--no-config', '-i'],
};

/** `dump` gets the line and a NUL when C-x d is pressed, `done` is written before each prompt. */
const START: Readonly<Record<ShellName, (dump: string, done: string, folder: string) => string[]>> = {
  bash: (dump, done) => [
    `bind -x '"\\C-xd": printf "%s\\0" "$READLINE_LINE" >${dump}'`,
    `PROMPT_COMMAND='printf "\\0" >${done}'`,
  ],
  zsh: (dump, done, folder) => [
    `autoload -Uz compinit && compinit -u -D -d ${folder}/compdump`,
    `dump_line() { printf '%s\\0' "$BUFFER" >${dump}; }`,
    'zle -N dump_line',
    `bindkey '^Xd' dump_line`,
    `precmd() { printf '\\0' >${done}; }`,
  ],
  fish: (dump, done) => [
    'function fish_greeting; end',
    `function dump_line; printf '%s\\0' "$(commandline)" >${dump}; end`,
    'bind \\cxd dump_line',
    `function written --on-event fish_prompt; printf '\\0' >${done}; end`,
  ],
};

async function fileAppears(file: string, seen: () => string): Promise<void> {
  try {
    await eventually(() => existsSync(file) && readFileSync(file, 'utf8').endsWith('\0'), {
      what: 'the shell',
      deadlineMs: 20_000,
      everyMs: 5,
    });
  } catch (cause) {
    throw new Error(`the shell did not get there; it wrote ${JSON.stringify(seen().slice(-2000))}`, { cause });
  }
}

function end(terminal: IPty, folder: string): void {
  terminal.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
