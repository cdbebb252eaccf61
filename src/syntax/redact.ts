/** A line without its secrets, for the history (`addauth digest u:***`). Pure; never throws. */
import { findIn } from '../commands/find-command.js';
import { COMMANDS } from '../commands/registry.js';
import type { CommandSpec, ValueKind } from '../commands/spec.js';
import { closest } from './closest.js';
import { optionsOf } from './invocation.js';
import { wordsOfAll } from './lines.js';
import { quoteWord } from './quote.js';
import { assignRoles, type Role } from './roles.js';
import type { Word } from './word.js';

/** Values of kind `secret` are blanked behind their first colon, or wholly where they have none. A mistyped verb hides nothing. */
export function redactLine(line: string, commands: readonly CommandSpec[] = COMMANDS): string {
  const secrets = wordsOfAll(line).flatMap(([verb, ...words]) =>
    verb === undefined ? [] : secretsOf(verb, words, line, commands),
  );
  return secrets.reduceRight((text, { start, end, blanked }) => text.slice(0, start) + blanked + text.slice(end), line);
}

interface Secret {
  readonly start: number;
  readonly end: number;
  readonly blanked: string;
}

function secretsOf(verb: Word, words: readonly Word[], line: string, commands: readonly CommandSpec[]): Secret[] {
  const names = commands.flatMap(({ name, aliases = [] }) => [name, ...aliases]);
  const spec = findIn(commands, verb.text) ?? findIn(commands, closest(verb.text, names) ?? '');
  if (spec === undefined) {
    return [];
  }
  const { roles } = assignRoles(words, optionsOf(spec));
  return words.flatMap((word, index) => {
    const prefix = secretPrefix(word, roles[index], spec);
    return prefix === null ? [] : [secretAt(word, prefix, line)];
  });
}

/** A here-document ends somewhere behind: nothing behind its marker is kept. */
function secretAt(word: Word, prefix: number, line: string): Secret {
  return word.literal === true
    ? { start: word.start, end: line.length, blanked: '***' }
    : { start: word.start, end: word.end, blanked: blank(word.text, prefix) };
}

/** How much of the word, in front of the secret, is none; null where all of it is none. */
function secretPrefix(word: Word, role: Role | undefined, spec: CommandSpec): number | null {
  const isSecret = (kind: ValueKind | undefined) => kind === 'secret';
  switch (role?.role) {
    case 'value':
      return isSecret(role.option.value?.kind) ? 0 : null;
    case 'option':
      return role.inline && isSecret(role.option?.value?.kind) ? inlineAt(word.text) : null;
    case 'operand': {
      // One word too many behind a secret is likely to be the rest of it.
      const arg = spec.args[role.index] ?? spec.args.at(-1);
      return isSecret(arg?.kind) ? 0 : null;
    }
    default:
      return null;
  }
}

/** Behind `--auth=` or `-a`. */
function inlineAt(text: string): number {
  return text.startsWith('--') ? text.indexOf('=') + 1 : 2;
}

function blank(text: string, prefix: number): string {
  const colon = text.indexOf(':', prefix);
  return `${quoteWord(text.slice(0, colon < 0 ? prefix : colon + 1), 'line').replace(/^''$/, '')}***`;
}
