/**
 * Every error code, once: number, name, the Java client's text, and what to tell people. Numbers and names are those of
 * KeeperException.Code (3.9); the last block is ours and has no number. Sentences are made by explainError.
 */
import type { Applied } from '../errors.js';
import { parentOf } from './path.js';

/** What to say. `{path}` and `{parent}` stand for those of the znode. */
interface Sentences {
  /** A clause that follows `verb path: `. */
  readonly what: string;
  /** Why, in a sentence. */
  readonly why: string;
  /** What to do next, with a line that can be pasted where there is one. */
  readonly do: string;
}

export interface ErrorEntry extends Sentences {
  /** On the wire; null for conditions only a client knows. */
  readonly code: number | null;
  readonly name: string;
  /** As the Java client says it: `KeeperErrorCode = <text>`. */
  readonly text: string;
  /** Whether a write that was answered so may have been applied. */
  readonly applied: Applied;
  /** The session is gone, and with it its ephemerals and watches. */
  readonly sessionOver: boolean;
  /** Other sentences for some operations, by ZooKeeper's name. */
  readonly ops?: Readonly<Record<string, Partial<Sentences>>>;
}

const NO_NODE_OF_CREATE = {
  what: 'its parent does not exist',
  why: 'A znode can only be created below one that exists; {parent} does not.',
  do: 'To create the missing parents as well: create -p {path}',
};
const NO_AUTH_OF_PARENT = { why: 'The ACL of the parent, {parent}, does not grant it to any of your identities.' };
const NO_AUTH_OF_CREATE = {
  ...NO_AUTH_OF_PARENT,
  do: 'See who may (c): getAcl {parent}. See who you are: whoami. Log in: addauth digest USER:PASSWORD',
};
const NO_AUTH_OF_DELETE = {
  ...NO_AUTH_OF_PARENT,
  do: 'See who may (d): getAcl {parent}. See who you are: whoami. Log in: addauth digest USER:PASSWORD',
};
const BAD_FLAGS_OF_CREATE = {
  why: 'The path breaks a rule, the znode belongs to ZooKeeper itself, or the kind of znode or its TTL is not known to this server.',
};

