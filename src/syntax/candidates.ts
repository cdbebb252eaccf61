/** What may stand where the cursor is, unquoted: verbs, options, values. Knows the place in the command, not the line. */
import { findIn } from '../commands/find-command.js';
import type { Arg, CommandSpec, Option } from '../commands/spec.js';
import { matching, type RawCandidate, type SuggestContext } from './candidate.js';
import { prefixed, suggestFiles, suggestLocations, suggestPaths } from './candidate-paths.js';
import { suggestAcl, suggestDuration } from './candidate-values.js';
import { GLOBAL_OPTIONS } from './global-options.js';
import { isGlobal, optionsOf } from './invocation.js';
import { assignRoles } from './roles.js';
import type { Word } from './word.js';

/** @param before the words of the command before the cursor's, the verb among them; @param typed the cursor's word so far */
export async function suggest(
  before: readonly Word[],
  typed: string,
  context: SuggestContext,
): Promise<readonly RawCandidate[]> {
  const verbAt = context.atStart
    ? assignRoles(before, GLOBAL_OPTIONS).roles.findIndex(({ role }) => role === 'operand')
    : 0;
  const verb = before[verbAt];
  if (verbAt < 0 || verb === undefined) {
    return suggestBeforeVerb(before, typed, context);
  }
  const spec = findIn(context.commands, verb.text);
  return spec === undefined ? [] : suggestBehindVerb(spec, before.slice(verbAt + 1), typed, context);
}

async function suggestBeforeVerb(
  before: readonly Word[],
  typed: string,
  context: SuggestContext,
): Promise<readonly RawCandidate[]> {
  if (!context.atStart) {
    return suggestVerbs(typed, context.commands);
  }
  const place: Place = { options: GLOBAL_OPTIONS, words: before, args: [], spec: null };
  const { next } = assignRoles(before, GLOBAL_OPTIONS);
  const isVerb = next.role === 'operand' && !typed.startsWith('-');
  return isVerb ? suggestVerbs(typed, context.commands) : suggestAt(place, typed, context);
}

async function suggestBehindVerb(
  spec: CommandSpec,
  words: readonly Word[],
  typed: string,
  context: SuggestContext,
): Promise<readonly RawCandidate[]> {
  const options = optionsOf(spec).filter(
    (option) => !isGlobal(option) || option.scope === 'command' || (context.atStart && option.scope === 'run'),
  );
  return suggestAt({ options, words, args: spec.args, spec }, typed, context);
}

/** The words that tell what the next one is. */
interface Place {
  readonly options: readonly Option[];
  readonly words: readonly Word[];
  readonly args: readonly Arg[];
  readonly spec: CommandSpec | null;
}

async function suggestAt(place: Place, typed: string, context: SuggestContext): Promise<readonly RawCandidate[]> {
  const { roles, next } = assignRoles(place.words, place.options);
  if (next.role === 'value') {
    return suggestValue(next.option.value as Slot, typed, context);
  }
  if (next.role !== 'operand') {
    return [];
  }
  const ended = roles.some(({ role }) => role === 'end');
  if (typed.startsWith('-') && !ended) {
    return suggestHyphened(place, typed, context);
  }
  const last = place.args.at(-1);
  const arg = place.args[next.index] ?? (last?.variadic === true ? last : undefined);
  return arg === undefined ? [] : suggestValue(arg, typed, context);
}

/** An option, or the value in `--option=value`. */
async function suggestHyphened(place: Place, typed: string, context: SuggestContext): Promise<readonly RawCandidate[]> {
  const equals = typed.indexOf('=');
  if (equals < 0) {
    return suggestOptions(place, typed);
  }
  const option = place.options.find(({ long }) => `--${long}` === typed.slice(0, equals));
  if (option?.value === undefined) {
    return [];
  }
  const prefix = typed.slice(0, equals + 1);
  const values = await suggestValue(option.value, typed.slice(equals + 1), context);
  return values.map((each) => ({ ...each, text: prefix + each.text }));
}

function suggestOptions({ options, words }: Place, typed: string): RawCandidate[] {
  const given = assignRoles(words, options).roles.flatMap((role) => (role.role === 'option' ? role.all : []));
  const free = options.filter(
    (option) =>
      (option.repeatable === true || !given.includes(option)) &&
      !given.some(
        (each) => option.conflicts?.includes(each.long) === true || each.conflicts?.includes(option.long) === true,
      ),
  );
  const byShort = free.filter(({ short }) => short !== undefined && typed === `-${short}`);
  return [
    ...byShort.map((option) => optionCandidate(option, `-${option.short}`)),
    ...matching(free, typed, ({ long }) => `--${long}`).map((option) => optionCandidate(option, `--${option.long}`)),
  ];
}

function optionCandidate({ short, long, summary }: Option, text: string): RawCandidate {
  return { text, display: short === undefined ? `--${long}` : `-${short}, --${long}`, summary, more: false };
}

/** Names before aliases; aliases only where something is typed. Hyphens and letter case do not count. */
function suggestVerbs(typed: string, commands: readonly CommandSpec[]): RawCandidate[] {
  const wanted = fold(typed);
  const fits = (name: string) => fold(name).startsWith(wanted);
  const names = commands.filter(({ name }) => fits(name)).map((spec) => verbCandidate(spec.name, spec.summary));
  const aliases = commands.flatMap(({ name, aliases = [] }) =>
    wanted === ''
      ? []
      : aliases
          .filter((alias) => fits(alias) && !isLonger(alias, name))
          .map((alias) => verbCandidate(alias, `the same as ${name}`)),
  );
  return [...names, ...aliases];
}

/** `ls2` is understood, but whoever types `ls` and Tab means no choice between the two. */
export function isLonger(alias: string, name: string): boolean {
  return fold(alias).startsWith(fold(name));
}

function verbCandidate(text: string, summary: string): RawCandidate {
  return { text, display: text, summary, more: false };
}

function fold(name: string): string {
  return name.replaceAll('-', '').toLowerCase();
}

type Slot = Pick<Arg, 'kind' | 'choices'>;

async function suggestValue(
  { kind, choices }: Slot,
  typed: string,
  context: SuggestContext,
): Promise<readonly RawCandidate[]> {
  if (choices !== undefined) {
    return matching(choices, typed, (choice) => choice).map((text) => ({
      text,
      display: text,
      summary: '',
      more: false,
    }));
  }
  switch (kind) {
    case 'znodePath':
      return suggestPaths(typed, context);
    case 'location':
      return suggestLocations(typed, context);
    case 'data':
      return typed.startsWith('@') && !typed.startsWith('@@')
        ? prefixed('@', await suggestFiles(typed.slice(1), context))
        : [];
    case 'file':
      return suggestFiles(typed, context);
    case 'acl':
      return suggestAcl(typed);
    case 'duration':
      return suggestDuration(typed);
    case 'verb':
      return suggestVerbs(typed, context.commands);
    case 'operation':
      return suggestVerbs(
        typed,
        context.commands.filter(({ toOperations }) => toOperations !== undefined),
      );
    default:
      return [];
  }
}
