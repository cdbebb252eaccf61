/**
 * A bucket with so many names that Java makes a tree of it. The tree decides the order in which they are enumerated: a new
 * name comes right behind its parent in the tree, and the root is always first. Follows HashMap.TreeNode: a red-black
 * tree by hash, then by name.
 */

interface TreeNode {
  readonly slot: number;
  readonly hash: number;
  readonly key: string;
  parent: TreeNode | null;
  /** Left, right. */
  readonly child: [TreeNode | null, TreeNode | null];
  isRed: boolean;
  /** The order of enumeration. */
  next: TreeNode | null;
  previous: TreeNode | null;
}

type Side = 0 | 1;

export class TreeBin {
  #root: TreeNode | null = null;
  #first: TreeNode | null = null;

  /** A tree of a bucket's list, in its order. */
  constructor(entries: readonly { readonly slot: number; readonly hash: number; readonly key: string }[]) {
    let last: TreeNode | null = null;
    for (const { slot, hash, key } of entries) {
      const node = newNode(slot, hash, key);
      this.#link(node, last);
      last = node;
      this.#attach(node, this.#placeOf(hash, key));
    }
    this.#moveRootToFront();
  }

  insert(slot: number, hash: number, key: string): void {
    const node = newNode(slot, hash, key);
    const place = this.#placeOf(hash, key);
    this.#link(node, place?.node ?? null);
    this.#attach(node, place);
    this.#moveRootToFront();
  }

  /** The slot of a name, or -1. */
  find(hash: number, key: string): number {
    return this.#find(hash, key)?.slot ?? -1;
  }

  /** False: it has become too small, and its bucket is a list again, in the order of `slots`. */
  remove(hash: number, key: string): boolean {
    const node = this.#find(hash, key);
    if (node === null) {
      return true;
    }
    this.#unlink(node);
    const root = this.#root;
    if (this.#first === null || root?.child[1] == null || root.child[0]?.child[0] == null) {
      return false;
    }
    this.#detach(node);
    this.#moveRootToFront();
    return true;
  }

  /** In the order of enumeration. */
  slots(): number[] {
    const slots: number[] = [];
    for (let node = this.#first; node !== null; node = node.next) {
      slots.push(node.slot);
    }
    return slots;
  }

