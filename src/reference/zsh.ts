/** completions/_zksh: the model as zsh's tables; what they are used for is in templates/zksh.zsh. */
import {
  argumentWords,
  type CompletionModel,
  type CompletionVerb,
  flagLines,
  foldVerb,
  offeredAliases,
} from './completion-model.js';
import { fillTemplate, indent, NOTICE } from './template.js';

export function zshScript(model: CompletionModel): string {
  return fillTemplate('zksh.zsh', {
    NOTICE: `# ${NOTICE}`,
    VERBS: indent(
      8,
      model.verbs.map(({ name, summary }) => described(name, summary)),
    ),
    ALIASES: indent(8, model.verbs.flatMap(aliasLines)),
    NAMES: indent(4, model.verbs.map(nameLine)),
    TAKES: [
      takes("''", flagLines(model.globalOptions), []),
      takes('--', flagLines(model.startOptions), []),
      ...model.verbs.map((verb) => takes(verb.name, flagLines(verb.options), argumentWords(verb))),
    ].join('\n'),
  });
}

function aliasLines(verb: CompletionVerb): string[] {
  const { name, summary } = verb;
  return offeredAliases(verb).map((alias) => described(alias, `${name}: ${summary}`));
}

/** As `_describe` takes it: a colon ends the word, unless behind a backslash. */
function described(name: string, summary: string): string {
  return quoted(`${name.replaceAll(':', '\\:')}:${summary}`);
}

function nameLine({ name, aliases }: CompletionVerb): string {
  return `(${[name, ...aliases].map(foldVerb).join('|')}) verb=${name} ;;`;
}

function takes(name: string, options: readonly string[], args: readonly string[]): string {
  return indent(4, [
    `(${name})`,
    ...(options.length === 0 ? [] : ['  flags=(', ...options.map((line) => `    ${quoted(line)}`), '  )']),
    ...(args.length === 0 ? [] : [`  arguments=(${args.map(quoted).join(' ')})`]),
    '  ;;',
  ]);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