const ENTRIES = [
  entry(0, 'OK', 'ok', {
    what: 'done',
    why: 'The server did what was asked; inside a failed multi, it would have.',
    do: 'Nothing.',
  }),
  entry(-1, 'SYSTEMERROR', 'SystemError', {
    what: 'system error on the server',
    why: 'The server met a fault of its own.',
    do: 'Look at the log of the server, and compare the znode before repeating: stat {path}',
    applied: 'unknown',
  }),
  entry(-2, 'RUNTIMEINCONSISTENCY', 'RuntimeInconsistency', {
    what: 'not tried',
    why: 'An operation before it in the same multi failed, so nothing of the multi was applied.',
    do: 'Correct the operation that failed and send the whole multi again.',
  }),
  entry(-3, 'DATAINCONSISTENCY', 'DataInconsistency', {
    what: 'data inconsistency on the server',
    why: 'The server found its data in contradiction with itself.',
    do: 'Look at the log of the server, and compare the znode before repeating: stat {path}',
    applied: 'unknown',
  }),
  entry(-4, 'CONNECTIONLOSS', 'ConnectionLoss', {
    what: 'connection lost before the reply',
    why: 'The connection to the server broke while the request was under way.',
    do: 'A read is safe to repeat. Before repeating a write, see whether it was applied: stat {path}',
    applied: 'unknown',
  }),
  entry(-5, 'MARSHALLINGERROR', 'MarshallingError', {
    what: 'the server could not read the request',
    why: 'The server does not know this form of the request: it is older or newer than expected, or a value is out of its bounds.',
    do: 'Ask the server for its version: echo srvr | nc HOST PORT',
  }),
  entry(-6, 'UNIMPLEMENTED', 'Unimplemented', {
    what: 'the server does not have this operation',
    why: 'The operation came with a later version of ZooKeeper, or is switched off on this server.',
    do: 'Ask the server for its version: echo srvr | nc HOST PORT',
    ops: {
      reconfig: {
        what: 'a standalone server cannot be reconfigured',
        why: 'Only an ensemble has members that can be changed.',
        do: 'See whether there are any: config',
      },
      createTTL: {
        why: 'TTL znodes need ZooKeeper 3.5.3 and zookeeper.extendedTypesEnabled=true on the server.',
        do: 'Set it on every server and restart them, or create the znode without a TTL.',
      },
    },
  }),
  entry(-7, 'OPERATIONTIMEOUT', 'OperationTimeout', {
    what: 'the operation took too long',
    why: 'No reply came in time.',
    do: 'A read is safe to repeat. Before repeating a write, see whether it was applied: stat {path}',
    applied: 'unknown',
  }),
  entry(-8, 'BADARGUMENTS', 'BadArguments', {
    what: 'the server refuses these arguments',
    why: 'The path breaks a rule, or the znode belongs to ZooKeeper itself.',
    do: 'See what the verb takes: help',
    ops: {
      create: BAD_FLAGS_OF_CREATE,
      create2: BAD_FLAGS_OF_CREATE,
      createContainer: BAD_FLAGS_OF_CREATE,
      createTTL: { ...BAD_FLAGS_OF_CREATE, do: 'A TTL is from 1 ms to 1099511627775 ms (about 34 years).' },
      delete: {
        what: 'it cannot be deleted',
        why: '/, /zookeeper, /zookeeper/quota and /zookeeper/config belong to ZooKeeper itself.',
        do: 'Nothing: no one may, not even a super user.',
      },
    },
  }),
  entry(-12, 'UNKNOWNSESSION', 'Unknown error UNKNOWNSESSION', {
    what: 'the server does not know this session',
    why: 'The session ended on the server.',
    do: 'Open a new one: connect',
    sessionOver: true,
  }),
  entry(-13, 'NEWCONFIGNOQUORUM', 'NewConfigNoQuorum', {
    what: 'too few of the new servers are up to date',
    why: 'A quorum of the new configuration must be connected and in step with the leader before it can take over.',
    do: 'Start the new servers first, see that they follow, then repeat. See the members: config',
  }),
  entry(-14, 'RECONFIGINPROGRESS', 'ReconfigInProgress', {
    what: 'another reconfiguration is under way',
    why: 'The ensemble changes its members one step at a time.',
    do: 'Wait until it is done, then repeat. See the members: config',
  }),
  entry(-100, 'APIERROR', 'APIError', {
    what: 'API error',
    why: 'The server answered with the mark that begins the range of its API errors.',
    do: 'Ask the server for its version: echo srvr | nc HOST PORT',
  }),
  entry(-101, 'NONODE', 'NoNode', {
    what: 'no such znode',
    why: 'Nothing exists at {path}.',
    do: 'See what does: ls {parent}',
    ops: {
      listquota: {
        what: 'no quota',
        why: 'No limit is set on {path}.',
        do: 'See which there are: listquota. To set one: setquota -n 1000 {path}',
      },
      create: NO_NODE_OF_CREATE,
      create2: NO_NODE_OF_CREATE,
      createContainer: NO_NODE_OF_CREATE,
      createTTL: NO_NODE_OF_CREATE,
    },
  }),
  entry(-102, 'NOAUTH', 'NoAuth', {
    what: 'not allowed',
    why: 'The ACL of {path} does not grant it to any of your identities.',
    do: 'See who may: getAcl {path}. See who you are: whoami. Log in: addauth digest USER:PASSWORD',
    ops: {
      create: NO_AUTH_OF_CREATE,
      create2: NO_AUTH_OF_CREATE,
      createContainer: NO_AUTH_OF_CREATE,
      createTTL: NO_AUTH_OF_CREATE,
      delete: NO_AUTH_OF_DELETE,
      reconfig: {
        why: 'Only who may write /zookeeper/config may change the members: a super user, unless its ACL says otherwise.',
        do: 'See who you are: whoami. Log in: addauth digest super:PASSWORD',
      },
    },
  }),
  entry(-103, 'BADVERSION', 'BadVersion', {
    what: 'it has another version',
    why: 'The znode was changed since the version that was given.',
    do: 'See the version it has: stat {path}',
    ops: {
      setACL: {
        what: 'its ACL has another version',
        why: 'The ACL was changed since the version that was given; it counts apart from the data.',
        do: 'See the version it has (aversion): stat {path}',
      },
      reconfig: {
        what: 'the configuration has another version',
        why: 'The members were changed since the version that was given.',
        do: 'See the version it has: config -o json',
      },
    },
  }),
  entry(-108, 'NOCHILDRENFOREPHEMERALS', 'NoChildrenForEphemerals', {
    what: 'its parent is ephemeral',
    why: 'Ephemeral znodes cannot have children; {parent} is one.',
    do: 'See whose it is: stat {parent}',
  }),
  entry(-110, 'NODEEXISTS', 'NodeExists', {
    what: 'it exists already',
    why: 'A create never replaces a znode.',
    do: 'To write to it whether it exists or not: put {path} DATA',
  }),
  entry(-111, 'NOTEMPTY', 'Directory not empty', {
    what: 'not empty',
    why: 'A znode with children cannot be deleted.',
    do: 'To remove the whole subtree: deleteall {path}',
  }),
  entry(-112, 'SESSIONEXPIRED', 'Session expired', {
    what: 'the session expired',
    why: 'The server heard nothing for longer than the session timeout, or ended the session; its ephemerals and watches are gone.',
    do: 'Open a new one: connect',
    sessionOver: true,
  }),
  entry(-113, 'INVALIDCALLBACK', 'Invalid callback', {
    what: 'invalid callback',
    why: 'An old error of the C client that no server should send.',
    do: 'Ask the server for its version: echo srvr | nc HOST PORT',
  }),
  entry(-114, 'INVALIDACL', 'InvalidACL', {
    what: 'the server refuses this ACL',
    why: 'The list is empty, a scheme is unknown to the server, an id is malformed for its scheme, or auth: was used without being logged in.',
    do: 'Write scheme:id:perms, such as world:anyone:r or digest:USER:HASH:cdrwa. For auth: first addauth digest USER:PASSWORD',
  }),
  entry(-115, 'AUTHFAILED', 'AuthFailed', {
    what: 'authentication failed',
    why: 'The server refuses these credentials or does not know the scheme, and has closed the connection.',
    do: 'Check the scheme and the credentials, then open a new session: connect',
    sessionOver: true,
  }),
  entry(-118, 'SESSIONMOVED', 'Session moved', {
    what: 'the session moved to another server',
    why: 'The same session was resumed through another server, so this one no longer serves it.',
    do: 'Repeat the command: the client goes to the server that has the session.',
  }),
  entry(-119, 'NOTREADONLY', 'Not a read-only call', {
    what: 'the server is in read-only mode',
    why: 'It has lost touch with the rest of its ensemble and only answers reads.',
    do: 'Wait until the ensemble has a quorum again, or connect to a server that has one: connect HOST:PORT',
  }),
  entry(-120, 'EPHEMERALONLOCALSESSION', 'Ephemeral node on local session', {
    what: 'a local session cannot have ephemerals',
    why: 'The ensemble keeps this session on one server only (localSessionsEnabled) and may not upgrade it.',
    do: 'Set localSessionsUpgradingEnabled=true on the servers, or create a znode that is not ephemeral.',
  }),
  entry(-121, 'NOWATCHER', 'No such watcher', {
    what: 'no such watch',
    why: 'This session has no watch of that kind on {path}.',
    do: 'See which there are: watches',
  }),
  entry(-122, 'REQUESTTIMEOUT', 'Unknown error REQUESTTIMEOUT', {
    what: 'no reply in time',
    why: 'The deadline of the request passed.',
    do: 'A read is safe to repeat. Before repeating a write, see whether it was applied: stat {path}',
    applied: 'unknown',
  }),
  entry(-123, 'RECONFIGDISABLED', 'Reconfig is disabled', {
    what: 'reconfiguration is switched off',
    why: 'The servers run with reconfigEnabled=false, which is the default.',
    do: 'Set reconfigEnabled=true in the configuration of every server and restart them one by one.',
  }),
  entry(-124, 'SESSIONCLOSEDREQUIRESASLAUTH', 'Session closed because client failed to authenticate', {
    what: 'the server demands authentication first',
    why: 'It serves only clients that have logged in with a scheme it enforces, and has closed the connection.',
    do: 'Give credentials from the start: zksh --auth digest:USER:PASSWORD (or SASL, or a TLS client certificate)',
    sessionOver: true,
  }),
  entry(-125, 'QUOTAEXCEEDED', 'Quota has exceeded', {
    what: 'over the quota',
    why: 'A hard limit on the number of znodes or the bytes below an ancestor would be exceeded.',
    do: 'See which limit it is: listquota {path}',
  }),
  entry(-127, 'THROTTLEDOP', 'Op throttled due to high load', {
    what: 'the server is too busy',
    why: 'The request waited too long in the queue of the server and was dropped unread.',
    do: 'Repeat it later.',
  }),

  ours('QUOTACONFLICT', {
    what: 'its quota would meet another',
    why: 'Only the nearest quota counts a znode, so a subtree has one.',
    do: 'See which there are: listquota',
  }),
  ours('CONNECTREFUSED', {
    what: 'connection refused',
    why: 'No server gave a session.',
    do: 'Check that ZooKeeper runs there, or name another server: zksh -s HOST:PORT',
  }),
  ours('CONNECTTIMEOUT', {
    what: 'no answer in time',
    why: 'No server of the list let us in before the connect time-out.',
    do: 'Check the addresses and firewalls, or give it longer: --connect-timeout 30s',
  }),
  ours('UNKNOWNHOST', {
    what: 'unknown host',
    why: 'The name of the server has no address.',
    do: 'Check the spelling and the name service.',
  }),
  ours('SESSIONCLOSED', {
    what: 'the session is closed',
    why: 'It was closed from this side.',
    do: 'Open a new one: connect',
    sessionOver: true,
  }),
  ours('TIMEOUT', {
    what: 'no reply in time',
    why: 'The deadline of the command passed before the reply came.',
    do: 'A read is safe to repeat. Before repeating a write, see whether it was applied: stat {path}',
    applied: 'unknown',
  }),
  ours('TLS', {
    what: 'no secure connection',
    why: 'The TLS handshake with the server failed.',
    do: 'Check that the port is the secure one, and the certificates: --tls-ca FILE, --tls-server-name NAME',
  }),
  ours('INTERRUPTED', {
    what: 'interrupted',
    why: 'The wait for the reply was ended; the request itself cannot be taken back.',
    do: 'Before repeating a write, see whether it was applied: stat {path}',
    applied: 'unknown',
  }),
  ours('PROTOCOL', {
    what: 'the server sent bytes that make no sense',
    why: 'Perhaps something other than ZooKeeper listens there, or a TLS port was called without TLS.',
    do: 'Check the address and port; --debug shows the record, field and offset.',
    applied: 'unknown',
  }),
] as const;

