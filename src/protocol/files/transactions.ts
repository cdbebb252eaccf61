/**
 * The body of an entry in a transaction log: header, record and digest of one transaction, in both directions.
 * Follows SerializeUtils.deserializeTxn and the module txn of zookeeper.jute (3.9), and takes what older releases wrote.
 */
import type { AclEntry } from '../acl.js';
import { OPEN_ACL } from '../acl.js';
import { JuteReader, type JuteWriter, Malformed, Misfit } from '../jute.js';
import {
  boolean,
  type FieldType,
  int,
  long,
  mark,
  milliseconds,
  nullableBuffer,
  nullableVector,
  type RecordType,
  record,
  string,
  vector,
} from '../record.js';
import { Acl } from '../records.js';
import type { ChangeTxn, Txn, TxnDigest, TxnHeader } from '../txn.js';

/** What one entry of a log says. */
export interface LoggedTxn {
  readonly header: TxnHeader;
  readonly txn: Txn;
  /** null: behind errors, in files before 3.6, and where digests are off. */
  readonly digest: TxnDigest | null;
}

/** Fewest bytes of a body: a header alone, as closeSession had it before 3.6. */
export const BODY_BYTES_MIN = 32;

const DIGEST_BYTES = 12;

/** In logs of servers that skip ACLs the list may be missing: then everything is open (ReferenceCountedACLCache). */
const storedAcl: FieldType<readonly AclEntry[]> = {
  read: (reader) => nullableVector(Acl).read(reader) ?? OPEN_ACL,
  write: (writer, value) => vector(Acl).write(writer, value),
  bytesMin: 4,
};

/** The parent's create counter; logs before 3.4 end without it: one more than it was. */
const counter: FieldType<number> = {
  read: (reader) => (reader.remaining < 4 ? COUNTER_NOT_KNOWN : reader.int()),
  write: (writer, value) => writer.int(value),
  bytesMin: 0,
};
const COUNTER_NOT_KNOWN = -1;

/** Releases before 3.6 wrote no list, and 3.9 does not with closeSessionTxn.enabled=false: then a digest may follow at once. */
const closedPaths: FieldType<readonly string[] | null> = {
  read(reader) {
    const { remaining, bytes, offset } = reader;
    // No path is empty, so a list of two takes more than twelve bytes: this is version 2 of a digest.
    const isDigest = remaining === DIGEST_BYTES && bytes.readInt32BE(offset) === 2;
    return remaining === 0 || isDigest ? null : vector(string).read(reader);
  },
  write(writer, value) {
    if (value !== null) {
      vector(string).write(writer, value);
    }
  },
  bytesMin: 0,
};

/** Not in the file: the type of the entry says it. */
const always: FieldType<true, boolean | undefined> = { read: () => true, write: () => undefined, bytesMin: 0 };

const Header = record('TxnHeader', { sessionId: long, cxid: int, zxid: milliseconds, timeMs: milliseconds, type: int });
const Digest = record('TxnDigest', { version: int, treeDigest: long });

const znode = { path: string, data: nullableBuffer, acl: storedAcl };
const created = { ...znode, ephemeral: boolean, parentCVersion: counter };
const dataSet = { path: string, data: nullableBuffer, version: int };

const CHANGES = {
  create: record('CreateTxn', { type: mark('create'), ...created }),
  create2: record('CreateTxn', { type: mark('create'), ...created, withStat: always }),
  createContainer: record('CreateContainerTxn', { type: mark('createContainer'), ...znode, parentCVersion: int }),
  createTTL: record('CreateTTLTxn', {
    type: mark('createTTL'),
    ...znode,
    parentCVersion: int,
    ttlMs: milliseconds,
  }),
  delete: record('DeleteTxn', { type: mark('delete'), path: string }),
  setData: record('SetDataTxn', { type: mark('setData'), ...dataSet }),
  check: record('CheckVersionTxn', { type: mark('check'), path: string, version: int }),
  error: record('ErrorTxn', { type: mark('error'), err: int }),
} as const;

/** Record of a type in the log, whatever it is: the tables below pair them as they must be. */
type AnyTxnRecord = RecordType<Txn, never>;
type ChangeRecord = RecordType<ChangeTxn, never>;

