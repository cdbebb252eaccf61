/** completions/zksh.fish: the model as fish's tables; what they are used for is in templates/zksh.fish. */
import {
  argumentWords,
  type CompletionModel,
  type CompletionVerb,
  flagLines,
  foldVerb,
  offeredAliases,
} from './completion-model.js';
import { fillTemplate, indent, NOTICE } from './template.js';

export function fishScript(model: CompletionModel): string {
  return fillTemplate('zksh.fish', {
    NOTICE: `# ${NOTICE}`,
    VERBS: words(
      12,
      model.verbs.map(({ name, summary }) => `${name}|${summary}`),
    ),
    ALIASES: words(16, model.verbs.flatMap(aliasLines)),
    NAMES: model.verbs.map((verb) => switchCase([verb.name, ...verb.aliases].map(foldVerb), [verb.name])).join('\n'),
    OPTIONS: [
      switchCase([''], flagLines(model.globalOptions)),
      switchCase(['--'], flagLines(model.startOptions)),
      ...model.verbs.map((verb) => switchCase([verb.name], flagLines(verb.options))),
    ]
      .filter((text) => text !== '')
      .join('\n'),
    ARGUMENTS: model.verbs
      .map((verb) => switchCase([verb.name], argumentWords(verb)))
      .filter((text) => text !== '')
      .join('\n'),
  });
}

function aliasLines(verb: CompletionVerb): string[] {
  const { name, summary } = verb;
  return offeredAliases(verb).map((alias) => `${alias}|${name}: ${summary}`);
}

/** The words of one command, a line each. */
function words(columns: number, texts: readonly string[]): string {
  return texts.map(quoted).join(` \\\n${' '.repeat(columns)}`);
}

/** A case that prints `lines`; nothing where there are none. */
function switchCase(names: readonly string[], lines: readonly string[]): string {
  return lines.length === 0
    ? ''
    : indent(8, [`case ${names.map(quoted).join(' ')}`, `    printf '%s\\n' ${words(16, lines)}`]);
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
