/** The page of `zksh --help`: the ways to call it, the options before the verb, all verbs. */

import { COMMANDS } from '../commands/registry.js';
import { optionTerm } from '../commands/usage.js';
import { render } from '../output/render.js';
import { GLOBAL_OPTIONS, type GlobalOption } from '../syntax/global-options.js';
import { colorOn, type Reporter } from './report.js';

const FORMS = [
  ['zksh [options]', 'the shell; commands from stdin where that is no terminal'],
  ['zksh [options] VERB [args]', 'one command'],
  ["zksh [options] -e 'CMD' [-e 'CMD']", 'commands in order, one session'],
  ['zksh [options] -f FILE', 'a script'],
] as const;

export function overview(reporter: Reporter): string {
  const { stdout } = reporter.io.streams;
  const verbs = render(
    { kind: 'help', command: null, commands: COMMANDS },
    {
      format: 'human',
      color: colorOn(stdout, reporter),
      width: stdout.columns || Number.POSITIVE_INFINITY,
      terminal: stdout.isTTY === true,
      nowMs: 0,
    },
  );
  const options = GLOBAL_OPTIONS.map((option) => [optionTerm(option), meaning(option)] as const);
  return ['Usage', columns(FORMS), 'Options', columns(options), String(verbs)].join('\n');
}

function meaning({ summary, environment, defaultText }: GlobalOption): string {
  const more = [
    ...(environment.length === 0 ? [] : [environment.join(', ')]),
    ...(defaultText === undefined ? [] : [`default: ${defaultText}`]),
  ];
  return more.length === 0 ? summary : `${summary} (${more.join('; ')})`;
}

function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([term]) => term.length));
  return rows.map(([term, text]) => `  ${term.padEnd(width)}  ${text}\n`).join('');
}
