/** Numbers of znodes: alone, with their level, with the path where there are several. */
import type { CountResult } from '../../commands/results.js';
import { escapeName, visibleName } from '../escape.js';
import type { Form, KindForms } from '../forms.js';
import { amount } from '../numbers.js';
import { paintFor } from '../paint.js';

const plain: Form<CountResult> = ({ counts, path, isNamed }, { terminal }) => {
  const name = isNamed ? [terminal ? visibleName(path) : escapeName(path)] : [];
  return counts
    .map(({ depth, count }) => `${[...(depth === null ? [] : [depth]), count, ...name].join('\t')}\n`)
    .join('');
};

const human: Form<CountResult> = ({ counts, path, isNamed }, options) => {
  const paint = paintFor(options);
  const name = isNamed ? `  ${visibleName(path)}` : '';
  const isAlone = counts.length === 1 && !isNamed;
  return counts
    .map(({ depth, count }) => {
      const level = depth === null ? '' : `${paint.faint(`level ${String(depth).padStart(2)}`)}  `;
      return `${level}${isAlone ? amount(count) : amount(count).padStart(NUMBER_WIDTH)}${name}\n`;
    })
    .join('');
};

const NUMBER_WIDTH = 10;

export const count: KindForms<CountResult> = { human, plain, zkcli: plain };
