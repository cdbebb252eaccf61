/** A word to the typed value of its kind, checked before anything is sent. Opens no files and asks no server. */
import { parseConnectString } from '../client/connect-string.js';
import { readDuration } from '../commands/duration.js';
import { parseLocation } from '../commands/location.js';
import { parseCountRange, parseSizeRange, parseTimeRange } from '../commands/ranges.js';
import { COMMANDS, findCommand } from '../commands/registry.js';
import type { DataSource, ValueKind, ValueTypes } from '../commands/spec.js';
import { UsageError, type UsageFacts } from '../errors.js';
import { parseAcl } from '../protocol/acl.js';
import { parseSessionId } from '../protocol/ids.js';
import { type PathRules, resolvePath } from '../protocol/path.js';
import { closest } from './closest.js';
import type { Word } from './word.js';

export interface ValueContext {
  readonly cwd: string;
  /** `-` as data is stdin; elsewhere stdin is where the commands come from. */
  readonly stdinAsData: boolean;
  /** The words come from the process, which cannot say what was not UTF-8 in them. */
  readonly fromProcess: boolean;
  readonly pathRules?: PathRules;
}

export interface ValueSlot {
  readonly kind: ValueKind;
  readonly choices?: readonly string[] | undefined;
}

/** @throws UsageError; its place is the word's */
export function parseValue(word: Word, slot: ValueSlot, context: ValueContext): ValueTypes[ValueKind] {
  if (word.bytes !== undefined && slot.kind !== 'data') {
    throw new UsageError('not UTF-8', placeOf(word, { why: 'Only the data of a znode may be any bytes.' }));
  }
  try {
    return PARSERS[slot.kind](word, context, slot.choices ?? []);
  } catch (error) {
    throw located(error, word);
  }
}

/** `error` with the place of `word`, and with `label` (an option, a variable) before its message. */
export function located(error: unknown, word: Word, label?: string): unknown {
  if (!isUsageError(error)) {
    return error;
  }
  const { usage, unknownCommand, why, hint, path, column, line } = error;
  const facts = { usage, unknownCommand, why, hint, path, column, line };
  const known = Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as UsageFacts;
  const message = label === undefined ? error.message : `${label}: ${error.message}`;
  return new UsageError(message, placeOf(word, known));
}

/** Facts with the word's line and column, unless they have their own; none for arguments of the process. */
export function placeOf(word: Word, facts: UsageFacts = {}): UsageFacts {
  return word.line === 0 ? facts : { line: word.line, column: word.column, ...facts };
}

function isUsageError(error: unknown): error is UsageError {
  return error instanceof Error && (error as Partial<UsageError>).kind === 'usage';
}

type Parser = (word: Word, context: ValueContext, choices: readonly string[]) => ValueTypes[ValueKind];

const PARSERS: Readonly<Record<ValueKind, Parser>> = {
  znodePath: ({ text }, { cwd, pathRules }) => resolvePath(cwd, text, pathRules),
  location: ({ text }, { cwd }) => parseLocation(text, cwd),
  data: parseData,
  acl: ({ text }) => parseAcl(text),
  version: ({ text }) => parseVersion(text),
  duration: ({ text }) => parseDuration(text),
  count: ({ text }) => parseCount(text),
  text: ({ text }) => text,
  secret: ({ text }) => text,
  choice: ({ text }, _, choices) => parseChoice(text, choices),
  connectString: ({ text }) => {
    parseConnectString(text);
    return text;
  },
  verb: ({ text }) => parseVerb(text),
  file: ({ text }) => parseFile(text),
  shellCommand: ({ text }) => text,
  userCommand: ({ text, parts }) => (parts === undefined ? { line: text } : { words: parts }),
  sizeRange: ({ text }) => parseSizeRange(text),
  countRange: ({ text }) => parseCountRange(text),
  timeRange: ({ text }) => parseTimeRange(text),
  glob: ({ text }) => parseGlob(text),
  regex: ({ text }) => parseRegex(text),
  sessionId: ({ text }) => readSessionId(text),
  operation: ({ text }) => {
    throw new Error(`an operation is several words, not one: ${text}`);
  },
};

function parseData(word: Word, { stdinAsData, fromProcess }: ValueContext): DataSource {
  const { text, bytes } = word;
  if (bytes !== undefined) {
    return { from: 'bytes', bytes };
  }
  if (word.literal === true) {
    return { from: 'text', text };
  }
  // A shell hides its quotes from us; in a line of ours a quoted hyphen is one.
  if (text === '-' && !word.quoted) {
    if (!stdinAsData) {
      throw new UsageError('- is stdin, and that is where these commands come from', {
        hint: "Data from a file is @FILE, a hyphen itself '-'.",
      });
    }
    return { from: 'stdin' };
  }
  if (text.startsWith('@@')) {
    return { from: 'text', text: text.slice(1) };
  }
  if (text.startsWith('@')) {
    return { from: 'file', file: parseFile(text.slice(1)) };
  }
  if (fromProcess && text.includes('\ufffd')) {
    throw new UsageError('the data are not UTF-8, and would be damaged', {
      why: 'The arguments of a process arrive as text.',
      hint: 'Give the bytes through a pipe and -, or as @FILE.',
    });
  }
  return { from: 'text', text };
}

