/** Candidates for values that are written, not looked up: ACLs and durations. */
import type { RawCandidate } from './candidate.js';

interface Suggestion {
  readonly text: string;
  readonly summary: string;
  readonly more: boolean;
}

const SCHEMES: readonly Suggestion[] = [
  { text: 'world:anyone:', summary: 'everybody', more: true },
  { text: 'auth::', summary: 'whoever this session is authenticated as', more: true },
  { text: 'digest:', summary: 'a user: digest:USER:HASH:PERMISSIONS', more: true },
  { text: 'ip:', summary: 'an address or a network: ip:10.0.0.0/8:PERMISSIONS', more: true },
  { text: 'sasl:', summary: 'a Kerberos principal', more: true },
  { text: 'x509:', summary: 'the subject of a client certificate', more: true },
];

const PERMISSIONS: readonly Suggestion[] = [
  { text: 'cdrwa', summary: 'everything', more: false },
  { text: 'r', summary: 'read', more: false },
  { text: 'rw', summary: 'read, write', more: false },
  { text: 'cdrw', summary: 'all but changing the ACL', more: false },
  { text: 'cr', summary: 'read, create children', more: false },
];

/** Colons between scheme and permissions, where the id has none of its own. */
const ID_COLONS: Readonly<Record<string, number>> = { digest: 2, world: 1, auth: 1, ip: 1, sasl: 1, x509: 1 };

/** The entry being typed, behind the last comma that is not escaped: its scheme, then its permissions. */
export function suggestAcl(typed: string): RawCandidate[] {
  const entryAt = typed.search(/(?:[^,\\]|\\.)*$/);
  const before = typed.slice(0, entryAt);
  const entry = typed.slice(entryAt);
  const colons = entry.split(':').length - 1;
  const scheme = entry.slice(0, Math.max(0, entry.indexOf(':')));
  const needed = (ID_COLONS[scheme] ?? 1) + 1;
  if (colons === 0 || scheme === 'world' || scheme === 'auth') {
    const schemes = SCHEMES.filter(({ text }) => text.startsWith(entry) && text !== entry);
    if (schemes.length > 0) {
      return schemes.map((each) => candidate(before, each));
    }
  }
  if (colons < needed) {
    return [];
  }
  const stem = entry.slice(0, entry.lastIndexOf(':') + 1);
  const letters = entry.slice(stem.length);
  return PERMISSIONS.filter(({ text }) => text.startsWith(letters) && text !== letters).map((each) =>
    candidate(before + stem, each),
  );
}

const UNITS: readonly Suggestion[] = [
  { text: 's', summary: 'seconds', more: false },
  { text: 'ms', summary: 'milliseconds', more: false },
  { text: 'm', summary: 'minutes', more: false },
  { text: 'h', summary: 'hours', more: false },
];

/** The unit behind a number. */
export function suggestDuration(typed: string): RawCandidate[] {
  const number = /^\d+(?:\.\d+)?(?=[a-z]*$)/.exec(typed)?.[0];
  const unit = typed.slice(number?.length ?? 0);
  return number === undefined
    ? []
    : UNITS.filter(({ text }) => text.startsWith(unit) && text !== unit).map((each) => candidate(number, each));
}

function candidate(prefix: string, { text, summary, more }: Suggestion): RawCandidate {
  return { text: prefix + text, display: text, summary, more };
}