/** Names of all codes: KeeperException's and ours. */
export type ErrorName = (typeof ENTRIES)[number]['name'];

/** All entries, KeeperException's first, from OK downwards. */
export const ERROR_ENTRIES: readonly ErrorEntry[] = ENTRIES;

const BY_NAME: ReadonlyMap<string, ErrorEntry> = new Map(ERROR_ENTRIES.map((each) => [each.name, each]));
const BY_CODE: ReadonlyMap<number, ErrorEntry> = new Map(
  ERROR_ENTRIES.flatMap((each) => (each.code === null ? [] : [[each.code, each] as const])),
);

/** `ERROR` and its number: a code that is not in the table. */
const UNKNOWN_NAME = /^ERROR(-?\d+)$/;

/** KeeperException's name of a code on the wire; `ERROR-126` for one that nobody knows. */
export function errorName(code: number): string {
  return BY_CODE.get(code)?.name ?? `ERROR${code}`;
}

/** The number on the wire, also of `ERROR-126`; null for names that have none. */
export function errorCode(name: string): number | null {
  return errorEntry(name).code;
}

/** What is known of a code. Never throws: a name that is not in the table gets an entry that says so. */
export function errorEntry(name: string): ErrorEntry {
  return BY_NAME.get(name) ?? unknownEntry(name);
}

