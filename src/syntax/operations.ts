/** The operations of a multi as they are written: a verb and its words each, between words that are `,` or `;`. */
import { findCommand } from '../commands/registry.js';
import type { CommandSpec } from '../commands/spec.js';
import { UsageError } from '../errors.js';
import { quoteWord } from './quote.js';
import { placeOf, shown } from './values.js';
import type { Word } from './word.js';

/** Whether `;` behind these words of a command separates operations and does not end the command. */
export function holdsOperations([verb, ...words]: readonly Word[]): boolean {
  const hasOperand = words.some(({ text, quoted }) => quoted || !text.startsWith('-'));
  return verb !== undefined && hasOperand && takesOperations(findCommand(verb.text));
}

export function takesOperations(spec: CommandSpec | undefined): boolean {
  return spec?.args.some(({ kind }) => kind === 'operation') === true;
}

/** The words of each operation. A separator at the very end is harmless. @throws UsageError for one that is empty */
export function splitOperations(words: readonly Word[]): readonly (readonly Word[])[] {
  const operations: Word[][] = [[]];
  for (const [index, word] of words.entries()) {
    refuseGluedComma(word, words[index + 1]);
    if (!isSeparator(word)) {
      operations.at(-1)?.push(word);
      continue;
    }
    if (operations.at(-1)?.length === 0) {
      throw new UsageError(`nothing stands before ${word.text}`, placeOf(word));
    }
    operations.push([]);
  }
  return operations.filter((operation) => operation.length > 0);
}

/** In a multi, the words of the operation at its end; elsewhere the words as they are. For completion and hints. */
export function wordsAtEnd(words: readonly Word[]): readonly Word[] {
  if (!holdsOperations(words)) {
    return words;
  }
  const behindOptions = words.findIndex(({ text, quoted }, index) => index > 0 && (quoted || !text.startsWith('-')));
  return words.slice(Math.max(behindOptions, words.findLastIndex(isSeparator) + 1));
}

function isSeparator({ text, quoted, literal }: Word): boolean {
  return (text === ',' || text === ';') && !quoted && literal !== true;
}

/** `delete /a, delete /b`: a comma may belong to a path or to data, so only one that stands alone separates. */
function refuseGluedComma(word: Word, next: Word | undefined): void {
  const isGlued = /.[,;]$/.test(word.text) && !word.quoted && word.literal !== true;
  if (isGlued && next !== undefined && !next.quoted && findCommand(next.text)?.toOperations !== undefined) {
    const bare = word.text.slice(0, -1);
    throw new UsageError(`the separator behind ${shown(bare)} must stand alone`, {
      ...placeOf(word),
      why: 'A comma may belong to a path or to data, so one that separates stands alone; where it belongs to a word, quote it.',
      hint: `… ${quoteWord(bare, 'line')} ${word.text.slice(-1)} ${next.text} …`,
    });
  }
}
