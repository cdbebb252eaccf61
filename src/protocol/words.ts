/** The four-letter words: what each asks of a server. Sending them and reading the answers is not here. */

export interface FourLetterWord {
  readonly word: string;
  /** What the server answers, for help and completion. */
  readonly summary: string;
  /** It changes something on the server. */
  readonly changes?: true;
  /** Its answer ends without a newline. */
  readonly unterminated?: true;
  /** Bytes that must follow the word. */
  readonly argumentBytes?: number;
  /** Answered even while the server is not serving requests. */
  readonly always?: true;
}

/** Those of ZooKeeper 3.5 to 3.9 (FourLetterCommands). Only srvr is allowed by default. */
export const FOUR_LETTER_WORDS: readonly FourLetterWord[] = [
  { word: 'conf', summary: 'the configuration of the server' },
  { word: 'cons', summary: 'every connection with its figures' },
  { word: 'crst', summary: 'reset the figures of all connections', changes: true },
  { word: 'dirs', summary: 'size of snapshots and transaction logs' },
  { word: 'dump', summary: 'sessions and their ephemerals' },
  { word: 'envi', summary: 'the environment the server runs in', always: true },
  { word: 'gtmk', summary: 'the trace mask', unterminated: true, always: true },
  { word: 'hash', summary: 'digests of the tree at recent transactions' },
  { word: 'isro', summary: 'rw, or ro in read-only mode', unterminated: true },
  { word: 'mntr', summary: 'all metrics, for monitoring' },
  { word: 'ruok', summary: 'imok, if the process lives', unterminated: true, always: true },
  { word: 'srst', summary: 'reset the figures of the server', changes: true },
  { word: 'srvr', summary: 'version, mode, load and number of znodes' },
  { word: 'stat', summary: 'as srvr, with a line for each connection' },
  { word: 'stmk', summary: 'set the trace mask', changes: true, unterminated: true, argumentBytes: 8, always: true },
  { word: 'wchc', summary: 'watches by session' },
  { word: 'wchp', summary: 'watches by path' },
  { word: 'wchs', summary: 'how many watches there are' },
];

const BY_WORD: ReadonlyMap<string, FourLetterWord> = new Map(FOUR_LETTER_WORDS.map((each) => [each.word, each]));

/** Lower case only, as a server takes them: to it anything else is a frame's length. */
export function findWord(word: string): FourLetterWord | undefined {
  return BY_WORD.get(word);
}

/** How a server refuses a word that is not in its 4lw.commands.whitelist. */
export function notWhitelisted(word: string): string {
  return `${word} is not executed because it is not in the whitelist.\n`;
}

/** What all but ruok, envi, gtmk and stmk answer while a server is not serving. */
export const NOT_SERVING = 'This ZooKeeper instance is not currently serving requests';
