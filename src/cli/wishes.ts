/**
 * How a run wants its complaints, as far as that can be seen before its arguments are understood: a script that asked for
 * json gets json even where a mistake stands before `-o json`.
 */
import { OUTPUT_FORMATS, type OutputFormat } from '../commands/results.js';
import type { GlobalOptions } from '../syntax/global-options.js';
import { resolveOptionsLeniently } from '../syntax/resolve-options.js';

export type Environment = Readonly<Record<string, string | undefined>>;

export function optionsForComplaint(words: readonly string[], environment: Environment): GlobalOptions {
  const end = words.indexOf('--');
  const own = end < 0 ? words : words.slice(0, end);
  const options = resolveOptionsLeniently([], environment);
  return { ...options, output: formatIn(own) ?? options.output, debug: own.includes('--debug') };
}

/** `-o json`, `-ojson`, `--output json`, `--output=json`: the last one. */
function formatIn(words: readonly string[]): OutputFormat | null {
  const formats = words.flatMap((word, index) => {
    const inline = /^(?:-o|--output=)(.+)$/.exec(word)?.[1];
    const value = inline ?? (word === '-o' || word === '--output' ? words[index + 1] : undefined);
    return OUTPUT_FORMATS.filter((format) => format === value);
  });
  return formats.at(-1) ?? null;
}
