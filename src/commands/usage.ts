/** The usage line of a verb, made from its spec. Notation: `WORD` to be replaced, `[optional]`, `...` for several. */
import type { Arg, CommandSpec, Option } from './spec.js';

/** `create [-e] [-t DURATION] PATH [DATA]`: the verb, its options, its arguments. */
export function usageLine(spec: CommandSpec): string {
  const options = Object.values(spec.options);
  if (spec.isExpression === true || options.length > OPTIONS_SHOWN_MAX) {
    return [spec.name, ...spec.args.map(argUsage), '[OPTION...]'].join(' ');
  }
  // What takes the rest of the line stands at its end.
  const words = [
    ...options.filter(({ rest }) => rest !== true).map(optionUsage),
    ...spec.args.map(argUsage),
    ...options.filter(({ rest }) => rest === true).map(optionUsage),
  ];
  return [spec.name, ...words].join(' ');
}

/** More are no line any more; help lists them. */
const OPTIONS_SHOWN_MAX = 12;

/** `-s, --stat`, `    --timeout DURATION`: how help and man name an option. */
export function optionTerm({ short, long, value }: Option): string {
  const spelling = short === undefined ? `    --${long}` : `-${short}, --${long}`;
  return value === undefined ? spelling : `${spelling} ${value.name}`;
}

/** `PATH...`, without the brackets of what may be left out. */
export function argTerm({ name, variadic }: Arg): string {
  return `${name.toUpperCase()}${variadic === true ? '...' : ''}`;
}

function argUsage(arg: Arg): string {
  return arg.optional === true ? `[${argTerm(arg)}]` : argTerm(arg);
}

function optionUsage({ short, long, value, repeatable }: Option): string {
  const spelling = short === undefined ? `--${long}` : `-${short}`;
  const usage = value === undefined ? spelling : `${spelling} ${value.name}`;
  return `[${usage}]${repeatable === true ? '...' : ''}`;
}
