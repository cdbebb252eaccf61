/**
 * Quotas: which subtrees have one, the figures kept of them, and whether a write fits. The znodes that say so are
 * ordinary ones below /zookeeper/quota. Follows DataTree (pTrie, updateQuotaStat, updateQuotaForPath) and
 * ZooKeeperServer.checkQuota (3.9.5).
 */
import { LIMITS_NAME, QUOTA_ROOT, STATS_NAME } from '../../protocol/quota.js';
import type { Znode } from '../tree/znode.js';
import type { ZnodeTree } from '../tree/znode-tree.js';
import { MARSHALLINGERROR, OK, QUOTAEXCEEDED } from './error-numbers.js';
import { figureOf, formatQuotaFigures, parseQuotaFigures, type QuotaFigures } from './quota-figures.js';

/** Creating it would be a quota on the root, which a real server does not survive. */
export const ROOT_LIMITS_PATH = `${QUOTA_ROOT}/${LIMITS_NAME}`;

/** One component. Follows PathTrie. */
interface TrieNode {
  readonly parts: Map<string, TrieNode>;
  hasQuota: boolean;
}

export class Quotas {
  readonly #tree: ZnodeTree;
  #trie: TrieNode = newTrieNode();
  #count = 0;

  constructor(tree: ZnodeTree) {
    this.#tree = tree;
  }

  /** A znode was created: limits begin to hold, stats are counted at once, and what is there already counts it. */
  created(path: string, parentPath: string, dataLength: number): void {
    if (parentPath.startsWith(QUOTA_ROOT)) {
      const quotaPath = parentPath.slice(QUOTA_ROOT.length);
      if (path.endsWith(`/${LIMITS_NAME}`)) {
        this.#activate(quotaPath);
      }
      if (path.endsWith(`/${STATS_NAME}`)) {
        this.#recount(quotaPath);
      }
    }
    this.#update(path, 1, dataLength);
  }

  deleted(path: string, parentPath: string, dataLength: number): void {
    if (parentPath.startsWith('/zookeeper') && path.endsWith(`/${LIMITS_NAME}`)) {
      this.#deactivate(parentPath.slice(QUOTA_ROOT.length));
    }
    this.#update(path, -1, -dataLength);
  }

  changed(path: string, bytesDifference: number): void {
    this.#update(path, 0, bytesDifference);
  }

  /** @param created whether the write would make a znode. Returns OK or an error number; soft limits never refuse. */
  check(path: string, created: boolean, bytesDifference: number): number {
    const prefix = this.#prefixOf(path);
    const limitsZnode = prefix === null ? null : this.#tree.find(`${QUOTA_ROOT}${prefix}/${LIMITS_NAME}`);
    if (limitsZnode === null) {
      return OK;
    }
    const limits = parseQuotaFigures(limitsZnode.data);
    if (limits === null) {
      return MARSHALLINGERROR;
    }
    const hasCount = created && hasLimit(limits, 'count', 'countHardLimit');
    const hasBytes = bytesDifference !== 0 && hasLimit(limits, 'bytes', 'byteHardLimit');
    const statsZnode = hasCount || hasBytes ? this.#tree.find(`${QUOTA_ROOT}${prefix}/${STATS_NAME}`) : null;
    if (statsZnode === null) {
      return OK;
    }
    const stats = parseQuotaFigures(statsZnode.data);
    if (stats === null) {
      return MARSHALLINGERROR;
    }
    const isOver =
      (hasCount && isBeyond(figureOf(stats, 'count') + 1, figureOf(limits, 'countHardLimit'))) ||
      (hasBytes && isBeyond(figureOf(stats, 'bytes') + bytesDifference, figureOf(limits, 'byteHardLimit')));
    return isOver ? QUOTAEXCEEDED : OK;
  }

