/**
 * ZooKeeperMain (3.9): runs commands, keeps the history of the session and the status of the last command, and knows the
 * commands that are the shell's own. Reads no lines and opens no files.
 */

import { splitWords } from './command-line.js';
import { COMMANDS_BY_NAME, SHELL_COMMANDS, usageText } from './commands/table.js';
import type { CommandContext, Memory } from './context.js';
import { Crash, Refusal } from './crash.js';
import { type EventSink, type Handle, KeeperFailure } from './handle.js';
import { decodeInt32 } from './java-numbers.js';
import { refusalOf } from './messages.js';
import { statLines } from './render.js';

export interface ShellOptions {
  /** As typed: the prompt shows it. */
  readonly server: string;
  /** The user's name of the time zone (TZ). */
  readonly timeZone: string | undefined;
  readonly print: (text: string) => void;
  readonly complain: (line: string) => void;
  /** A handle for `server`, not yet connected. @throws Crash */
  readonly openHandle: (server: string, events: EventSink) => Handle;
  /** What is waited for once a handle is made (-waitforconnection). @throws Crash */
  readonly afterConnect: (handle: Handle) => Promise<void>;
}

/** `history` shows so many lines before its own. */
const SHOWN_BEFORE = 10;
const NOT_FOUND = 127;

export class ZkCliShell {
  readonly #options: ShellOptions;
  readonly #context: Omit<CommandContext, 'handle'>;
  readonly #memory: Memory = { addWatchMode: 'persistentRecursive' };
  readonly #history = new Map<number, string>();
  #server: string;
  #handle: Handle;
  /** The last command that had words; a line without any runs it again. */
  #words: readonly string[] | null = null;
  #count = 0;
  #status = 0;
  #printsWatches = true;
  #isOver = false;
  /** Blocks that wait for the end of a command; null: none runs. */
  #held: string[] | null = null;

  constructor(options: ShellOptions) {
    this.#options = options;
    this.#server = options.server;
    this.#context = {
      print: options.print,
      printStat: (stat) => options.print(statLines(stat, options.timeZone)),
      complain: options.complain,
      tellEvents: () => this.#tellHeld(),
      memory: this.#memory,
    };
    this.#handle = this.#makeHandle();
  }

  get handle(): Handle {
    return this.#handle;
  }

  get status(): number {
    return this.#status;
  }

  /** `quit` was run. */
  get isOver(): boolean {
    return this.#isOver;
  }

  get prompt(): string {
    return `[zk: ${this.#server}(${this.#handle.state}) ${this.#count}] `;
  }

  /** One line of the REPL. @throws Crash */
  async runLine(line: string): Promise<void> {
    if (line === '') {
      return;
    }
    this.#take(line);
    this.#history.set(this.#count, line);
    await this.#run();
    this.#count++;
  }

  /** The words of a one-shot call. @throws Crash */
  async runWords(words: readonly string[]): Promise<void> {
    this.#words = words;
    await this.#run();
  }

  /** The last command, now. @throws Crash */
  async #run(): Promise<void> {
    // `redo` runs a command inside its own.
    const isOuter = this.#held === null;
    this.#held ??= [];
    try {
      await this.#dispatch();
      // After quit it stays that of the command before.
      this.#status = this.#isOver ? this.#status : 0;
    } catch (error) {
      const refusal = error instanceof KeeperFailure ? refusalOf(error) : error;
      if (!(refusal instanceof Refusal)) {
        throw error;
      }
      this.#status = refusal.status;
      this.#options.complain(refusal.message);
    } finally {
      this.#tellHeld();
      if (isOuter) {
        this.#held = null;
      }
    }
  }

  async #dispatch(): Promise<void> {
    const words = this.#words;
    if (words === null) {
      throw new Crash('java.lang.NullPointerException');
    }
    const [name = ''] = words;
    const command = COMMANDS_BY_NAME.get(name);
    if (command === undefined && !SHELL_COMMANDS.has(name)) {
      this.#options.complain(usageText());
      throw new Refusal(`Command not found: Command not found ${name}`, NOT_FOUND);
    }
    if (command === undefined) {
      await this.#runOwn(name, words);
    }
    if (this.#isOver) {
      return;
    }
    if (!this.#handle.isAlive) {
      this.#options.print('Not connected\n');
      return;
    }
    await command?.run(words, { ...this.#context, handle: this.#handle });
  }

  async #runOwn(name: string, words: readonly string[]): Promise<void> {
    const [, word] = words;
    switch (name) {
      case 'quit':
        this.#isOver = true;
        await this.#handle.close();
        return;
      case 'redo':
        return word === undefined ? undefined : this.#redo(word);
      case 'history':
        this.#showHistory();
        return;
      case 'printwatches':
        if (word === undefined) {
          this.#options.print(`printwatches is ${this.#printsWatches ? 'on' : 'off'}\n`);
        } else {
          this.#printsWatches = word === 'on';
        }
        return;
      default:
        return this.#connect(word ?? this.#server);
    }
  }

  async #redo(word: string): Promise<void> {
    const index = decodeInt32(word);
    if (index === null) {
      throw new Crash(`java.lang.NumberFormatException: For input string: "${word}"`);
    }
    const line = this.#history.get(index);
    if (index >= this.#count || index < 0 || line === undefined) {
      throw new Refusal('Command index out of range');
    }
    this.#take(line);
    if (this.#words?.[0] === 'redo') {
      throw new Refusal('No redoing redos');
    }
    this.#history.set(this.#count, line);
    await this.#run();
  }

  #showHistory(): void {
    for (let index = Math.max(0, this.#count - SHOWN_BEFORE); index <= this.#count; index++) {
      this.#options.print(`${index} - ${this.#history.get(index) ?? 'null'}\n`);
    }
  }

  async #connect(server: string): Promise<void> {
    await this.#handle.close();
    this.#server = server;
    this.#handle = this.#makeHandle();
    await this.#options.afterConnect(this.#handle);
  }

  #makeHandle(): Handle {
    return this.#options.openHandle(this.#server, {
      atOnce: (block) => {
        this.#tellHeld();
        this.#tell(block);
      },
      later: (block) => {
        if (this.#held === null) {
          this.#tell(block);
        } else {
          this.#held.push(block);
        }
      },
    });
  }

  #take(line: string): void {
    const words = splitWords(line);
    if (words.length > 0) {
      this.#words = words;
    }
  }

  #tellHeld(): void {
    for (const block of this.#held?.splice(0) ?? []) {
      this.#tell(block);
    }
  }

  #tell(block: string): void {
    if (this.#printsWatches) {
      this.#options.print(block);
    }
  }
}
