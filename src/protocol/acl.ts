/**
 * ACL entries and their text, `scheme:id:perms[,…]`. What a server makes of them (fix-up, matching) is not here.
 * Follows AclParser of ZooKeeper 3.9 (first and last colon delimit the id), but refuses what that drops with a warning.
 */
import { createHash } from 'node:crypto';
import { UsageError } from '../errors.js';

export interface AclEntry {
  /** Bits of PERMISSIONS; any int is stored as it is. */
  readonly perms: number;
  readonly scheme: string;
  readonly id: string;
}

/** In the order in which they are written: cdrwa. */
export const PERMISSIONS = { c: 4, d: 8, r: 1, w: 2, a: 16 } as const;

export const ALL_PERMISSIONS = 31;

export const OPEN_ACL: readonly AclEntry[] = [{ perms: ALL_PERMISSIONS, scheme: 'world', id: 'anyone' }];

/** `user:base64(sha1(user:password))`, the id of scheme digest. */
export function digestId(user: string, password: string): string {
  return `${user}:${createHash('sha1').update(`${user}:${password}`, 'utf8').digest('base64')}`;
}

/**
 * Letters in the order cdrwa. Bits that have no letter, and no bits at all, are written as the hex of the
 * 32-bit word (`0x0`, `0xffffffff`), which parseAcl takes back.
 */
export function formatPermissions(perms: number): string {
  if (perms <= 0 || perms > ALL_PERMISSIONS) {
    return `0x${(perms >>> 0).toString(16)}`;
  }
  return Object.entries(PERMISSIONS)
    .filter(([, bit]) => (perms & bit) !== 0)
    .map(([letter]) => letter)
    .join('');
}

/** `scheme:id:perms` as parseAcl takes it back: commas, quotes and backslashes of the id behind a backslash. */
export function formatAclEntry(entry: AclEntry): string {
  return `${entry.scheme}:${entry.id.replace(/[\\,"']/g, '\\$&')}:${formatPermissions(entry.perms)}`;
}

/**
 * The entries of `scheme:id:perms[,scheme:id:perms…]`.
 * A comma inside an id is written `\,`, or the whole id stands in quotes, which take everything literally; an x509 id
 * may have plain commas too. `auth:` is all permissions for whoever is logged in.
 * @throws UsageError with the right spelling; also for digest ids that are the hash of no password
 */
export function parseAcl(text: string): AclEntry[] {
  if (text.trim() === '') {
    throw new UsageError(`an ACL has at least one entry: ${SPELLING}`);
  }
  return joinNames(splitEntries(text)).map((words) => parseEntry(words));
}

const SPELLING = 'scheme:id:perms, such as world:anyone:r';
const DIGEST_SPELLING = 'digest:USER:HASH:perms, where HASH is base64(sha1(USER:PASSWORD))';

/** One entry, cut at its first and last colon; `perms` null where there are not two. */
interface EntryWords {
  readonly text: string;
  readonly scheme: string;
  readonly id: string;
  readonly perms: string | null;
}

/** Cuts at commas that are neither quoted nor behind a backslash. */
function splitEntries(text: string): EntryWords[] {
  const entries: EntryWords[] = [];
  for (let start = 0; start <= text.length; ) {
    const end = endOfEntry(text, start);
    entries.push(cutEntry(text.slice(start, end).trim()));
    start = end + 1;
  }
  return entries;
}

function endOfEntry(text: string, start: number): number {
  const quote = openingQuote(text, start);
  let at = quote === null ? start : text.indexOf(text[quote] as string, quote + 1) + 1;
  while (at < text.length && text[at] !== ',') {
    at += text[at] === '\\' ? 2 : 1;
  }
  return Math.min(at, text.length);
}

/** Where the quote is that opens the id, right behind the first colon, if one does and it is closed. */
function openingQuote(text: string, start: number): number | null {
  const at = text.indexOf(':', start) + 1;
  const isQuote = at > 0 && (text[at] === '"' || text[at] === "'") && !text.slice(start, at).includes(',');
  return isQuote && text.indexOf(text[at] as string, at + 1) > 0 ? at : null;
}

function cutEntry(text: string): EntryWords {
  const first = text.indexOf(':');
  const last = text.lastIndexOf(':');
  const id = first === last ? text.slice(first + 1) : text.slice(first + 1, last);
  return {
    text,
    scheme: first < 0 ? text : text.slice(0, first),
    id: first < 0 ? '' : unquote(id),
    perms: first === last ? null : text.slice(last + 1),
  };
}

