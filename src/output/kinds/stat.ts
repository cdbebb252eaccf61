/** A stat: for people, as `field<TAB>value`, and under zkCli.sh's labels. */
import type { StatResult } from '../../commands/results.js';
import { formatSessionId, formatZxid } from '../../protocol/ids.js';
import { STAT_FIELDS, type Stat } from '../../protocol/stat.js';
import { visibleName } from '../escape.js';
import type { KindForms, RenderOptions } from '../forms.js';
import { paintFor } from '../paint.js';
import { howLongAgo, isoTime, javaDate, localTime } from '../time.js';

export const stat: KindForms<StatResult> = {
  human: (result, options) =>
    `${paintFor(options).heading(visibleName(result.path))}\n${statForPeople(result.stat, options)}`,
  plain: (result) => statLines(result.stat),
  zkcli: (result) => zkCliStat(result.stat),
};

/** Eleven lines, in the order of the contract. */
export function statLines(stat: Stat): string {
  return STAT_FIELDS.map((field) => `${field}\t${statValue(stat, field)}\n`).join('');
}

/** The eleven values as columns of one line. */
export function statColumns(stat: Stat): string {
  // Written out: a listing of a subtree has a million of these.
  const { czxid, mzxid, pzxid, ctime, mtime, version, cversion, aversion, ephemeralOwner } = stat;
  const zxids = `${formatZxid(czxid)}\t${formatZxid(mzxid)}\t${formatZxid(pzxid)}`;
  const created = isoTime(ctime);
  const times = `${created}\t${ctime === mtime ? created : isoTime(mtime)}`;
  const versions = `${version}\t${cversion}\t${aversion}`;
  const owner = ephemeralOwner === 0n ? '0x0' : formatZxid(ephemeralOwner);
  return `${zxids}\t${times}\t${versions}\t${owner}\t${stat.dataLength}\t${stat.numChildren}`;
}

/** zxids and the owner in hex, times ISO 8601 UTC. */
function statValue(stat: Stat, field: keyof Stat): string {
  const value = stat[field];
  if (typeof value === 'bigint') {
    return formatZxid(value);
  }
  return field === 'ctime' || field === 'mtime' ? isoTime(value) : String(value);
}

/** Values that a person reads, each with what it means; the meaning goes to a line of its own where it is narrow. */
export function statForPeople(stat: Stat, options: RenderOptions): string {
  const paint = paintFor(options);
  return STAT_FIELDS.map((field) => {
    const [value, meaning] = valueForPeople(stat, field, options.nowMs);
    const line = `  ${paint.faint(field.padEnd(LABEL_WIDTH))}${value}`;
    if (meaning === '') {
      return `${line}\n`;
    }
    const fits = 2 + LABEL_WIDTH + value.length + 2 + meaning.length <= options.width;
    return fits ? `${line}  ${paint.faint(meaning)}\n` : `${line}\n    ${paint.faint(meaning)}\n`;
  }).join('');
}

const LABEL_WIDTH = 'ephemeralOwner'.length + 2;

function valueForPeople(stat: Stat, field: keyof Stat, nowMs: number): readonly [value: string, meaning: string] {
  switch (field) {
    case 'czxid':
    case 'mzxid':
    case 'pzxid':
      return [formatZxid(stat[field]), zxidMeaning(stat[field])];
    case 'ctime':
    case 'mtime':
      return [localTime(stat[field]), howLongAgo(stat[field], nowMs)];
    case 'ephemeralOwner':
      return stat.ephemeralOwner === 0n
        ? ['0x0', 'not ephemeral']
        : [formatSessionId(stat.ephemeralOwner), 'ephemeral: gone with this session'];
    case 'dataLength':
      return [String(stat.dataLength), stat.dataLength < 1024 ? '' : formatBytes(stat.dataLength)];
    default:
      return [String(stat[field]), ''];
  }
}

/** A zxid counts from 1 in each epoch, and the epoch is the leader's. */
function zxidMeaning(zxid: bigint): string {
  const unsigned = BigInt.asUintN(64, zxid);
  return `epoch ${unsigned >> 32n}, counter ${unsigned & 0xffff_ffffn}`;
}

/** `12 B`, `1.2 KiB`, `3.4 MiB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) {
    return `${bytes} B`;
  }
  const inKiB = bytes / 1024;
  return inKiB < 1024 ? `${inKiB.toFixed(1)} KiB` : `${(inKiB / 1024).toFixed(1)} MiB`;
}

/** ZooKeeperMain's own order and labels. */
export function zkCliStat(stat: Stat): string {
  return [
    `cZxid = ${formatZxid(stat.czxid)}`,
    `ctime = ${javaDate(stat.ctime)}`,
    `mZxid = ${formatZxid(stat.mzxid)}`,
    `mtime = ${javaDate(stat.mtime)}`,
    `pZxid = ${formatZxid(stat.pzxid)}`,
    `cversion = ${stat.cversion}`,
    `dataVersion = ${stat.version}`,
    `aclVersion = ${stat.aversion}`,
    `ephemeralOwner = ${formatZxid(stat.ephemeralOwner)}`,
    `dataLength = ${stat.dataLength}`,
    `numChildren = ${stat.numChildren}`,
    '',
  ].join('\n');
}