export interface ErrorPlace {
  /** ZooKeeper's name of the operation. */
  readonly op?: string | undefined;
  readonly path?: string | undefined;
  /** Makes one word of a path where it stands in a line to paste. */
  readonly quote?: (path: string) => string;
}

/** The sentences of a code for one operation on one znode. */
export function explainError(name: string, place: ErrorPlace = {}): Sentences {
  const found = errorEntry(name);
  const special = place.op === undefined ? undefined : found.ops?.[place.op];
  return {
    what: fillIn(special?.what ?? found.what, place.path),
    why: fillIn(special?.why ?? found.why, place.path),
    do: fillIn(special?.do ?? found.do, place.path, place.quote),
  };
}

/** What the Java client's exceptions say, and so zkCli.sh for most errors. */
export function javaMessage(name: string, path?: string): string {
  const text = `KeeperErrorCode = ${errorEntry(name).text}`;
  return path === undefined || path === '' ? text : `${text} for ${path}`;
}

function fillIn(sentence: string, path: string | undefined, quote = (word: string) => word): string {
  const values: Readonly<Record<string, string>> =
    path === undefined ? { path: 'PATH', parent: 'PARENT' } : { path: quote(path), parent: quote(parentOf(path)) };
  return sentence.replace(/\{(path|parent)\}/g, (_, word: string) => values[word] ?? word);
}

function unknownEntry(name: string): ErrorEntry {
  const number = UNKNOWN_NAME.exec(name)?.[1];
  return {
    code: number === undefined ? null : Number(number),
    name,
    text: number === undefined ? name : `Unknown error ${number}`,
    what: number === undefined ? `error ${name}` : `error ${number}, which this version of zksh does not know`,
    why: 'The server, or something in front of it, speaks a newer or different dialect.',
    do: 'Look it up in the documentation of the server. Its version: echo srvr | nc HOST PORT',
    applied: 'unknown',
    sessionOver: false,
  };
}

interface Told extends Sentences {
  readonly applied?: Applied;
  readonly sessionOver?: boolean;
  readonly ops?: Readonly<Record<string, Partial<Sentences>>>;
}

function entry<const N extends string>(
  code: number,
  name: N,
  text: string,
  told: Told,
): ErrorEntry & { readonly name: N } {
  return { code, name, text, applied: 'no', sessionOver: false, ...told };
}

function ours<const N extends string>(name: N, told: Told): ErrorEntry & { readonly name: N } {
  return { code: null, name, text: name, applied: 'no', sessionOver: false, ...told };
}