function unquote(id: string): string {
  const quote = id[0];
  if (id.length >= 2 && (quote === '"' || quote === "'") && id.endsWith(quote)) {
    return id.slice(1, -1);
  }
  // Any other backslash is the id's own: names of Windows domains have them.
  return id.replace(/\\([\\,"'])/g, '$1');
}

/** A distinguished name is full of commas: pieces of one belong together up to the piece that ends with permissions. */
function joinNames(pieces: readonly EntryWords[]): EntryWords[] {
  const entries: EntryWords[] = [];
  for (const piece of pieces) {
    const before = entries.at(-1);
    if (before?.scheme === 'x509' && (before.perms === null || parsePermissions(before.perms) === null)) {
      entries[entries.length - 1] = cutEntry(`${before.text},${piece.text}`);
    } else {
      entries.push(piece);
    }
  }
  return entries;
}

function parseEntry(words: EntryWords): AclEntry {
  const { text, scheme, id } = words;
  if (text === 'auth:') {
    return { scheme: 'auth', id: '', perms: ALL_PERMISSIONS };
  }
  if (scheme === '' || words.perms === null) {
    const what = text === '' ? 'nothing between two commas' : text;
    throw new UsageError(`not an ACL entry: ${what}: write ${spellingFor(words)}`);
  }
  const perms = parsePermissions(words.perms);
  if (perms === null || isPartOfAddress(words)) {
    throw new UsageError(`not an ACL entry: ${text}: ${permissionsFault(words)}`);
  }
  checkId(words);
  return { scheme, id, perms };
}

/** Letters of cdrwa, each at most once, in any order; or the hex of the word, `0x…`. */
export function parsePermissions(text: string): number | null {
  if (/^0x[0-9a-f]{1,8}$/i.test(text)) {
    return Number(text) | 0;
  }
  let perms = 0;
  for (const letter of text) {
    const bit = Object.hasOwn(PERMISSIONS, letter) ? PERMISSIONS[letter as keyof typeof PERMISSIONS] : 0;
    if (bit === 0 || (perms & bit) !== 0) {
      return null;
    }
    perms |= bit;
  }
  return perms === 0 ? null : perms;
}

function permissionsFault(words: EntryWords): string {
  const { scheme, id, perms } = words;
  const letters = 'the permissions are letters of cdrwa (create, delete, read, write, admin)';
  if (perms === null || perms === '') {
    return `no permissions at the end; ${letters}. For an entry that grants nothing: 0x0`;
  }
  if (scheme === 'digest' && !id.includes(':')) {
    return `no permissions at the end; write digest:${isHash(perms) ? `${id}:${perms}` : digestId(id, perms)}:cdrwa`;
  }
  if (isPartOfAddress(words)) {
    return `no permissions at the end; write ${words.text}:cdrwa`;
  }
  const wrong = [...perms].find((letter) => !Object.hasOwn(PERMISSIONS, letter));
  return wrong === undefined ? `a permission twice in ${perms}; ${letters}` : `${perms} has ${wrong} in it; ${letters}`;
}

/** `ip:fe80::a`, `ip:1:2:3:4:5:6:7:8`: what stands where permissions should is the last group of an address. */
function isPartOfAddress({ scheme, id, perms }: EntryWords): boolean {
  const isCut = /(?:^|[^:]):$/.test(id);
  return (
    scheme === 'ip' && (isCut || (parsePermissions(perms ?? '') === null && /^[0-9a-f./]*[0-9]/i.test(perms ?? '')))
  );
}

/** What these words may have been meant to be. */
function spellingFor({ scheme, id }: EntryWords): string {
  switch (scheme) {
    case 'world':
      return 'world:anyone:cdrwa';
    case 'auth':
      return 'auth::cdrwa';
    case 'digest':
      return DIGEST_SPELLING;
    default:
      return scheme === '' || id === '' ? SPELLING : `${scheme}:${id}:cdrwa`;
  }
}

/** What a server would refuse as InvalidACL, or keep although nobody could ever match it. */
function checkId({ text, scheme, id, perms }: EntryWords): void {
  if (scheme === 'world' && id !== 'anyone') {
    throw new UsageError(`not an ACL entry: ${text}: world has one id, write world:anyone:${perms}`);
  }
  if (scheme !== 'digest') {
    return;
  }
  const [user, password, ...rest] = id.split(':');
  if (user === undefined || password === undefined || password === '' || rest.length > 0) {
    throw new UsageError(`not an ACL entry: ${text}: write ${DIGEST_SPELLING}`);
  }
  if (password === 'x') {
    throw new UsageError(`not an ACL entry: ${text}: x is what a server shows instead of a hash that you may not see`);
  }
  if (!isHash(password)) {
    const entry = `digest:${digestId(user, password)}:${perms}`;
    throw new UsageError(`not an ACL entry: ${text}: ${password} is not a hash; for that password write ${entry}`);
  }
}

/** base64 of 20 bytes (sha1), or of 16, 32, 48, 64 where the servers have another digestAlg. */
function isHash(text: string): boolean {
  const bytes = Buffer.from(text, 'base64');
  return [16, 20, 32, 48, 64].includes(bytes.length) && bytes.toString('base64') === text;
}
