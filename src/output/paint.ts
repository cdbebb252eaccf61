/** Colours of human output, by what they mean. Without colour every brush is the text itself. */
import { Chalk } from 'chalk';
import type { RenderOptions } from './forms.js';

export interface Paint {
  /** What a listing is about. */
  heading(text: string): string;
  /** Names of fields, parents of paths, notes. */
  faint(text: string): string;
  good(text: string): string;
  warning(text: string): string;
  bad(text: string): string;
  /** Options, verbs. */
  word(text: string): string;
}

const PAINTS: Readonly<Record<'on' | 'off', Paint>> = { on: paintWith(1), off: paintWith(0) };

export function paintFor({ color }: Pick<RenderOptions, 'color'>): Paint {
  return color ? PAINTS.on : PAINTS.off;
}

function paintWith(level: 0 | 1): Paint {
  const chalk = new Chalk({ level });
  return {
    heading: chalk.bold,
    faint: chalk.dim,
    good: chalk.green,
    warning: chalk.yellow,
    bad: chalk.red,
    word: chalk.cyan,
  };
}