/** What may stand inside a multi, by its number in the log. */
const CHANGES_BY_CODE: ReadonlyMap<number, ChangeRecord> = new Map<number, ChangeRecord>([
  [1, CHANGES.create],
  [15, CHANGES.create2],
  [19, CHANGES.createContainer],
  [21, CHANGES.createTTL],
  [2, CHANGES.delete],
  [5, CHANGES.setData],
  [13, CHANGES.check],
  [-1, CHANGES.error],
]);

/** One operation of a multi: its type, and its record with a length in front. */
const change: FieldType<ChangeTxn> = {
  read(reader) {
    const at = reader.offset;
    const code = reader.int();
    const type = CHANGES_BY_CODE.get(code);
    if (type === undefined) {
      throw new Malformed(`an operation of type ${code} in a multi`, at);
    }
    const length = Math.max(reader.count(1), 0);
    const start = reader.take(length);
    return type.read(new JuteReader(reader.bytes.subarray(0, start + length), start));
  },
  write(writer, value) {
    writer.int(codeOf(value));
    const lengthAt = writer.length;
    writer.int(0);
    writeRecordOf(writer, value);
    writer.patchInt(lengthAt, writer.length - lengthAt - 4);
  },
  bytesMin: 8,
};

const OTHERS = {
  deleteContainer: record('DeleteTxn', { type: mark('deleteContainer'), path: string }),
  setACL: record('SetACLTxn', { type: mark('setACL'), path: string, acl: storedAcl, version: int }),
  reconfig: record('SetDataTxn', { type: mark('reconfig'), ...dataSet }),
  multi: record('MultiTxn', { type: mark('multi'), txns: vector(change) }),
  createSession: record('CreateSessionTxn', { type: mark('createSession'), sessionTimeoutMs: int }),
  closeSession: record('CloseSessionTxn', { type: mark('closeSession'), paths: closedPaths }),
} as const;

/** Numbers of ZooDefs.OpCode. A check stands in multis only: servers that logged one by itself could not start again. */
const RECORDS_BY_CODE: ReadonlyMap<number, AnyTxnRecord> = new Map<number, AnyTxnRecord>([
  ...[...CHANGES_BY_CODE].filter(([, type]) => type !== CHANGES.check),
  [20, OTHERS.deleteContainer],
  [7, OTHERS.setACL],
  [16, OTHERS.reconfig],
  [14, OTHERS.multi],
  [-10, OTHERS.createSession],
  [-11, OTHERS.closeSession],
]);

const RECORDS: Readonly<Record<Txn['type'], RecordType<unknown, never>>> = { ...CHANGES, ...OTHERS };

const CODES: ReadonlyMap<RecordType<unknown, never>, number> = new Map(
  [...RECORDS_BY_CODE, ...CHANGES_BY_CODE].map(([code, type]) => [type, code]),
);

/**
 * Reads the body that `reader` holds; what is behind it is not looked at.
 * @throws Malformed
 */
export function readTxn(reader: JuteReader): LoggedTxn {
  const { type: code, ...header } = Header.read(reader);
  const type = RECORDS_BY_CODE.get(code);
  if (type === undefined) {
    throw new Malformed(`a transaction of type ${code}`, reader.offset - 4);
  }
  const txn = type.read(reader);
  return { header, txn, digest: reader.remaining < DIGEST_BYTES ? null : Digest.read(reader) };
}

/**
 * Appends a body.
 * @throws Misfit a value that its field cannot hold
 */
export function writeTxn(writer: JuteWriter, header: TxnHeader, txn: Txn, digest: TxnDigest | null): void {
  writer.long(header.sessionId);
  writer.int(header.cxid);
  writer.longNumber(header.zxid);
  writer.longNumber(header.timeMs);
  writer.int(codeOf(txn));
  writeRecordOf(writer, txn);
  if (digest !== null) {
    writer.int(digest.version);
    writer.long(BigInt.asIntN(64, digest.treeDigest));
  }
}

function recordOf(txn: Txn): RecordType<unknown, never> {
  return txn.type === 'create' && txn.withStat === true ? CHANGES.create2 : RECORDS[txn.type];
}

function codeOf(txn: Txn): number {
  const code = CODES.get(recordOf(txn));
  if (code === undefined) {
    throw new Misfit(`there is no transaction of type ${txn.type}`);
  }
  return code;
}

function writeRecordOf(writer: JuteWriter, txn: Txn): void {
  // The table gives each type its own record, which the compiler cannot see.
  (recordOf(txn) as RecordType<unknown, Txn>).write(writer, txn);
}
