/** One event of a watch, or of the session below it, on one line. */
import type { WatchEventResult } from '../../commands/results.js';
import { formatZxid } from '../../protocol/ids.js';
import { escapeData, escapeName, visibleName, visibleText } from '../escape.js';
import type { Form, KindForms } from '../forms.js';
import { type Paint, paintFor } from '../paint.js';
import { isoTime, localTime } from '../time.js';

/** `time<TAB>event<TAB>path<TAB>zxid`, and the data where it was read; `-` for what there is not. */
const plain: Form<WatchEventResult> = (result, { terminal }) => {
  const { time, event, path, zxid, data } = result;
  const name = path === null ? '-' : terminal ? visibleName(path) : escapeName(path);
  const fields = [isoTime(time), event, name, zxid === null ? '-' : formatZxid(zxid)];
  if (data !== undefined) {
    const text = data === null ? '' : escapeData(data);
    fields.push(terminal ? visibleText(text) : text);
  }
  return `${fields.join('\t')}\n`;
};

const human: Form<WatchEventResult> = (result, options) => {
  const paint = paintFor(options);
  const brush = BRUSHES[result.event];
  const parts = [paint.faint(localTime(result.time).slice('2026-11-22 '.length)), paint[brush](result.event.padEnd(8))];
  if (result.path !== null) {
    parts.push(visibleName(result.path));
  }
  if (result.zxid !== null) {
    parts.push(paint.faint(formatZxid(result.zxid)));
  }
  if (result.caughtUp === true) {
    parts.push(paint.faint('(caught up)'));
  }
  if (result.reason !== undefined) {
    parts.push(paint.faint(visibleName(result.reason)));
  }
  if (result.data !== undefined) {
    parts.push(result.data === null ? paint.faint('(null)') : visibleText(escapeData(result.data)));
  }
  return `${parts.join('  ')}\n`;
};

const BRUSHES: Readonly<Record<WatchEventResult['event'], keyof Paint>> = {
  created: 'good',
  deleted: 'bad',
  changed: 'warning',
  children: 'word',
  connected: 'good',
  disconnected: 'bad',
  expired: 'bad',
  gap: 'warning',
};

/** The block that zkCli.sh's second thread prints. Its zxid is decimal. */
const zkcli: Form<WatchEventResult> = ({ event, path, zxid }, { terminal }) => {
  const [state, type] = ZKCLI[event];
  const name = path === null ? 'null' : terminal ? visibleName(path) : path;
  return type === ''
    ? ''
    : `\nWATCHER::\n\nWatchedEvent state:${state} type:${type} path:${name} zxid: ${zxid ?? -1}\n`;
};

/** zkCli.sh has no word for a gap. */
const ZKCLI: Readonly<Record<WatchEventResult['event'], readonly [state: string, type: string]>> = {
  created: ['SyncConnected', 'NodeCreated'],
  deleted: ['SyncConnected', 'NodeDeleted'],
  changed: ['SyncConnected', 'NodeDataChanged'],
  children: ['SyncConnected', 'NodeChildrenChanged'],
  connected: ['SyncConnected', 'None'],
  disconnected: ['Disconnected', 'None'],
  expired: ['Expired', 'None'],
  gap: ['', ''],
};

export const watchEvent: KindForms<WatchEventResult> = { human, plain, zkcli };