function parseFile(text: string): string {
  if (text === '') {
    throw new UsageError('a file name is missing', { hint: 'Data that begin with @ are written @@.' });
  }
  return text;
}

const VERSION_MAX = 0x7fff_ffff;

/** A version that a znode can have, or -1. */
export function parseVersion(text: string): number {
  const version = /^(-1|\d{1,10})$/.test(text) ? Number(text) : Number.NaN;
  if (!(version <= VERSION_MAX)) {
    throw new UsageError(`not a version: ${shown(text)}`, {
      why: `A version is a number from 0 to ${VERSION_MAX}, or -1 for whatever version.`,
    });
  }
  return version;
}

function parseCount(text: string): number {
  const count = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(count)) {
    throw new UsageError(`not a number: ${shown(text)}`, { why: 'It must be a whole number, 0 or more.' });
  }
  return count;
}

/** The longest TTL a server knows (EphemeralType.TTL), some 34 years. */
const DURATION_MS_MAX = 2 ** 40 - 1;

/** `250ms`, `10s`, `2m`, `1.5h` in ms. */
export function parseDuration(text: string): number {
  const ms = readDuration(text);
  if (ms === 'noUnit') {
    throw new UsageError(`${text} has no unit`, {
      why: `${text}s would be seconds, ${text}ms milliseconds, which is what a bare number means to zkCli.`,
      hint: `${text}s or ${text}ms`,
    });
  }
  if (ms === null) {
    throw new UsageError(`not a duration: ${shown(text)}`, { hint: 'Durations are 250ms, 10s, 2m, 1h.' });
  }
  if (ms > DURATION_MS_MAX) {
    throw new UsageError(`${text} is too long`, { why: `No server takes more than ${DURATION_MS_MAX}ms.` });
  }
  return ms;
}

/** An empty one would match nothing, and mean that something was forgotten. */
function parseGlob(text: string): string {
  if (text === '') {
    throw new UsageError('an empty pattern matches nothing', {
      hint: "Quote it, so that your shell leaves it alone: '*'",
    });
  }
  return text;
}

function parseRegex(text: string): string {
  try {
    new RegExp(text);
    return text;
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^Invalid regular expression: \/.*\/[a-z]*: /s, '') : '';
    throw new UsageError(`not a regular expression: ${shown(text)}`, { why: `${why}.` });
  }
}

function readSessionId(text: string): bigint {
  const sessionId = parseSessionId(text);
  if (sessionId === null) {
    throw new UsageError(`not a session id: ${shown(text)}`, {
      why: 'It is 0x and up to 16 hex digits, as stat shows it in ephemeralOwner, or a decimal number.',
    });
  }
  return sessionId;
}

function parseChoice(text: string, choices: readonly string[]): string {
  const wanted = text.toLowerCase();
  const choice = choices.find((each) => each.toLowerCase() === wanted);
  if (choice === undefined) {
    const near = closest(text, choices);
    throw new UsageError(`not one of ${choices.join(', ')}: ${shown(text)}`, {
      ...(near === null ? {} : { hint: `Did you mean ${near}?` }),
    });
  }
  return choice;
}

function parseVerb(text: string): string {
  const spec = findCommand(text);
  if (spec === undefined) {
    throw unknownVerb(text, false);
  }
  return spec.name;
}

/** @param asCommand it stood where a command stands: a status of its own */
export function unknownVerb(text: string, asCommand: boolean): UsageError {
  const near = closest(
    text,
    COMMANDS.flatMap(({ name, aliases = [] }) => [name, ...aliases]),
  );
  return new UsageError(`unknown command: ${shown(text)}`, {
    unknownCommand: asCommand,
    hint: near === null ? 'help lists the commands.' : `Did you mean ${near}?`,
  });
}

/** A word in a message: control characters made visible, an empty one too. */
export function shown(text: string): string {
  const visible = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => {
    const point = character.codePointAt(0) as number;
    return point < 0x100 ? `\\x${point.toString(16).padStart(2, '0')}` : `\\u{${point.toString(16)}}`;
  });
  const cut = visible.length > SHOWN_LENGTH_MAX ? `${visible.slice(0, SHOWN_LENGTH_MAX)}…` : visible;
  return cut === '' ? "''" : cut;
}

/** Enough to recognise a word by; a message is no place for a document. */
const SHOWN_LENGTH_MAX = 60;
