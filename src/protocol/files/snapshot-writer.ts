/**
 * Writes a snapshot: sessions and znodes to bytes with their checksums. Follows FileSnap.serialize and DataTree.serialize
 * (ZooKeeper 3.9).
 */
import { type AclEntry, OPEN_ACL } from '../acl.js';
import { JuteWriter } from '../jute.js';
import { vector } from '../record.js';
import { ADLER32_START, adler32 } from './adler32.js';
import {
  OPEN_ACL_KEY,
  SNAPSHOT_HEADER,
  type SnapshotContent,
  StoredAcl,
  StoredSession,
  type StoredState,
} from './snapshot.js';

/** Of what is handed over at once, about. */
const PIECE_BYTES = 128 * 1024;

const SYSTEM_PATHS: ReadonlySet<string> = new Set(['', '/zookeeper', '/zookeeper/quota']);

/**
 * The bytes of a snapshot, in pieces of about 128 KiB. What is changed between two
 * pieces may be in it or not (fuzzy): then only the transactions behind the zxid of its name make it right.
 */
export function* writeSnapshot(content: SnapshotContent): Generator<Buffer, void, void> {
  const writer = new JuteWriter();
  let sum = ADLER32_START;
  const flush = (): Buffer => {
    const piece = writer.take();
    sum = adler32(piece, 0, piece.length, sum);
    return piece;
  };
  const seal = (): Buffer => {
    const before = flush();
    writer.int(0);
    writer.int(sum | 0);
    writer.string('/');
    return Buffer.concat([before, flush()]);
  };

  writer.raw(SNAPSHOT_HEADER);
  vector(StoredSession).write(writer, [...content.sessions]);
  const keys = new AclKeys(content.aclLists);
  vector(StoredAcl).write(writer, keys.lists());
  for (const znode of content.znodes) {
    writeZnode(writer, znode, keys.keyOf(znode));
    if (writer.length >= PIECE_BYTES) {
      yield flush();
    }
  }
  writer.string('/');
  yield seal();
  const { digest, lastZxid } = content.trailer();
  if (digest !== null) {
    writer.longNumber(digest.zxid);
    writer.int(digest.version);
    writer.long(BigInt.asIntN(64, digest.treeDigest));
    yield seal();
  }
  if (lastZxid !== null) {
    writer.longNumber(lastZxid);
    yield seal();
  }
}

/** Keys of ACL lists in one file: 1, 2, … in the order of first use; lists that say the same share one. */
class AclKeys {
  readonly #byText = new Map<string, { readonly key: bigint; readonly acl: readonly AclEntry[] }>();
  /** Lists are shared between znodes: looking at the object first spares most of the work. */
  readonly #byList = new Map<readonly AclEntry[], bigint>();

  constructor(lists: Iterable<readonly AclEntry[]>) {
    for (const acl of lists) {
      const text = textOf(acl);
      const known = this.#byText.get(text);
      const key = known?.key ?? BigInt(this.#byText.size + 1);
      if (known === undefined) {
        this.#byText.set(text, { key, acl });
      }
      this.#byList.set(acl, key);
    }
  }

  lists(): { readonly key: bigint; readonly acl: readonly AclEntry[] }[] {
    return [...this.#byText.values()];
  }

  /**
   * A list that came up since writing began is behind the table already. A transaction behind the zxid of the name gave it
   * to this znode and will give it again; a key without a list would stop a Java server while it replays that.
   */
  keyOf({ path, acl }: StoredState): bigint {
    if (acl === OPEN_ACL && SYSTEM_PATHS.has(path)) {
      return OPEN_ACL_KEY;
    }
    const known = this.#byList.get(acl);
    if (known !== undefined) {
      return known;
    }
    const key = this.#byText.get(textOf(acl))?.key ?? OPEN_ACL_KEY;
    this.#byList.set(acl, key);
    return key;
  }
}

function textOf(acl: readonly AclEntry[]): string {
  return JSON.stringify(acl.map(({ perms, scheme, id }) => [perms, scheme, id]));
}

function writeZnode(writer: JuteWriter, znode: StoredState, aclKey: bigint): void {
  writer.string(znode.path);
  writer.buffer(znode.data);
  writer.long(aclKey);
  writer.longNumber(znode.czxid);
  writer.longNumber(znode.mzxid);
  writer.longNumber(znode.ctime);
  writer.longNumber(znode.mtime);
  writer.int(znode.version);
  writer.int(znode.createCounter);
  writer.int(znode.aversion);
  writer.long(BigInt.asIntN(64, znode.ephemeralOwner));
  writer.longNumber(znode.pzxid);
}
