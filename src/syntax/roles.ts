/**
 * What each word of a command is: option, value, operand. For what commander cannot be asked: half a line (completion,
 * hints), where `--exec` begins, what `--` ends. A test holds the two together.
 */
import type { Option } from '../commands/spec.js';
import type { Word } from './word.js';

export type Role =
  /** `option` is undefined where there is no such option. Of a bundle (`-es`) the last one; `inline`: the value is in the word. */
  | {
      readonly role: 'option';
      readonly option: Option | undefined;
      readonly all: readonly Option[];
      readonly inline: boolean;
    }
  | { readonly role: 'value'; readonly option: Option }
  | { readonly role: 'operand'; readonly index: number }
  /** `--` */
  | { readonly role: 'end' }
  /** A word of the user's own command, behind `--exec`. */
  | { readonly role: 'rest'; readonly option: Option };

export interface Roles {
  readonly roles: readonly Role[];
  /** What a next word would be. */
  readonly next: Role;
}

/** @param words without the verb */
export function assignRoles(words: readonly Word[], options: readonly Option[]): Roles {
  const roles: Role[] = [];
  let awaiting: Option | null = null;
  let rest: Option | null = null;
  let ended = false;
  let operands = 0;
  const roleOf = (word: Word | null): Role => {
    if (rest !== null) {
      return { role: 'rest', option: rest };
    }
    if (awaiting !== null) {
      return { role: 'value', option: awaiting };
    }
    if (ended || word === null || !looksLikeOption(word)) {
      return { role: 'operand', index: operands };
    }
    return word.text === '--' ? { role: 'end' } : readOption(word.text, options);
  };
  for (const word of words) {
    const role = roleOf(word);
    roles.push(role);
    awaiting = null;
    ended ||= role.role === 'end';
    operands += role.role === 'operand' ? 1 : 0;
    if (role.role === 'option' && role.option?.value !== undefined && !role.inline) {
      awaiting = role.option.rest === true ? null : role.option;
      rest = role.option.rest === true ? role.option : null;
    }
  }
  return { roles, next: roleOf(null) };
}

/** `-` alone is stdin, and a here-document is data whatever it begins with. */
export function looksLikeOption(word: Word): boolean {
  return word.text.length > 1 && word.text.startsWith('-') && word.literal !== true;
}

/** `--long`, `--long=value`, `-abc`, `-v5`. */
function readOption(text: string, options: readonly Option[]): Role {
  if (text.startsWith('--')) {
    const equals = text.indexOf('=');
    const long = equals < 0 ? text.slice(2) : text.slice(2, equals);
    const option = options.find((each) => each.long === long);
    return { role: 'option', option, all: option === undefined ? [] : [option], inline: equals >= 0 };
  }
  const all: Option[] = [];
  for (let index = 1; index < text.length; index++) {
    const option = options.find((each) => each.short === text[index]);
    if (option === undefined) {
      return { role: 'option', option, all, inline: false };
    }
    all.push(option);
    if (option.value !== undefined) {
      return { role: 'option', option, all, inline: index + 1 < text.length };
    }
  }
  return { role: 'option', option: all.at(-1), all, inline: false };
}

/**
 * `-max-depth`, `-maxdepth`, `-print0`: a long option with one hyphen, as find(1) has them, becomes one with two; and its
 * `-o`, an option behind it, is no format of output.
 */
export function withTwoHyphens(words: readonly Word[], options: readonly Option[]): Word[] {
  const fold = (text: string) => text.replaceAll('-', '').toLowerCase();
  const meant: Word[] = [];
  for (const [index, word] of words.entries()) {
    const [head = '', ...tail] = word.text.split('=');
    const next = words[index + 1];
    const isOr = word.text === '-o' && next !== undefined && looksLikeOption(next);
    const name = isOr ? 'or' : looksLikeOption(word) && head.length > 2 ? fold(head) : null;
    const long = options.find((option) => fold(option.long) === name)?.long;
    const isOption = long !== undefined && assignRoles([...meant, word], options).roles.at(-1)?.role === 'option';
    meant.push(isOption ? { ...word, text: [`--${long}`, ...tail].join('=') } : word);
  }
  return meant;
}
