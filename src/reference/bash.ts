/** completions/zksh.bash: the model as bash's tables; what they are used for is in templates/zksh.bash. */
import {
  argumentWords,
  type CompletionModel,
  type CompletionVerb,
  flagLines,
  foldVerb,
  offeredAliases,
} from './completion-model.js';
import { fillTemplate, indent, NOTICE } from './template.js';

export function bashScript(model: CompletionModel): string {
  return fillTemplate('zksh.bash', {
    NOTICE: `# ${NOTICE}`,
    VERBS: model.verbs
      .map((verb) => `${foldVerb(verb.name)}|${verb.name}|${verb.summary}`)
      .map(inQuotes)
      .join('\n'),
    ALIASES: model.verbs.flatMap(aliasLines).map(inQuotes).join('\n'),
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
  return offeredAliases(verb).map((alias) => `${foldVerb(alias)}|${alias}|${name}: ${summary}`);
}

function nameLine({ name, aliases }: CompletionVerb): string {
  return `${[name, ...aliases].map(foldVerb).join(' | ')}) verb=${name} ;;`;
}

function takes(name: string, options: readonly string[], args: readonly string[]): string {
  return [
    `    ${name})`,
    ...(options.length === 0 ? [] : [`      options='${options.map(inQuotes).join('\n')}\n'`]),
    ...(args.length === 0 ? [] : [`      arguments='${args.join(' ')}'`]),
    '      ;;',
  ].join('\n');
}

/** For the inside of `'…'`. */
function inQuotes(text: string): string {
  return text.replaceAll("'", "'\\''");
}
