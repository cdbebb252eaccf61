/** Spans to styled text. Without colour the text itself. */
import { Chalk } from 'chalk';
import type { Span, SpanStyle } from './frame.js';

export type Palette = (span: Span) => string;

export function createPalette(color: boolean): Palette {
  const chalk = new Chalk({ level: color ? 1 : 0 });
  const brushes: Readonly<Record<SpanStyle, (text: string) => string>> = {
    plain: (text) => text,
    server: chalk.cyan,
    state: chalk.yellow,
    trouble: chalk.red,
    cwd: chalk.bold,
    dim: chalk.dim,
    selected: chalk.inverse,
  };
  return ({ text, style }) => brushes[style](text);
}
