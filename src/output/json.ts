/**
 * Every kind as JSON: one object a line. Knows bytes, stats and zxids, not verbs. Field names are the contract's; known
 * ones never change meaning.
 */
import type {
  ChangeResult,
  DifferenceResult,
  DifferenceSide,
  MatchesResult,
  Result,
  SummaryResult,
  ValueResult,
  ZnodeMatches,
} from '../commands/results.js';
import { usageLine } from '../commands/usage.js';
import { type AclEntry, formatPermissions } from '../protocol/acl.js';
import { formatZxid } from '../protocol/ids.js';
import { STAT_FIELDS, type Stat } from '../protocol/stat.js';
import { escapeInJson } from '../protocol/terminal-controls.js';
import { decodeUtf8 } from './escape.js';
import { connectStringOf } from './kinds/config.js';
import { patchText } from './kinds/difference.js';
import { pathsOfListing } from './kinds/listing.js';
import { isoTime } from './time.js';

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
type JsonObject = { readonly [key: string]: Json };

/** One line for each object; none for kinds that are for people only. */
export function renderJson(result: Result): string {
  return objectsOf(result).map(jsonLine).join('');
}

/** Characters that are legal in JSON and drive a terminal are escaped too; readers see no difference. */
export function jsonLine(object: JsonObject): string {
  return `${escapeInJson(JSON.stringify(object))}\n`;
}

function objectsOf(result: Result): JsonObject[] {
  switch (result.kind) {
    case 'children':
      return result.rows.map(({ path, stat }) => (result.withStat ? { path, stat: statJson(stat) } : { path }));
    case 'listing':
      return pathsOfListing(result).map((path) => ({ path }));
    case 'count':
      return result.counts.map(({ depth, count }) => ({
        path: result.path,
        ...(depth === null ? {} : { depth }),
        count,
      }));
    case 'drawing':
      return result.rows.map(({ path, lasts, childrenCount, dataLength }) => ({
        path,
        depth: lasts.length,
        ...(result.shows.count ? { children: childrenCount } : {}),
        ...(result.shows.size ? { bytes: dataLength } : {}),
      }));
    case 'value':
      return [{ path: result.path, ...valueJson(result), stat: statJson(result.stat) }];
    case 'stat':
    case 'created':
    case 'changed':
      return [{ path: result.path, stat: statJson(result.stat) }];
    case 'exists':
      return [
        result.stat === null
          ? { path: result.path, exists: false }
          : { path: result.path, exists: true, stat: statJson(result.stat) },
      ];
    case 'acl':
      return [
        {
          path: result.path,
          acl: aclJson(result.acl),
          stat: statJson(result.stat),
        },
      ];
    case 'identity':
      return result.identities.map(({ scheme, id }) => ({ scheme, id }));
    case 'watchEvent':
      return [
        {
          time: isoTime(result.time),
          event: result.event,
          path: result.path,
          zxid: result.zxid === null ? null : formatZxid(result.zxid),
          ...(result.caughtUp === true ? { caughtUp: true } : {}),
          ...(result.reason === undefined ? {} : { reason: result.reason }),
          ...(result.data === undefined ? {} : dataJson(result.data)),
          ...(result.stat === undefined ? {} : { stat: statJson(result.stat) }),
        },
      ];
    case 'connection':
      return [
        {
          state: result.state,
          server: result.server === null ? null : `${result.server.host}:${result.server.port}`,
          chroot: result.chroot,
          sessionId: formatZxid(result.sessionId),
          sessionTimeoutMs: result.sessionTimeoutMs,
        },
      ];
    case 'deleted':
    case 'paths':
      return result.paths.map((path) => ({ path }));
    case 'quota':
      return [
        { path: result.path, limits: { ...result.limits }, used: result.used === null ? null : { ...result.used } },
      ];
    case 'config':
      return [
        {
          version: result.version === null ? null : result.version.toString(16),
          servers: result.servers.map((server) => ({ ...server })),
          text: result.text,
          ...(result.shows.connectString ? { connectString: connectStringOf(result) } : {}),
          ...(result.shows.stat ? { stat: statJson(result.stat) } : {}),
        },
      ];
    case 'operation':
      return [
        {
          index: result.index,
          op: result.op,
          path: result.path,
          result: result.result,
          ...(result.stat === null ? {} : { stat: statJson(result.stat) }),
        },
      ];
    case 'watches':
      return result.watches.map(({ path, kind, watchersCount }) => ({ path, kind, watchers: watchersCount }));
    case 'history':
      return result.entries.map(({ index, line }) => ({ index, line }));
    case 'difference':
      return [differenceJson(result)];
    case 'planned':
      return [{ planned: result.action, path: result.path }];
    case 'mirrored':
      return [
        {
          time: isoTime(result.time),
          event: result.event,
          path: result.path,
          ...(result.reason === undefined ? {} : { reason: result.reason }),
        },
      ];
    case 'change':
      return [changeJson(result)];
    case 'done':
    case 'text':
      return [result.fields];
    case 'help':
      return (result.command === null ? result.commands : [result.command]).map((spec) => ({
        name: spec.name,
        aliases: spec.aliases ?? [],
        group: spec.group,
        summary: spec.summary,
        usage: usageLine(spec),
      }));
    case 'matches':
      return result.znodes.flatMap((znode) => matchesJson(znode, result.shows));
    case 'usage':
      return result.rows.map(({ path, bytes, znodesCount, ownBytes, childrenCount, unreadCount }) => ({
        path,
        bytes,
        znodes: znodesCount,
        ownBytes,
        children: childrenCount,
        ...(unreadCount === 0 ? {} : { unread: unreadCount }),
      }));
    case 'summary':
      return [{ summary: summaryJson(result) }];
    case 'message':
    case 'bytes':
    case 'progress':
    case 'failure':
    case 'ended':
      return [];
  }
}

