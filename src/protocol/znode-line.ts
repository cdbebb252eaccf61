/**
 * A znode as one line of JSON: what export writes, import and the sandbox's seeds read. Stable: unknown keys may appear
 * later, known ones never change meaning (docs/export-format.md). What is around the lines is znode-lines.ts.
 */
import { isUtf8 } from 'node:buffer';
import { type AclEntry, formatPermissions, parsePermissions } from './acl.js';
import { formatZxid, parseZxid } from './ids.js';
import { validatePath } from './path.js';
import type { Stat } from './stat.js';
import { escapeInJson } from './terminal-controls.js';

export type ZnodeKind = 'persistent' | 'ephemeral' | 'container' | 'ttl';

export interface ZnodeRecord {
  /** Absolute, as it was where it was read (below the chroot). */
  readonly path: string;
  readonly data: Buffer | null;
  /** null: not known; the parent's or world:anyone is taken. */
  readonly acl: readonly AclEntry[] | null;
  readonly kind: ZnodeKind;
  /** For kind ttl. */
  readonly ttlMs: number | null;
  readonly stat: Stat | null;
}

/** What is wrong with a line, as a clause. Whoever knows the file and the number of the line makes an error of it. */
export class LineFault extends Error {}

/**
 * The line, without its newline. `encoding` is left out for text, `kind` for persistent znodes, `acl` and `stat` where they
 * are not known.
 */
export function encodeZnode({ path, data, acl, kind, ttlMs, stat }: ZnodeRecord): string {
  let line = `{"path":${jsonText(path)}`;
  if (kind !== 'persistent') {
    line += `,"kind":"${kind}"`;
  }
  if (ttlMs !== null) {
    line += `,"ttl":${ttlMs}`;
  }
  line += data === null ? ',"data":null' : dataJson(data);
  if (acl !== null) {
    line += `,"acl":${aclJson(acl)}`;
  }
  if (stat !== null) {
    line += `,"stat":${statJson(stat)}`;
  }
  return `${line}}`;
}

/** @param isStrict keys that we do not know are mistakes of whoever wrote them, not of a later version */
export function decodeZnode(values: Readonly<Record<string, unknown>>, isStrict: boolean): ZnodeRecord {
  if (isStrict) {
    refuseUnknown(values);
  }
  const { path, kind = 'persistent', ttl = null, acl = null, stat = null } = values;
  const ttlMs = ttl === null ? null : wholeNumber(ttl, 'ttl', 1, TTL_MS_MAX);
  if (!isKind(kind)) {
    throw new LineFault(`kind: ${shown(kind)} is none of ${Object.keys(KINDS).join(', ')}`);
  }
  if ((kind === 'ttl') !== (ttlMs !== null)) {
    throw new LineFault(
      kind === 'ttl' ? 'ttl is missing: ms until an idle znode goes' : `ttl: a ${kind} znode has none`,
    );
  }
  return {
    path: decodePath(path),
    data: decodeData(values.data ?? null, values.encoding ?? null),
    acl: acl === null ? null : decodeAcl(acl),
    kind,
    ttlMs,
    stat: stat === null ? null : decodeStat(stat),
  };
}

/** Of a znode with that kind: EphemeralType.TTL.maxValue (3.9). */
const TTL_MS_MAX = 0xff_ffff_ffff;

const KINDS = { persistent: true, ephemeral: true, container: true, ttl: true } as const satisfies Record<
  ZnodeKind,
  true
>;

function isKind(value: unknown): value is ZnodeKind {
  return typeof value === 'string' && Object.hasOwn(KINDS, value);
}

const KEYS: ReadonlySet<string> = new Set(['path', 'kind', 'ttl', 'data', 'encoding', 'acl', 'stat']);

function refuseUnknown(values: object): void {
  for (const key of Object.keys(values)) {
    if (!KEYS.has(key)) {
      throw new LineFault(`${shown(key)} is no key of a znode (${[...KEYS].join(', ')})`);
    }
  }
}

