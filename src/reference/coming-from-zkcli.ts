/** docs/coming-from-zkcli.md: what is different from zkCli.sh, verb by verb, from the specs; the prose around it is here. */
import type { CommandSpec } from '../commands/spec.js';
import { table } from './markdown.js';
import { NOTICE } from './template.js';

export function comingFromZkCli(commands: readonly CommandSpec[]): string {
  const known = commands.filter(({ zkCliDifferences }) => zkCliDifferences !== undefined);
  const rows = known.map(({ name, aliases = [], zkCliDifferences = [] }) => [
    [name, ...aliases].map((word) => `\`${word}\``).join(', '),
    zkCliDifferences.length === 0 ? 'the same' : zkCliDifferences.join(' '),
  ]);
  const added = commands.filter((spec) => !known.includes(spec)).map(({ name }) => `\`${name}\``);
  return [
    `<!-- ${NOTICE} -->`,
    '# Coming from zkCli.sh',
    '',
    ...PROSE,
    '',
    table(['Verb', 'What is different'], rows).trimEnd(),
    '',
    `Verbs that zkCli.sh does not have: ${added.join(', ')}.`,
    '',
  ].join('\n');
}

const PROSE = [
  'Every verb of zkCli.sh is there under its name, in any letter case. For all of them:',
  '',
  '- stdout has data and nothing else; messages are on stderr. `-o zkcli` prints what zkCli.sh prints.',
  '- Statuses tell failures apart (see the table in the README); a command that failed partly has one too.',
  '- A word too many, a version in the wrong place, `-v abc`, curly quotes, an illegal path or a malformed ACL is refused with the right spelling, before anything is sent.',
  "- No data (`--null`), empty data (`''`) and the word `null` are three things.",
  '- Blanks belong to data and paths where they are quoted; a backslash stays where quotes protect it; `!` means nothing.',
  '- Long options have two hyphens, durations a unit.',
  '- The session is closed at the end, and its ephemeral znodes go with it.',
];
