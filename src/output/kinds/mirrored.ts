/** One line of a mirror: what was done to a znode of the copy, that both are in step, or that something may have been missed. */
import type { MirroredResult } from '../../commands/results.js';
import { escapeName, visibleName } from '../escape.js';
import type { Form, KindForms } from '../forms.js';
import { type Paint, paintFor } from '../paint.js';
import { isoTime, localTime } from '../time.js';

const human: Form<MirroredResult> = ({ time, event, path, reason }, options) => {
  const paint = paintFor(options);
  const parts = [
    paint.faint(localTime(time).slice('2026-11-22 '.length)),
    paint[BRUSHES[event]](WORDS[event].padEnd(7)),
  ];
  if (path !== null) {
    parts.push(visibleName(path));
  }
  if (reason !== undefined) {
    parts.push(paint.faint(visibleName(reason)));
  }
  return `${parts.join('  ').trimEnd()}\n`;
};

const WORDS: Readonly<Record<MirroredResult['event'], string>> = {
  created: 'created',
  changed: 'changed',
  acl: 'acl',
  deleted: 'deleted',
  inStep: 'in step',
  gap: 'gap',
};

const BRUSHES: Readonly<Record<MirroredResult['event'], keyof Paint>> = {
  created: 'good',
  changed: 'warning',
  acl: 'warning',
  deleted: 'bad',
  inStep: 'good',
  gap: 'warning',
};

/** `time<TAB>event<TAB>path`, `-` where it is not about a znode. */
const plain: Form<MirroredResult> = ({ time, event, path }, { terminal }) => {
  const name = path === null ? '-' : terminal ? visibleName(path) : escapeName(path);
  return `${isoTime(time)}\t${event}\t${name}\n`;
};

export const mirrored: KindForms<MirroredResult> = { human, plain, zkcli: human };
