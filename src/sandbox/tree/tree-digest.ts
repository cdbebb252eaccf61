/**
 * The digest of the tree: the sum of a CRC of each znode outside /zookeeper/. Kept along with the changes: a changed znode's
 * old CRC leaves the sum at once, the new one is computed when somebody asks. Follows DigestCalculator (3.9), version 2.
 */
import type { TxnDigest } from '../../protocol/txn.js';
import { rawOwner, type Znode } from './znode.js';
import type { ZnodeTree } from './znode-tree.js';

export const DIGEST_VERSION = 2;

const UNCOUNTED = '/zookeeper/';
const STAT_BYTES = 60;

export class TreeDigest {
  readonly #tree: ZnodeTree;
  /** Of unsigned CRCs; may be beyond 2^53 on trees of millions, so the high part is apart. */
  #low = 0;
  #high = 0n;
  /** Changed since the sum was complete, and where they are; those that are summed all the same are gone meanwhile. */
  #changed: Znode[] = [];
  #paths: string[] = [];
  #isValid = false;

  constructor(tree: ZnodeTree) {
    this.#tree = tree;
  }

  /** Before a change of a znode: its old CRC leaves the sum. `path` '' or '/' is the root. */
  touch(path: string, znode: Znode): void {
    if (this.#isValid && znode.isSummed && !path.startsWith(UNCOUNTED)) {
      this.#low -= znode.digest >>> 0;
      this.created(path, znode);
    }
  }

  created(path: string, znode: Znode): void {
    if (this.#isValid && !path.startsWith(UNCOUNTED)) {
      znode.isSummed = false;
      this.#changed.push(znode);
      this.#paths.push(path);
    }
  }

  removed(path: string, znode: Znode): void {
    this.touch(path, znode);
    znode.isSummed = true;
  }

  /** The sum is to be made anew from all znodes. */
  invalidate(): void {
    this.#isValid = false;
    this.#changed = [];
    this.#paths = [];
  }

  get value(): TxnDigest {
    if (!this.#isValid) {
      this.#sumUp();
    }
    for (let index = 0; index < this.#changed.length; index++) {
      const znode = this.#changed[index] as Znode;
      if (!znode.isSummed) {
        znode.isSummed = true;
        znode.digest = crcOf(this.#paths[index] as string, znode);
        this.#low += znode.digest >>> 0;
      }
    }
    this.#changed.length = 0;
    this.#paths.length = 0;
    if (Math.abs(this.#low) > LOW_MAX) {
      this.#high += BigInt(this.#low);
      this.#low = 0;
    }
    return { version: DIGEST_VERSION, treeDigest: BigInt.asUintN(64, this.#high + BigInt(this.#low)) };
  }

  #sumUp(): void {
    this.#low = 0;
    this.#high = 0n;
    this.#isValid = true;
    const open: { path: string; znode: Znode }[] = [{ path: '', znode: this.#tree.root }];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const { path, znode } = next;
      znode.isSummed = true;
      znode.digest = crcOf(path, znode);
      this.#high += BigInt(znode.digest >>> 0);
      if (path !== '/zookeeper') {
        znode.children?.each((name, child) => open.push({ path: `${path}/${name}`, znode: child }));
      }
    }
  }
}

/** Far below 2^53, and a multiple of what one transaction can add. */
const LOW_MAX = 2 ** 50;

const stat = new DataView(new ArrayBuffer(STAT_BYTES));

/** As a signed int, which takes no memory of its own in a znode. */
function crcOf(path: string, znode: Znode): number {
  putLong(0, znode.czxid);
  putLong(8, znode.mzxid);
  putLong(16, znode.pzxid);
  putLong(24, znode.ctime);
  putLong(32, znode.mtime);
  stat.setInt32(40, znode.version);
  stat.setInt32(44, znode.createCounter);
  stat.setInt32(48, znode.aversion);
  if (znode.owner === null) {
    putLong(52, 0);
  } else {
    stat.setBigUint64(52, rawOwner(znode.owner));
  }
  let crc = crcOfPath(-1, path === '/' ? '' : path);
  crc = crcOfLatin1(crc, znode.data ?? '');
  for (let index = 0; index < STAT_BYTES; index++) {
    crc = step(crc, stat.getUint8(index));
  }
  return ~crc;
}

function putLong(at: number, value: number): void {
  stat.setInt32(at, Math.floor(value / 0x1_0000_0000));
  stat.setInt32(at + 4, value | 0);
}

/** UTF-8; names hold no surrogates. */
function crcOfPath(crc: number, path: string): number {
  let after = crc;
  for (let index = 0; index < path.length; index++) {
    const unit = path.charCodeAt(index);
    if (unit > 0x7f) {
      return crcOfLatin1(crc, Buffer.from(path, 'utf8').toString('latin1'));
    }
    after = step(after, unit);
  }
  return after;
}

function crcOfLatin1(crc: number, text: string): number {
  let after = crc;
  for (let index = 0; index < text.length; index++) {
    after = step(after, text.charCodeAt(index));
  }
  return after;
}

function step(crc: number, byte: number): number {
  return (TABLE[(crc ^ byte) & 0xff] as number) ^ (crc >>> 8);
}

/** CRC-32 of IEEE 802.3, as java.util.zip.CRC32. */
const TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) {
    crc = (crc & 1) === 0 ? crc >>> 1 : (crc >>> 1) ^ 0xedb8_8320;
  }
  return crc;
});
