/** One change of a plan: create, setData, setAcl or delete, with what was there and what will be. */
import type { ChangeResult } from '../../commands/results.js';
import { formatAclEntry } from '../../protocol/acl.js';
import { decodeUtf8, escapeName, visibleData, visibleName } from '../escape.js';
import type { Form, KindForms } from '../forms.js';
import { paintFor } from '../paint.js';

/** Longer data, or data of several lines, are told by their size. */
const SHOWN_CHARS_MAX = 40;

const human: Form<ChangeResult> = ({ change }, options) => {
  const paint = paintFor(options);
  const path = visibleName(change.path);
  switch (change.change) {
    case 'create': {
      const kind = change.kind === 'persistent' ? '' : `${change.kind}  `;
      return `  ${paint.good('+')} ${path}  ${paint.faint(`${kind}${shownData(change.data)}`)}\n`;
    }
    case 'setData':
      return `  ${paint.warning('~')} ${path}  ${paint.faint(`${shownData(change.from)} → ${shownData(change.data)}`)}\n`;
    case 'setAcl': {
      const [from, to] = [change.from, change.acl].map((acl) => visibleName(acl.map(formatAclEntry).join(',')));
      return `  ${paint.warning('~')} ${path}  ${paint.faint(`acl ${from} → ${to}`)}\n`;
    }
    case 'delete':
      return `  ${paint.bad('-')} ${path}  ${paint.faint(shownData(change.from))}\n`;
  }
};

function shownData(data: Buffer | null): string {
  if (data === null) {
    return 'no data';
  }
  const text = decodeUtf8(data);
  return text === null || text.includes('\n') || text.length > SHOWN_CHARS_MAX
    ? `${data.length} bytes`
    : `'${visibleData(data)}'`;
}

export const change: KindForms<ChangeResult> = {
  human,
  plain: ({ change: each }, { terminal }) =>
    `${each.change}\t${terminal ? visibleName(each.path) : escapeName(each.path)}\n`,
  zkcli: human,
};
