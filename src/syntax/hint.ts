/** What comes next on the line being typed, as a ghost behind the cursor. Pure; never throws. */
import { findIn } from '../commands/find-command.js';
import { COMMANDS } from '../commands/registry.js';
import type { Arg, CommandSpec } from '../commands/spec.js';
import { argTerm } from '../commands/usage.js';
import { optionsOf } from './invocation.js';
import { commandAtEnd } from './lines.js';
import { assignRoles, looksLikeOption } from './roles.js';
import type { Word } from './word.js';

export interface Hint {
  /** ` PATH [DATA]`, `DURATION`: to be drawn dim behind the line; '' where there is nothing to say. */
  readonly ghost: string;
  /** One line about the verb, option or argument at the cursor; '' where there is nothing to say. */
  readonly summary: string;
}

const NOTHING: Hint = { ghost: '', summary: '' };

/** Nothing but for a cursor at the end of the line: a ghost in mid-line would be in the way. */
export function hintFor(line: string, cursor: number, commands: readonly CommandSpec[] = COMMANDS): Hint {
  const command = cursor === line.length ? commandAtEnd(line) : null;
  const [verb, ...words] = command?.words ?? [];
  const spec = verb === undefined ? undefined : findIn(commands, verb.text);
  if (command === null || verb === undefined || spec === undefined) {
    return NOTHING;
  }
  if (verb.end === line.length) {
    return { ghost: ghostOf(spec.args, ' '), summary: spec.summary };
  }
  return hintBehindVerb(spec, words, line.length);
}

function hintBehindVerb(spec: CommandSpec, words: readonly Word[], length: number): Hint {
  const options = optionsOf(spec);
  const last = words.at(-1);
  const isTyping = last?.end === length && last.literal !== true;
  const { roles, next } = assignRoles(words, options);
  const current = isTyping ? roles.at(-1) : next;
  const gap = isTyping ? ' ' : '';
  switch (current?.role) {
    case 'option': {
      const name = current.option?.value === undefined || current.inline ? null : current.option.value.name;
      const rest = last !== undefined && looksLikeOption(last) && current.option === undefined ? '' : (name ?? '');
      return { ghost: rest === '' ? '' : gap + rest, summary: current.option?.summary ?? '' };
    }
    case 'value':
    case 'rest':
      return { ghost: isTyping ? '' : (current.option.value?.name ?? ''), summary: current.option.summary };
    case 'operand': {
      const arg = argAt(spec.args, current.index);
      const following = spec.args.slice(isTyping ? current.index + 1 : current.index);
      const again =
        arg?.variadic === true && following.length === 0 && !isTyping ? [{ ...arg, optional: true }] : following;
      return { ghost: ghostOf(again, gap), summary: arg?.summary ?? '' };
    }
    default:
      return NOTHING;
  }
}

function argAt(args: readonly Arg[], index: number): Arg | undefined {
  const last = args.at(-1);
  return args[index] ?? (last?.variadic === true ? last : undefined);
}

function ghostOf(args: readonly Arg[], gap: string): string {
  const terms = args.map((arg) => (arg.optional === true ? `[${argTerm(arg)}]` : argTerm(arg)));
  return terms.length === 0 ? '' : gap + terms.join(' ');
}
