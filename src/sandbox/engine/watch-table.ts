/**
 * One of the two tables of watches: (path, connection) to a set of modes. Follows WatchManager and WatchStats (3.9):
 * modes are independent flags, and a standard watch that fires leaves the others.
 */
import type { Peer } from './peer.js';

export const STANDARD = 1;
export const PERSISTENT = 2;
export const RECURSIVE = 4;
export const ANY_MODE = STANDARD | PERSISTENT | RECURSIVE;

/** Clients may send null as a path; it is a key like any other. */
export type WatchPath = string | null;

export class WatchTable {
  readonly #byPath = new Map<WatchPath, Map<Peer, number>>();
  /** A connection whose last watch fired stays, without paths: wchs counts it. */
  readonly #byPeer = new Map<Peer, Set<WatchPath>>();
  #recursiveCount = 0;
  #count = 0;

  /** (path, connection) pairs. */
  get count(): number {
    return this.#count;
  }

  get isEmpty(): boolean {
    return this.#byPath.size === 0;
  }

  get byPath(): ReadonlyMap<WatchPath, ReadonlyMap<Peer, number>> {
    return this.#byPath;
  }

  get byPeer(): ReadonlyMap<Peer, ReadonlySet<WatchPath>> {
    return this.#byPeer;
  }

  add(path: WatchPath, peer: Peer, mode: number): void {
    let peers = this.#byPath.get(path);
    if (peers === undefined) {
      peers = new Map();
      this.#byPath.set(path, peers);
    }
    const modes = peers.get(peer);
    if (modes === undefined) {
      this.#count++;
      let paths = this.#byPeer.get(peer);
      if (paths === undefined) {
        paths = new Set();
        this.#byPeer.set(peer, paths);
      }
      paths.add(path);
    }
    this.#set(path, peers, peer, modes ?? 0, (modes ?? 0) | mode);
  }

  /** Whether the connection has a watch of one of these modes there. */
  has(path: WatchPath, peer: Peer, modes: number): boolean {
    return ((this.#byPath.get(path)?.get(peer) ?? 0) & modes) !== 0;
  }

  /** Returns whether there was one of these modes. */
  remove(path: WatchPath, peer: Peer, modes: number): boolean {
    const peers = this.#byPath.get(path);
    const before = peers?.get(peer) ?? 0;
    if (peers === undefined || (before & modes) === 0) {
      return false;
    }
    this.#set(path, peers, peer, before, before & ~modes);
    const paths = this.#byPeer.get(peer);
    if (paths?.size === 0) {
      this.#byPeer.delete(peer);
    }
    return true;
  }

  removePeer(peer: Peer): void {
    for (const path of this.#byPeer.get(peer) ?? []) {
      const peers = this.#byPath.get(path);
      if (peers !== undefined) {
        this.#set(path, peers, peer, peers.get(peer) ?? 0, 0);
      }
    }
    this.#byPeer.delete(peer);
  }

  /**
   * Who is to be told of a change at `path`, each once: all that watch it, and recursive watches of its ancestors.
   * Standard watches there are used up.
   */
  trigger(path: string): ReadonlySet<Peer> | null {
    if (this.#byPath.size === 0) {
      return null;
    }
    let told: Set<Peer> | null = null;
    const peers = this.#byPath.get(path);
    if (peers !== undefined) {
      for (const [peer, modes] of peers) {
        told ??= new Set();
        told.add(peer);
        if ((modes & STANDARD) !== 0) {
          this.#set(path, peers, peer, modes, modes & ~STANDARD);
        }
      }
    }
    if (this.#recursiveCount > 0 && path !== '/') {
      for (let end = path.lastIndexOf('/'); end >= 0; end = end === 0 ? -1 : path.lastIndexOf('/', end - 1)) {
        for (const [peer, modes] of this.#byPath.get(end === 0 ? '/' : path.slice(0, end)) ?? []) {
          if ((modes & RECURSIVE) !== 0) {
            told ??= new Set();
            told.add(peer);
          }
        }
      }
    }
    return told;
  }

  #set(path: WatchPath, peers: Map<Peer, number>, peer: Peer, before: number, after: number): void {
    this.#recursiveCount += ((after & RECURSIVE) - (before & RECURSIVE)) / RECURSIVE;
    if (after !== 0) {
      peers.set(peer, after);
      return;
    }
    peers.delete(peer);
    this.#count--;
    this.#byPeer.get(peer)?.delete(path);
    if (peers.size === 0) {
      this.#byPath.delete(path);
    }
  }
}
