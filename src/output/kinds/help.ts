/** The overview of all verbs and the page of one, from their specs alone. */
import wrapAnsi from 'wrap-ansi';
import type { HelpResult } from '../../commands/results.js';
import type { CommandGroup, CommandSpec, Option } from '../../commands/spec.js';
import { argTerm, optionTerm, usageLine } from '../../commands/usage.js';
import type { Form, KindForms, RenderOptions } from '../forms.js';
import { type Paint, paintFor } from '../paint.js';

/** In the order of the overview. */
export const GROUP_TITLES: Readonly<Record<CommandGroup, string>> = {
  data: 'Data',
  tree: 'Trees',
  watch: 'Watching',
  acl: 'Access',
  quota: 'Quota',
  txn: 'Transactions',
  ensemble: 'Ensemble',
  shell: 'Shell',
};

const human: Form<HelpResult> = ({ command, commands }, options) =>
  command === null ? overview(commands, options) : page(command, options);

export const help: KindForms<HelpResult> = { human, plain: human, zkcli: human };

/** Lines longer than this are hard to read, however wide the terminal. */
const WIDTH_MAX = 100;

function overview(commands: readonly CommandSpec[], options: RenderOptions): string {
  const paint = paintFor(options);
  const nameWidth = commands.reduce((most, { name }) => Math.max(most, name.length), 0);
  const sections = (Object.keys(GROUP_TITLES) as CommandGroup[]).flatMap((group) => {
    const terms = commands.filter((spec) => spec.group === group).map(({ name, summary }) => [name, summary] as const);
    return terms.length === 0 ? [] : [section(GROUP_TITLES[group], terms, { ...options, nameWidth })];
  });
  const foot = 'help VERB, or VERB --help, tells more of one.';
  return `${sections.join('\n')}\n${paint.faint(foot)}\n`;
}

function page(spec: CommandSpec, options: RenderOptions): string {
  const paint = paintFor(options);
  const aliases = spec.aliases ?? [];
  const parts = [
    wrap(`${paint.heading(spec.name)}: ${spec.summary}`, '', options) +
      hanging(`${paint.faint('Usage:')} `, usageLine(spec), options, 'Usage: '.length) +
      (aliases.length > 0 ? `${paint.faint('Also:')}  ${aliases.join(', ')}\n` : ''),
  ];
  if (spec.description !== undefined) {
    parts.push(...spec.description.split('\n').map((paragraph) => wrap(paragraph, '', options)));
  }
  const described = spec.args.map((arg) => [argTerm(arg), arg.summary] as const);
  const terms = Object.values(spec.options).map((option) => [optionTerm(option), optionMeaning(option)] as const);
  const nameWidth = [...described, ...terms].reduce((most, [term]) => Math.max(most, term.length), 0);
  parts.push(
    ...(described.length > 0 ? [section('Arguments', described, { ...options, nameWidth })] : []),
    ...(terms.length > 0 ? [section('Options', terms, { ...options, nameWidth })] : []),
    ...(spec.examples.length > 0 ? [examples(spec, options, paint)] : []),
  );
  const differences = spec.zkCliDifferences ?? [];
  if (differences.length > 0) {
    const lines = differences.map((difference) => hanging('  - ', difference, options)).join('');
    parts.push(`${paint.heading('Different from zkCli.sh')}\n${lines}`);
  }
  return parts.join('\n');
}

function optionMeaning({ summary, value, conflicts, repeatable }: Option): string {
  const more = [
    ...(value?.choices === undefined ? [] : [value.choices.join(', ')]),
    ...(repeatable === true ? ['may be given several times'] : []),
    ...(conflicts === undefined ? [] : [`not with ${conflicts.map((long) => `--${long}`).join(', ')}`]),
  ];
  return more.length === 0 ? summary : `${summary} (${more.join('; ')})`;
}

function examples(spec: CommandSpec, options: RenderOptions, paint: Paint): string {
  const lines = spec.examples.map(
    ({ line, summary }) => `  ${paint.word(line)}\n${wrap(paint.faint(summary), '      ', options)}`,
  );
  return `${paint.heading('Examples')}\n${lines.join('')}`;
}

interface SectionOptions extends RenderOptions {
  readonly nameWidth: number;
}

/** Terms in a column and their meanings beside it; below it where it is narrow. */
function section(title: string, terms: readonly (readonly [string, string])[], options: SectionOptions): string {
  const paint = paintFor(options);
  const { nameWidth } = options;
  const beside = nameWidth + 4 <= Math.min(options.width, WIDTH_MAX) / 2;
  const lines = terms.map(([term, meaning]) =>
    beside
      ? hanging(`  ${paint.word(term)}${' '.repeat(nameWidth - term.length + 2)}`, meaning, options, nameWidth + 4)
      : `  ${paint.word(term)}\n${wrap(meaning, '      ', options)}`,
  );
  return `${paint.heading(title)}\n${lines.join('')}`;
}

/** `head` on the first line, the text's other lines below its beginning. */
function hanging(head: string, text: string, options: RenderOptions, indent = head.length): string {
  const lines = wrap(text, ' '.repeat(indent), options);
  return head + lines.slice(indent);
}

function wrap(text: string, indent: string, { width }: RenderOptions): string {
  const columns = Math.max(20, Math.min(width, WIDTH_MAX) - indent.length);
  return wrapAnsi(text, columns)
    .split('\n')
    .map((line) => `${indent}${line}\n`)
    .join('');
}
