/** The only importer of commander: options and operands out of words. What they mean is invocation.ts's business; prints and exits never. */
import { Command, CommanderError, Option as CommanderOption } from 'commander';
import type { Option } from '../commands/spec.js';
import { UsageError } from '../errors.js';
import { closest } from './closest.js';
import { quoteWord } from './quote.js';
import { assignRoles, looksLikeOption, type Role } from './roles.js';
import { placeOf, shown } from './values.js';
import type { Word } from './word.js';

/** An option as given, in order. */
export interface Given {
  readonly option: Option;
  /** Its value; of a switch, the word it stands in. */
  readonly word: Word;
  /** `-v` or `--version`, for messages. */
  readonly spelling: string;
}

export interface Parsed {
  readonly given: readonly Given[];
  readonly operands: readonly Word[];
}

export interface ParseMode {
  /** For messages: the verb, or `zksh`. */
  readonly name: string;
  /** Options end at the first operand: before the verb. */
  readonly stopAtOperand: boolean;
  /** An operand that begins with `-` would be data: say how to give it. */
  readonly takesText: boolean;
}

/** @throws UsageError */
export function parseOptions(words: readonly Word[], options: readonly Option[], mode: ParseMode): Parsed {
  const { roles } = assignRoles(words, options);
  refuseOddOptions(words, roles);
  const tokens = toTokens(words, roles, mode.stopAtOperand);
  const given: Given[] = [];
  const program = new Command(mode.name).exitOverride().helpOption(false).allowExcessArguments();
  program.configureOutput({ writeOut: () => {}, writeErr: () => {} }).showSuggestionAfterError(false);
  program.argument('[words...]');
  if (mode.stopAtOperand) {
    program.enablePositionalOptions().passThroughOptions();
  }
  for (const option of options.filter((each) => mayBeMeant(each, words))) {
    program.addOption(new CommanderOption(flagsOf(option), option.summary));
    program.on(`option:${option.long}`, (value: string | null | undefined) => {
      given.push({ option, word: tokens.wordOf(value), spelling: spellingOf(option, words) });
    });
  }
  try {
    program.parse(tokens.texts, { from: 'user' });
  } catch (error) {
    throw error instanceof CommanderError ? explain(error, words, options, mode) : error;
  }
  const hyphened = program.args.find((text) => !tokens.isToken(text));
  if (hyphened !== undefined) {
    // Commander takes a negative number for an operand; -5 in one place and -5x in another would be a riddle.
    throw unknownOption(hyphened, words, options, mode);
  }
  return { given, operands: program.args.map((text) => tokens.wordOf(text)) };
}

/** Commander takes its time over each option it is told of: of some thirty a line has two. */
function mayBeMeant({ short, long }: Option, words: readonly Word[]): boolean {
  return words.some(
    ({ text }) =>
      text.startsWith('-') && (text.startsWith(`--${long}`) || (short !== undefined && text.includes(short))),
  );
}

/** An option's own word is text; so tokens, which begin with NUL, cannot be taken for one. */
function refuseOddOptions(words: readonly Word[], roles: readonly Role[]): void {
  const odd = words.find(
    ({ text, bytes }, index) => roles[index]?.role === 'option' && (bytes !== undefined || text.includes('\0')),
  );
  if (odd !== undefined) {
    throw new UsageError(
      'a NUL, or bytes that are not UTF-8, in an option',
      placeOf(odd, { why: 'Only the data of a znode may be any bytes.' }),
    );
  }
}

/**
 * Commander gets texts that cannot be taken for an option: a NUL and the word's number. So words keep their bytes and their
 * place, and what follows `--exec` arrives as one.
 */
interface Tokens {
  readonly texts: readonly string[];
  isToken(text: string): boolean;
  wordOf(text: string | null | undefined): Word;
}

function toTokens(words: readonly Word[], roles: readonly Role[], stopAtOperand: boolean): Tokens {
  const known: Word[] = [];
  const texts: string[] = [];
  const keep = (word: Word) => {
    texts.push(`\0${known.push(word) - 1}`);
  };
  const restAt = roles.findIndex(({ role }) => role === 'rest');
  const operandAt = roles.findIndex(({ role }) => role === 'operand');
  words.forEach((word, index) => {
    const behindVerb = stopAtOperand && operandAt >= 0 && index > operandAt;
    if (behindVerb) {
      keep(word);
    } else if (restAt >= 0 && index >= restAt) {
      if (index === restAt) {
        keep(joinRest(words.slice(restAt)));
      }
    } else if (roles[index]?.role === 'end' || roles[index]?.role === 'option') {
      texts.push(word.text);
    } else {
      keep(word);
    }
  });
  return {
    texts,
    isToken: (text) => text.startsWith('\0'),
    wordOf: (text) => {
      const token = text?.startsWith('\0') === true ? known[Number(text.slice(1))] : undefined;
      return token ?? inlineWord(words, text ?? null);
    },
  };
}

