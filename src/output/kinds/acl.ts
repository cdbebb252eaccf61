/** An ACL: an entry a line, as setAcl takes it back; for people with what the letters allow. */
import stringWidth from 'string-width';
import type { AclResult } from '../../commands/results.js';
import { type AclEntry, formatAclEntry, PERMISSIONS } from '../../protocol/acl.js';
import { visibleName, visibleText } from '../escape.js';
import type { Form, KindForms } from '../forms.js';
import { paintFor } from '../paint.js';
import { statForPeople, statLines, zkCliStat } from './stat.js';

const ALLOWS: Readonly<Record<keyof typeof PERMISSIONS, string>> = {
  c: 'create children',
  d: 'delete children',
  r: 'read',
  w: 'write',
  a: 'set this list',
};

const plain: Form<AclResult> = ({ acl: entries, stat, withStat }, { terminal }) => {
  const lines = entries.map((entry) => `${terminal ? visibleEntry(entry) : oneLine(formatAclEntry(entry))}\n`).join('');
  return withStat ? `${statLines(stat)}\n${lines}` : lines;
};

const human: Form<AclResult> = ({ acl: entries, stat, withStat }, options) => {
  const paint = paintFor(options);
  const texts = entries.map(visibleEntry);
  const width = texts.reduce((most, text) => Math.max(most, stringWidth(text)), 0);
  const lines = entries.map((entry, index) => {
    const text = texts[index] ?? '';
    const meaning = allowedBy(entry);
    const fits = width + 2 + meaning.length <= options.width;
    const gap = fits ? ' '.repeat(width - stringWidth(text) + 2) : '\n  ';
    return `${text}${meaning === '' ? '' : gap + paint.faint(meaning)}\n`;
  });
  return `${withStat ? `${statForPeople(stat, options)}\n` : ''}${lines.join('')}`;
};

/** Two lines an entry; bits without a letter are not shown, no bits leave a blank behind the colon. */
const zkcli: Form<AclResult> = ({ acl: entries, stat, withStat }, { terminal }) => {
  const lines = entries.map((entry) => `'${entry.scheme},'${entry.id}\n: ${lettersOf(entry).join('')}\n`).join('');
  return `${terminal ? visibleText(lines) : lines}${withStat ? zkCliStat(stat) : ''}`;
};

export const acl: KindForms<AclResult> = { human, plain, zkcli };

function visibleEntry(entry: AclEntry): string {
  return visibleText(oneLine(formatAclEntry(entry)));
}

/** Ids come from anywhere (x509, SASL); a control character in one must not end the line. Backslashes are already right. */
function oneLine(text: string): string {
  return text
    .split('\\')
    .map((part) => visibleName(part))
    .join('\\');
}

function allowedBy(entry: AclEntry): string {
  const letters = lettersOf(entry);
  return letters.length === Object.keys(PERMISSIONS).length
    ? 'everything'
    : letters.map((letter) => ALLOWS[letter]).join(', ');
}

function lettersOf({ perms }: AclEntry): (keyof typeof PERMISSIONS)[] {
  return (Object.keys(PERMISSIONS) as (keyof typeof PERMISSIONS)[]).filter(
    (letter) => (perms & PERMISSIONS[letter]) !== 0,
  );
}
