/** What zkCli.sh prints, as text: stats, hex dumps, lists, WATCHER blocks. Follows StatPrinter and PrettyHexDump (Netty). */
import { javaDate } from '../output/time.js';
import type { WatchEventType } from '../protocol/events.js';
import type { Stat } from '../protocol/stat.js';

/** Eleven lines. `zone` is the user's name of the time zone. */
export function statLines(stat: Stat, zone?: string): string {
  return `${[
    `cZxid = ${hex(stat.czxid)}`,
    `ctime = ${javaDate(stat.ctime, zone)}`,
    `mZxid = ${hex(stat.mzxid)}`,
    `mtime = ${javaDate(stat.mtime, zone)}`,
    `pZxid = ${hex(stat.pzxid)}`,
    `cversion = ${stat.cversion}`,
    `dataVersion = ${stat.version}`,
    `aclVersion = ${stat.aversion}`,
    `ephemeralOwner = ${hex(stat.ephemeralOwner)}`,
    `dataLength = ${stat.dataLength}`,
    `numChildren = ${stat.numChildren}`,
  ].join('\n')}\n`;
}

function hex(value: bigint): string {
  return `0x${BigInt.asUintN(64, value).toString(16)}`;
}

/** `[a, b]`. */
export function listOf(names: readonly string[]): string {
  return `[${names.join(', ')}]`;
}

const RULE = '+-------------------------------------------------+';
const ROW_BYTES = 16;

/** Without the newline at the end; nothing for no bytes. */
export function hexDump(bytes: Buffer): string {
  if (bytes.length === 0) {
    return '';
  }
  const rows: string[] = [];
  for (let at = 0; at < bytes.length; at += ROW_BYTES) {
    rows.push(hexRow(bytes.subarray(at, at + ROW_BYTES), at));
  }
  const head = `         ${RULE}\n         |  0  1  2  3  4  5  6  7  8  9  a  b  c  d  e  f |\n+--------${RULE}----------------+`;
  return `${[head, ...rows].join('\n')}\n+--------${RULE}----------------+`;
}

function hexRow(bytes: Buffer, offset: number): string {
  const numbers = [...bytes].map((byte) => ` ${byte.toString(16).padStart(2, '0')}`).join('');
  const text = [...bytes].map((byte) => (byte > 0x1f && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
  return `|${offset.toString(16).padStart(8, '0')}|${numbers.padEnd(3 * ROW_BYTES)} |${text.padEnd(ROW_BYTES)}|`;
}

/** Watcher.Event.KeeperState. */
export type KeeperState = 'SyncConnected' | 'ConnectedReadOnly' | 'Disconnected' | 'Expired' | 'AuthFailed' | 'Closed';

export function stateBlock(state: KeeperState): string {
  return watcherBlock(state, 'None', null, null);
}

/** Watcher.Event.EventType of a znode's event. */
const EVENT_NAMES: Readonly<Record<WatchEventType, string>> = {
  created: 'NodeCreated',
  deleted: 'NodeDeleted',
  changed: 'NodeDataChanged',
  children: 'NodeChildrenChanged',
};

export function znodeBlock(type: WatchEventType, path: string, zxid: bigint | null): string {
  return watcherBlock('SyncConnected', EVENT_NAMES[type], path, zxid);
}

export type RemovedWatch = 'ChildWatchRemoved' | 'DataWatchRemoved' | 'PersistentWatchRemoved';

export function removedBlock(type: RemovedWatch, path: string): string {
  return watcherBlock('SyncConnected', type, path, null);
}

function watcherBlock(state: KeeperState, type: string, path: string | null, zxid: bigint | null): string {
  return `\nWATCHER::\n\nWatchedEvent state:${state} type:${type} path:${path} zxid: ${zxid ?? -1}\n`;
}