function matchesJson(znode: ZnodeMatches, shows: MatchesResult['shows']): JsonObject[] {
  const { path, linesCount, isBinary, dump, lines, encoding } = znode;
  if (shows === 'paths' || shows === 'names') {
    return [{ path }];
  }
  if (shows === 'counts') {
    return [{ path, count: linesCount }];
  }
  if (dump !== undefined) {
    return dump.map(({ offset, bytes }) => ({ path, offset, hex: bytes.toString('hex') }));
  }
  if (isBinary) {
    return [{ path, binary: true }];
  }
  return lines.map(({ number, text, isContext, spans }) => ({
    path,
    line: number,
    ...(encoding === 'utf8'
      ? { text, encoding }
      : { text: Buffer.from(text, 'latin1').toString('base64'), encoding: 'base64' }),
    ...(isContext ? { context: true } : {}),
    ...(encoding === 'utf8' && !isContext ? { matches: spans.map(([from, to]) => text.slice(from, to)) } : {}),
  }));
}

function summaryJson({ did, znodesCount, bytes, elapsedMs, skipped, failuresCount }: SummaryResult): JsonObject {
  const reasons = Object.fromEntries(skipped.map(({ reason, count }) => [reason, count]));
  return {
    did,
    znodes: znodesCount,
    bytes,
    elapsedMs: Math.round(elapsedMs),
    skipped: reasons,
    failures: failuresCount,
  };
}

function statJson(stat: Stat | null): JsonObject | null {
  return stat === null ? null : Object.fromEntries(STAT_FIELDS.map((field) => [field, statField(stat, field)]));
}

/** zxids and the owner as `"0x…"`, times in ISO 8601, the rest numbers. */
function statField(stat: Stat, field: keyof Stat): string | number {
  const value = stat[field];
  if (typeof value === 'bigint') {
    return formatZxid(value);
  }
  return field === 'ctime' || field === 'mtime' ? isoTime(value) : value;
}

/** As base64 where that was asked for; a hex dump is for eyes. */
function valueJson({ data, encoding }: ValueResult): JsonObject {
  return data === null || encoding !== 'base64' ? dataJson(data) : { data: data.toString('base64'), encoding };
}

function changeJson({ change }: ChangeResult): JsonObject {
  const { path } = change;
  const before = (data: Buffer | null): JsonObject => ({ from: dataJson(data) });
  switch (change.change) {
    case 'create':
      return {
        change: change.change,
        path,
        kind: change.kind,
        ...(change.ttlMs === null ? {} : { ttl: change.ttlMs }),
        ...dataJson(change.data),
        ...(change.acl === undefined ? {} : { acl: aclJson(change.acl) }),
      };
    case 'setData':
      return { change: change.change, path, version: change.version, ...before(change.from), ...dataJson(change.data) };
    case 'setAcl':
      return {
        change: change.change,
        path,
        aversion: change.aversion,
        from: aclJson(change.from),
        acl: aclJson(change.acl),
      };
    case 'delete':
      return { change: change.change, path, version: change.version, ...before(change.from) };
  }
}

function aclJson(acl: readonly AclEntry[]): Json {
  return acl.map(({ scheme, id, perms }) => ({ scheme, id, perms: formatPermissions(perms) }));
}

/** null data has no encoding; bytes that are no UTF-8 come as base64. */
function dataJson(data: Buffer | null): JsonObject {
  if (data === null) {
    return { data: null, encoding: null };
  }
  const text = decodeUtf8(data);
  return text === null ? { data: data.toString('base64'), encoding: 'base64' } : { data: text, encoding: 'utf8' };
}

function differenceJson(result: DifferenceResult): JsonObject {
  const { what, left, right, server, fields, detail } = result;
  const side = (each: DifferenceSide | null): JsonObject | null => {
    if (each === null) {
      return null;
    }
    const { data, acl, kind, stat } = each.record;
    return {
      path: each.place,
      ...(what === 'data' && detail !== 'none' ? dataJson(data) : {}),
      ...(what === 'acl' ? { acl: aclJson(acl ?? []) } : {}),
      ...(what === 'kind' ? { kind } : {}),
      ...(what === 'stat' && stat !== null
        ? Object.fromEntries(fields.map((field) => [field, statField(stat, field)]))
        : {}),
    };
  };
  const patch = detail === 'always' ? patchText(result) : null;
  return {
    difference: what,
    path: left?.place ?? right?.place ?? '',
    ...(server === null ? {} : { server }),
    left: side(left),
    right: side(right),
    ...(patch === null ? {} : { patch }),
  };
}