/** ASCII without what JSON must escape and without DEL. */
const PLAIN_TEXT = /^[ !#-[\]-~]*$/;
/** Text that JSON.stringify leaves as it is where a terminal would not. */
const NEEDS_LOOK = /[^\u0000-\u007e]/;

function jsonText(text: string): string {
  if (PLAIN_TEXT.test(text)) {
    return `"${text}"`;
  }
  const json = JSON.stringify(text);
  return NEEDS_LOOK.test(json) ? escapeInJson(json) : json;
}

function dataJson(data: Buffer): string {
  return isUtf8(data)
    ? `,"data":${jsonText(data.toString('utf8'))}`
    : `,"data":"${data.toString('base64')}","encoding":"base64"`;
}

function decodePath(path: unknown): string {
  if (typeof path !== 'string') {
    throw new LineFault(path === undefined ? 'path is missing' : `path: ${shown(path)} is no text`);
  }
  const fault = validatePath(path);
  if (fault !== null) {
    throw new LineFault(`path: ${shown(path)}: ${fault}`);
  }
  return path;
}

/** Half of a pair: no UTF-8 has it. */
const LONE_SURROGATE = /\p{Surrogate}/u;

function decodeData(data: unknown, encoding: unknown): Buffer | null {
  if (data === null && encoding === null) {
    return null;
  }
  if (typeof data !== 'string') {
    throw new LineFault(
      data === null ? `encoding: null data has none` : `data: ${shown(data)} is neither text nor null`,
    );
  }
  if (encoding === 'base64') {
    const bytes = Buffer.from(data, 'base64');
    if (bytes.toString('base64') !== data) {
      throw new LineFault('data: it is not base64');
    }
    return bytes;
  }
  if (encoding !== null && encoding !== 'utf8') {
    throw new LineFault(`encoding: ${shown(encoding)} is neither utf8 nor base64`);
  }
  const bytes = Buffer.from(data, 'utf8');
  // Whoever wrote it meant bytes that would not be these.
  if (bytes.length !== data.length && LONE_SURROGATE.test(data)) {
    throw new LineFault('data: it has half of a surrogate pair in it');
  }
  return bytes;
}

/** Most znodes of a tree have one of a few ACLs. */
const ACL_TEXTS_MAX = 1_000;
const aclTexts = new Map<string, string>();

function aclJson(acl: readonly AclEntry[]): string {
  let key = '';
  for (const { perms, scheme, id } of acl) {
    key += `${perms} ${scheme} ${id}\n`;
  }
  const known = aclTexts.get(key);
  if (known !== undefined) {
    return known;
  }
  const entries = acl.map(
    ({ scheme, id, perms }) =>
      `{"scheme":${jsonText(scheme)},"id":${jsonText(id)},"perms":"${formatPermissions(perms)}"}`,
  );
  const text = `[${entries.join(',')}]`;
  if (aclTexts.size >= ACL_TEXTS_MAX) {
    aclTexts.clear();
  }
  aclTexts.set(key, text);
  return text;
}

function decodeAcl(acl: unknown): AclEntry[] {
  if (!Array.isArray(acl)) {
    throw new LineFault(`acl: ${shown(acl)} is no list`);
  }
  return acl.map((entry: unknown) => {
    const { scheme, id, perms: letters } = isObject(entry) ? entry : {};
    if (typeof scheme !== 'string' || typeof id !== 'string' || typeof letters !== 'string') {
      throw new LineFault(`acl: ${shown(entry)} is no entry {"scheme":…,"id":…,"perms":…}`);
    }
    const perms = parsePermissions(letters);
    if (perms === null) {
      throw new LineFault(`acl: perms: ${shown(letters)} is not made of the letters cdrwa`);
    }
    return { perms, scheme, id };
  });
}

function statJson(stat: Stat): string {
  const { czxid, mzxid, pzxid, ctime, mtime } = stat;
  const created = `"${formatZxid(czxid)}"`;
  const createdTime = timeJson(ctime);
  return (
    `{"czxid":${created},"mzxid":${mzxid === czxid ? created : `"${formatZxid(mzxid)}"`}` +
    `,"pzxid":${pzxid === czxid ? created : `"${formatZxid(pzxid)}"`},"ctime":${createdTime}` +
    `,"mtime":${mtime === ctime ? createdTime : timeJson(mtime)},"version":${stat.version}` +
    `,"cversion":${stat.cversion},"aversion":${stat.aversion}` +
    `,"ephemeralOwner":"${stat.ephemeralOwner === 0n ? '0x0' : formatZxid(stat.ephemeralOwner)}"` +
    `,"dataLength":${stat.dataLength},"numChildren":${stat.numChildren}}`
  );
}

const DAY_MS = 86_400_000;
/** The day of the last time written: neighbours in a tree are often of one day, and Date is slow. */
let day = { number: Number.NaN, text: '' };

/** ISO 8601 in UTC with ms; the bare number where no calendar holds it. */
export function timeJson(ms: number): string {
  const number = Math.floor(ms / DAY_MS);
  if (number !== day.number) {
    const date = new Date(ms);
    if (Number.isNaN(date.getTime())) {
      return String(ms);
    }
    const text = date.toISOString();
    day = { number, text: text.slice(0, text.indexOf('T') + 1) };
  }
  const rest = ms - number * DAY_MS;
  const seconds = Math.floor(rest / 1000);
  const minutes = Math.floor(seconds / 60);
  const clock = `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}:${two(seconds % 60)}`;
  return `"${day.text}${clock}.${String(rest % 1000).padStart(3, '0')}Z"`;
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

function decodeStat(stat: unknown): Stat {
  if (!isObject(stat)) {
    throw new LineFault(`stat: ${shown(stat)} is no object`);
  }
  return {
    czxid: decodeZxid(stat.czxid, 'stat: czxid'),
    mzxid: decodeZxid(stat.mzxid, 'stat: mzxid'),
    pzxid: decodeZxid(stat.pzxid, 'stat: pzxid'),
    ctime: decodeTime(stat.ctime, 'stat: ctime'),
    mtime: decodeTime(stat.mtime, 'stat: mtime'),
    version: int32(stat.version, 'stat: version'),
    cversion: int32(stat.cversion, 'stat: cversion'),
    aversion: int32(stat.aversion, 'stat: aversion'),
    ephemeralOwner: decodeZxid(stat.ephemeralOwner, 'stat: ephemeralOwner'),
    dataLength: int32(stat.dataLength, 'stat: dataLength'),
    numChildren: int32(stat.numChildren, 'stat: numChildren'),
  };
}

/** @throws LineFault */
export function decodeZxid(value: unknown, name: string): bigint {
  if (value === '0x0') {
    return 0n;
  }
  const zxid = typeof value === 'string' ? parseZxid(value) : null;
  if (zxid === null) {
    throw new LineFault(`${name}: ${shown(value)} is no text such as "0x1f"`);
  }
  return zxid;
}

/** @throws LineFault */
export function decodeTime(value: unknown, name: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value)) {
    return value;
  }
  const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(ms)) {
    throw new LineFault(`${name}: ${shown(value)} is no time such as "2026-11-22T17:30:01.000Z"`);
  }
  return ms;
}

function int32(value: unknown, name: string): number {
  return wholeNumber(value, name, -0x8000_0000, 0x7fff_ffff);
}

/** @throws LineFault */
export function wholeNumber(value: unknown, name: string, min: number, max: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) {
    throw new LineFault(`${name}: ${shown(value)} is no whole number${min >= 0 ? ` from ${min} to ${max}` : ''}`);
  }
  return value;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Of a value that is wrong, enough to find it. */
function shown(value: unknown): string {
  const json = escapeInJson(JSON.stringify(value) ?? 'nothing');
  return json.length > SHOWN_CHARS_MAX ? `${json.slice(0, SHOWN_CHARS_MAX)}…` : json;
}

const SHOWN_CHARS_MAX = 60;