  /** All anew from the tree: DataTree.setupQuota. */
  rebuild(): void {
    this.#trie = newTrieNode();
    this.#count = 0;
    const root = this.#tree.find(QUOTA_ROOT);
    const open: { path: string; znode: Znode }[] = root === null ? [] : [{ path: QUOTA_ROOT, znode: root }];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const { path, znode } = next;
      znode.children?.each((name, child) => open.push({ path: `${path}/${name}`, znode: child }));
      if (znode.childrenCount === 0 && path.endsWith(`/${LIMITS_NAME}`)) {
        const quotaPath = path.slice(QUOTA_ROOT.length, path.indexOf(`/${LIMITS_NAME}`));
        this.#recount(quotaPath);
        this.#activate(quotaPath);
      }
    }
  }

  #activate(quotaPath: string): void {
    const parts = partsOf(quotaPath);
    if (parts.length === 0) {
      return;
    }
    let node = this.#trie;
    for (const part of parts) {
      let next = node.parts.get(part);
      if (next === undefined) {
        next = newTrieNode();
        node.parts.set(part, next);
      }
      node = next;
    }
    this.#count += node.hasQuota ? 0 : 1;
    node.hasQuota = true;
  }

  #deactivate(quotaPath: string): void {
    const parts = partsOf(quotaPath);
    let parent = this.#trie;
    let node = this.#trie;
    for (const part of parts) {
      const next = node.parts.get(part);
      if (next === undefined) {
        return;
      }
      parent = node;
      node = next;
    }
    this.#count -= node.hasQuota ? 1 : 0;
    node.hasQuota = false;
    if (node.parts.size === 0) {
      parent.parts.delete(parts.at(-1) ?? '');
    }
  }

  /** The nearest ancestor-or-self with a quota. */
  #prefixOf(path: string): string | null {
    if (this.#count === 0) {
      return null;
    }
    let node: TrieNode | undefined = this.#trie;
    let prefix: string | null = null;
    let walked = '';
    for (const part of partsOf(path)) {
      node = node.parts.get(part);
      if (node === undefined) {
        break;
      }
      walked += `/${part}`;
      prefix = node.hasQuota ? walked : prefix;
    }
    return prefix;
  }

  /** Rewrites the stats in place: no version, no zxid, no watch. Unreadable ones are counted anew. */
  #update(path: string, countDifference: number, bytesDifference: number): void {
    const prefix = this.#prefixOf(path);
    const stats = prefix === null ? null : this.#tree.find(`${QUOTA_ROOT}${prefix}/${STATS_NAME}`);
    if (prefix === null || stats === null) {
      return;
    }
    const figures = parseQuotaFigures(stats.data);
    if (figures === null) {
      this.#recount(prefix);
      return;
    }
    figures.set('count', figureOf(figures, 'count') + countDifference);
    figures.set('bytes', figureOf(figures, 'bytes') + bytesDifference);
    stats.data = formatQuotaFigures(figures);
  }

  #recount(quotaPath: string): void {
    const stats = this.#tree.find(`${QUOTA_ROOT}${quotaPath}/${STATS_NAME}`);
    if (stats === null) {
      return;
    }
    let count = 0;
    let bytes = 0;
    const top = this.#tree.find(quotaPath);
    const open: Znode[] = top === null ? [] : [top];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      count++;
      bytes += next.dataLength;
      next.children?.each((_name, child) => open.push(child));
    }
    stats.data = `count=${count},bytes=${bytes}`;
  }
}

function newTrieNode(): TrieNode {
  return { parts: new Map(), hasQuota: false };
}

/** Blank components do not count, as PathTrie.split has it. */
function partsOf(path: string): string[] {
  return path.split('/').filter((part) => /[^\u0000-\u0020]/.test(part));
}

function hasLimit(limits: QuotaFigures, soft: string, hard: string): boolean {
  return figureOf(limits, soft) > -1 || figureOf(limits, hard) > -1;
}

function isBeyond(value: number, hardLimit: number): boolean {
  return hardLimit > -1 && value > hardLimit;
}