  #find(hash: number, key: string): TreeNode | null {
    let node = this.#root;
    while (node !== null && (node.hash !== hash || node.key !== key)) {
      node = node.child[sideOf(hash, key, node)];
    }
    return node;
  }

  /** Where a new name hangs; null: it is the first. */
  #placeOf(hash: number, key: string): { node: TreeNode; side: Side } | null {
    let place: { node: TreeNode; side: Side } | null = null;
    for (let node = this.#root; node !== null; node = place.node.child[place.side]) {
      place = { node, side: sideOf(hash, key, node) };
    }
    return place;
  }

  #attach(node: TreeNode, place: { node: TreeNode; side: Side } | null): void {
    if (place !== null) {
      node.parent = place.node;
      place.node.child[place.side] = node;
    }
    this.#balanceInsertion(node);
  }

  /** Into the list, behind `after`. */
  #link(node: TreeNode, after: TreeNode | null): void {
    node.previous = after;
    node.next = after === null ? this.#first : after.next;
    if (node.next !== null) {
      node.next.previous = node;
    }
    if (after === null) {
      this.#first = node;
    } else {
      after.next = node;
    }
  }

  #unlink(node: TreeNode): void {
    if (node.previous === null) {
      this.#first = node.next;
    } else {
      node.previous.next = node.next;
    }
    if (node.next !== null) {
      node.next.previous = node.previous;
    }
  }

  #moveRootToFront(): void {
    const root = this.#root;
    if (root !== null && root !== this.#first) {
      this.#unlink(root);
      this.#link(root, null);
    }
  }

  #rotate(node: TreeNode, side: Side): void {
    const riser = node.child[other(side)];
    if (riser === null) {
      return;
    }
    const inner = riser.child[side];
    node.child[other(side)] = inner;
    if (inner !== null) {
      inner.parent = node;
    }
    this.#replace(node, riser);
    riser.child[side] = node;
    node.parent = riser;
  }

  /** Puts `by` where `node` hangs. */
  #replace(node: TreeNode, by: TreeNode | null): void {
    const parent = node.parent;
    if (by !== null) {
      by.parent = parent;
    }
    if (parent === null) {
      this.#root = by;
    } else {
      parent.child[parent.child[0] === node ? 0 : 1] = by;
    }
  }

  #balanceInsertion(inserted: TreeNode): void {
    let node = inserted;
    node.isRed = true;
    for (;;) {
      const parent: TreeNode | null = node.parent;
      if (parent === null) {
        node.isRed = false;
        this.#root = node;
        return;
      }
      const grandparent = parent.parent;
      if (!parent.isRed || grandparent === null) {
        return;
      }
      const side: Side = grandparent.child[0] === parent ? 0 : 1;
      const uncle = grandparent.child[other(side)];
      if (uncle?.isRed === true) {
        uncle.isRed = false;
        parent.isRed = false;
        grandparent.isRed = true;
        node = grandparent;
        continue;
      }
      if (node === parent.child[other(side)]) {
        node = parent;
        this.#rotate(node, side);
      }
      const upper = node.parent as TreeNode;
      upper.isRed = false;
      grandparent.isRed = true;
      this.#rotate(grandparent, other(side));
    }
  }

  #detach(node: TreeNode): void {
    const [left, right] = node.child;
    if (left !== null && right !== null) {
      this.#swapWithSuccessor(node, right);
    }
    const replacement = node.child[0] ?? node.child[1];
    if (replacement !== null) {
      const isRoot = node.parent === null;
      this.#replace(node, replacement);
      replacement.isRed = isRoot ? false : replacement.isRed;
      if (!node.isRed) {
        this.#balanceDeletion(replacement);
      }
      return;
    }
    if (!node.isRed) {
      this.#balanceDeletion(node);
    }
    this.#replace(node, null);
  }

  /** They change places and colours; then the node has at most a right child. */
  #swapWithSuccessor(node: TreeNode, right: TreeNode): void {
    let successor = right;
    while (successor.child[0] !== null) {
      successor = successor.child[0];
    }
    const [left, after, upper] = [node.child[0], successor.child[1], successor.parent as TreeNode];
    [successor.isRed, node.isRed] = [node.isRed, successor.isRed];
    this.#replace(node, successor);
    hang(successor, 0, left);
    if (successor === right) {
      hang(successor, 1, node);
    } else {
      hang(upper, 0, node);
      hang(successor, 1, right);
    }
    hang(node, 0, null);
    hang(node, 1, after);
  }

  #balanceDeletion(start: TreeNode): void {
    let node = start;
    while (node !== this.#root && !node.isRed) {
      const parent = node.parent as TreeNode;
      const side: Side = parent.child[0] === node ? 0 : 1;
      let sibling = parent.child[other(side)];
      if (sibling?.isRed === true) {
        sibling.isRed = false;
        parent.isRed = true;
        this.#rotate(parent, side);
        sibling = parent.child[other(side)];
      }
      if (sibling === null) {
        node = parent;
        continue;
      }
      const isFarRed = sibling.child[other(side)]?.isRed === true;
      const near = sibling.child[side];
      if (!isFarRed && near?.isRed !== true) {
        sibling.isRed = true;
        node = parent;
        continue;
      }
      if (!isFarRed && near !== null) {
        near.isRed = false;
        sibling.isRed = true;
        this.#rotate(sibling, other(side));
        sibling = near;
      }
      sibling.isRed = parent.isRed;
      const far = sibling.child[other(side)];
      if (far !== null) {
        far.isRed = false;
      }
      parent.isRed = false;
      this.#rotate(parent, side);
      return;
    }
    // The root is left as it is: it is black already.
    if (node !== this.#root) {
      node.isRed = false;
    }
  }
}

function newNode(slot: number, hash: number, key: string): TreeNode {
  return { slot, hash, key, parent: null, child: [null, null], isRed: false, next: null, previous: null };
}

function hang(parent: TreeNode, side: Side, node: TreeNode | null): void {
  parent.child[side] = node;
  if (node !== null) {
    node.parent = parent;
  }
}

function sideOf(hash: number, key: string, node: TreeNode): Side {
  return hash < node.hash || (hash === node.hash && key < node.key) ? 0 : 1;
}

function other(side: Side): Side {
  return side === 0 ? 1 : 0;
}
