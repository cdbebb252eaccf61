/** A subtree: drawn for people, a path a line elsewhere. */
import type { DrawingResult } from '../../commands/results.js';
import { nameOf } from '../../protocol/path.js';
import { escapeName, visibleName } from '../escape.js';
import type { Form, KindForms } from '../forms.js';
import { amount } from '../numbers.js';
import { type Paint, paintFor } from '../paint.js';
import { formatBytes } from './stat.js';

type Row = DrawingResult['rows'][number];

const plain: Form<DrawingResult> = ({ rows, shows }, { terminal }) =>
  rows
    .map(({ path, childrenCount, dataLength }) => {
      const columns = [
        terminal ? visibleName(path) : escapeName(path),
        ...(shows.count ? [childrenCount ?? '-'] : []),
        ...(shows.size ? [dataLength ?? '-'] : []),
      ];
      return `${columns.join('\t')}\n`;
    })
    .join('');

const human: Form<DrawingResult> = ({ rows, shows }, options) => {
  const paint = paintFor(options);
  const lines = linesFor(options.width);
  return rows.map((row) => `${branchesOf(row, lines, paint)}${nameFor(row)}${notesOf(row, shows, paint)}\n`).join('');
};

export const drawing: KindForms<DrawingResult> = { human, plain, zkcli: plain };

/** What leads from an ancestor to those below it: past it, and to the znode itself. */
interface Lines {
  readonly past: string;
  readonly nothing: string;
  readonly child: string;
  readonly lastChild: string;
}

const WIDE: Lines = { past: '│   ', nothing: '    ', child: '├── ', lastChild: '└── ' };
const NARROW: Lines = { past: '│ ', nothing: '  ', child: '├ ', lastChild: '└ ' };
/** Below this every column counts. */
const NARROW_WIDTH = 60;

function linesFor(width: number): Lines {
  return width < NARROW_WIDTH ? NARROW : WIDE;
}

function branchesOf({ lasts }: Row, lines: Lines, paint: Paint): string {
  if (lasts.length === 0) {
    return '';
  }
  const above = lasts.slice(0, -1).map((isLast) => (isLast ? lines.nothing : lines.past));
  return paint.faint(`${above.join('')}${lasts.at(-1) === true ? lines.lastChild : lines.child}`);
}

function nameFor({ path, lasts }: Row): string {
  return visibleName(lasts.length === 0 ? path : nameOf(path));
}

function notesOf({ childrenCount, dataLength, refusal }: Row, shows: DrawingResult['shows'], paint: Paint): string {
  if (refusal !== null) {
    return `  ${paint.warning('may not be read')}`;
  }
  const notes = [
    ...(shows.count && childrenCount !== null && childrenCount > 0
      ? [`${amount(childrenCount)} ${childrenCount === 1 ? 'child' : 'children'}`]
      : []),
    ...(shows.size && dataLength !== null && dataLength > 0 ? [formatBytes(dataLength)] : []),
  ];
  return notes.length === 0 ? '' : `  ${paint.faint(notes.join(', '))}`;
}
