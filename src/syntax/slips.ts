/**
 * Words that look like something other than what they are: pasted from a web page (curly quotes, dashes for hyphens),
 * from a shell (pipes, redirections), from zkCli (`-server`). Found before anything else is made of them.
 */
import type { Option } from '../commands/spec.js';
import { UsageError } from '../errors.js';
import { quoteWord } from './quote.js';
import { looksLikeOption } from './roles.js';
import { placeOf, shown } from './values.js';
import type { Word } from './word.js';

const OPENING = /^[“”„‟«‘’‚‛]/u;
const CLOSING = /[“”„‟»‘’‚‛]$/u;
/** En dash, em dash, minus sign, then what could be an option. */
const WEB_DASH = /^[–—−]+(?=[A-Za-z])/u;
const SHELL_OPERATOR = /^(?:\||\|\||&|&&|>|>>|<|[0-9]?>>?(?:&[0-9-])?)$/;

export interface SlipContext {
  /** The verb; '' before it. */
  readonly name: string;
  readonly options: readonly Option[];
  /** The shell's quotes are gone; a blank in a word shows that there were some. */
  readonly fromProcess: boolean;
}

/** @throws UsageError with the right spelling */
export function refuseSlips(words: readonly Word[], { name, options, fromProcess }: SlipContext): void {
  for (const [index, word] of words.entries()) {
    const meant = word.quoted || word.literal === true || (fromProcess && /\s/.test(word.text));
    if (meant) {
      continue;
    }
    refuseCurlyQuotes(words, index);
    refuseDash(word, options);
    if (!fromProcess && SHELL_OPERATOR.test(word.text)) {
      throw new UsageError(
        `${word.text} is a shell's, not ours`,
        placeOf(word, {
          why: 'There are no pipes, redirections or lists with && here; ; and newlines separate commands.',
          hint: `In a shell: zksh ${name} ${words
            .slice(0, index)
            .map((each) => quoteWord(each.text, 'sh'))
            .join(' ')} ${word.text} …; as a word: '${word.text}'`,
        }),
      );
    }
  }
}

/** A long option with one hyphen, as zkCli has them: `-server` would be `-s erver`. @param count words to look at @throws UsageError */
export function refuseSingleHyphen(words: readonly Word[], options: readonly Option[], count = words.length): void {
  for (const [index, word] of words.slice(0, count).entries()) {
    if (word.text === '--') {
      return;
    }
    const name = word.text.slice(1);
    if (!looksLikeOption(word) || word.text[1] === '-' || name.length < 3) {
      continue;
    }
    const hint = ZKCLI_SPELLINGS[name]?.(words[index + 1]?.text) ?? options.find(({ long }) => long === name)?.long;
    if (hint !== undefined) {
      throw new UsageError(
        `unknown option ${word.text}`,
        placeOf(word, {
          why: 'Long options begin with two hyphens; one hyphen begins a row of short ones.',
          hint: hint === name ? `--${name}` : hint,
        }),
      );
    }
  }
}

/** zkCli.sh's launch options, and what they are called here. */
const ZKCLI_SPELLINGS: Readonly<Record<string, (value: string | undefined) => string>> = {
  server: (value) => `-s ${value ?? 'HOST:PORT'}`,
  timeout: (value) => `-t ${/^\d+$/.test(value ?? '') ? `${value}ms` : '30s'}`,
  waitforconnection: () => '--wait 30s',
  'client-configuration': () => '--tls-ca FILE and the other options that begin with --tls',
};

function refuseCurlyQuotes(words: readonly Word[], index: number): void {
  const word = words[index] as Word;
  const value = word.text.replace(/^--?[\w-]+=/, '');
  if (!OPENING.test(value)) {
    return;
  }
  const endIndex = words.findIndex(
    (each, at) => at >= index && CLOSING.test(each.text) && (at > index || value.length > 1),
  );
  const quoted = words
    .slice(index, endIndex < 0 ? index + 1 : endIndex + 1)
    .map(({ text }) => text)
    .join(' ');
  const inside = quoted.replace(/^(--?[\w-]+=)?[“”„‟«‘’‚‛]/u, '$1').replace(CLOSING, '');
  throw new UsageError(
    `curly quotes around ${shown(inside)}`,
    placeOf(word, {
      why: 'They come from a web page or a word processor; only straight quotes quote.',
      hint: `With straight ones: ${straight(inside)}`,
    }),
  );
}

function straight(text: string): string {
  return text.includes("'") ? `"${text.replace(/["\\]/g, '\\$&')}"` : `'${text}'`;
}

function refuseDash(word: Word, options: readonly Option[]): void {
  const name = word.text.replace(WEB_DASH, '');
  if (name === word.text) {
    return;
  }
  const isLong = options.some(({ long }) => long === name.split('=', 1)[0]);
  const isShort = [...name].every((letter) => options.some(({ short }) => short === letter));
  if (isLong || isShort) {
    throw new UsageError(
      `${word.text} begins with a dash, not a hyphen`,
      placeOf(word, {
        why: 'It comes from a web page or a word processor.',
        hint: `With hyphens: ${isLong ? '--' : '-'}${name}`,
      }),
    );
  }
}