/** The value in `--opt=value` and `-v5`; or, for a switch, a word of no importance. */
function inlineWord(words: readonly Word[], text: string | null): Word {
  const holder = words.find((word) => looksLikeOption(word) && text !== null && word.text.endsWith(text)) ?? words[0];
  const { bytes: _, ...place } = holder ?? { start: 0, end: 0, line: 0, column: 0, quoted: false };
  return { ...place, text: text ?? '' };
}

/** One word is a command line for a shell as it stands; several are a command and its arguments, none of them read again. */
function joinRest(words: readonly Word[]): Word {
  const first = words[0] as Word;
  return words.length === 1
    ? first
    : {
        ...first,
        end: words.at(-1)?.end ?? first.end,
        text: words.map(({ text }) => quoteWord(text, 'sh')).join(' '),
        parts: words.map(({ text }) => text),
      };
}

function flagsOf({ short, long, value }: Option): string {
  const flags = short === undefined ? `--${long}` : `-${short}, --${long}`;
  return value === undefined ? flags : `${flags} <${value.name}>`;
}

/** As the user wrote it, as far as that can be seen. */
function spellingOf({ short, long }: Option, words: readonly Word[]): string {
  const isLong = words.some(({ text }) => text === `--${long}` || text.startsWith(`--${long}=`));
  return isLong || short === undefined ? `--${long}` : `-${short}`;
}

function explain(
  error: CommanderError,
  words: readonly Word[],
  options: readonly Option[],
  mode: ParseMode,
): UsageError {
  const subject = /^error: [a-z ]*'([\s\S]*)'/.exec(error.message)?.[1] ?? '';
  if (error.code === 'commander.unknownOption') {
    return unknownOption(subject, words, options, mode);
  }
  if (error.code === 'commander.optionMissingArgument') {
    return missingValue(words.at(-1) as Word, options);
  }
  return new UsageError(error.message.replace(/^error: /, ''));
}

function missingValue(word: Word, options: readonly Option[]): UsageError {
  const next = assignRoles([word], options).next;
  const option = next.role === 'value' || next.role === 'rest' ? next.option : undefined;
  const name = option?.value?.name ?? 'a value';
  return new UsageError(
    `${shown(word.text)} needs ${name}`,
    placeOf(word, option === undefined ? {} : { why: `${capitalize(option.summary)}.` }),
  );
}

function unknownOption(text: string, words: readonly Word[], options: readonly Option[], mode: ParseMode): UsageError {
  const at = words.findIndex(
    (word) => looksLikeOption(word) && (word.text === text || word.text.endsWith(text.slice(1))),
  );
  const word = words[at];
  const facts = word === undefined ? {} : placeOf(word);
  const [long = '', inline] = text.slice(2).split('=', 2);
  if (inline !== undefined && options.some((option) => option.long === long)) {
    return new UsageError(`--${long} takes no value`, { ...facts, hint: `--${long}` });
  }
  const names = options.map((option) => `--${option.long}`);
  const near = text.startsWith('--') ? closest(text, names) : null;
  const hint = near !== null ? `Did you mean ${near}?` : mode.takesText ? asData(words, at, options, mode.name) : null;
  return new UsageError(`unknown option ${shown(text)}`, {
    ...facts,
    ...(hint === null ? {} : { hint }),
    ...(near === null && mode.takesText
      ? { why: 'A word that begins with a hyphen is an option; behind -- it is data.' }
      : {}),
  });
}

/** The line with `--` where it belongs: options first, then what begins with a hyphen. */
function asData(words: readonly Word[], at: number, options: readonly Option[], name: string): string {
  const before = words.slice(0, at);
  const behind = words.slice(at + 1);
  const { roles } = assignRoles(behind, options);
  const isOption = (_: Word, index: number) => roles[index]?.role === 'option' || roles[index]?.role === 'value';
  const moved = behind.filter(isOption);
  const operands = behind.filter((word, index) => !isOption(word, index));
  const line = [...before, ...moved].map(spell);
  return [name, ...line, '--', ...[words[at] as Word, ...operands].map(spell)].join(' ');
}

function spell(word: Word): string {
  return quoteWord(word.text, 'line');
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
