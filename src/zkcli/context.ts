/** What a command of zkCli.sh can reach, and what one is. */
import type { Stat } from '../protocol/stat.js';
import type { Handle } from './handle.js';

export interface CommandContext {
  readonly handle: Handle;
  /** To stdout, as it is. */
  print(text: string): void;
  /** A stat's eleven lines, to stdout. */
  printStat(stat: Stat): void;
  /** A line to stderr. */
  complain(line: string): void;
  /** WATCHER blocks that wait for the end of the command. */
  tellEvents(): void;
  /** What commands remember from call to call: zkCli.sh has one object for each of them. */
  readonly memory: Memory;
}

export interface Memory {
  addWatchMode: 'persistent' | 'persistentRecursive';
}

export interface ZkCliCommand {
  readonly name: string;
  /** Behind the name in usage lines. */
  readonly usage: string;
  /**
   * @param words the verb first
   * @throws Refusal what goes to stderr, and the status; KeeperFailure; Crash
   */
  run(words: readonly string[], context: CommandContext): Promise<void>;
}

/** The bare grammar, which is all that zkCli.sh says when an argument is missing. */
export function usageLine({ name, usage }: Pick<ZkCliCommand, 'name' | 'usage'>): string {
  return `${name} ${usage}`;
}
