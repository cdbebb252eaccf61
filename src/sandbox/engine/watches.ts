/**
 * Both tables of watches, and who hears of which change. Follows DataTree and WatchManager.triggerWatch (3.9.5), with
 * the ACL filter of NIOServerCnxn.process.
 */
import type { WatchEventType } from '../../protocol/events.js';
import type { AclList } from '../tree/acl-lists.js';
import { isAllowed } from './acl-check.js';
import type { EngineSettings, WatchFigures } from './engine.js';
import type { Peer } from './peer.js';
import { PERSISTENT, RECURSIVE, STANDARD, type WatchPath, WatchTable } from './watch-table.js';

const READ = 1;

export class Watches implements WatchFigures {
  readonly data = new WatchTable();
  readonly children = new WatchTable();
  readonly #settings: EngineSettings;

  constructor(settings: EngineSettings) {
    this.#settings = settings;
  }

  get count(): number {
    return this.data.count + this.children.count;
  }

  summary(): { readonly connections: number; readonly paths: number; readonly watches: number } {
    return { connections: this.data.byPeer.size, paths: this.data.byPath.size, watches: this.data.count };
  }

  bySession(): ReadonlyMap<bigint, readonly string[]> {
    return new Map([...this.data.byPeer].map(([peer, paths]) => [peer.sessionId, [...paths].map(shown)]));
  }

  byPath(): ReadonlyMap<string, readonly bigint[]> {
    return new Map(
      [...this.data.byPath].map(([path, peers]) => [shown(path), [...peers.keys()].map(({ sessionId }) => sessionId)]),
    );
  }

  addPersistent(path: WatchPath, peer: Peer): void {
    this.data.add(path, peer, PERSISTENT);
    this.children.add(path, peer, PERSISTENT);
  }

  addRecursive(path: WatchPath, peer: Peer): void {
    this.data.add(path, peer, RECURSIVE);
  }

  addData(path: WatchPath, peer: Peer): void {
    this.data.add(path, peer, STANDARD);
  }

  addChildren(path: WatchPath, peer: Peer): void {
    this.children.add(path, peer, STANDARD);
  }

  removePeer(peer: Peer): void {
    this.data.removePeer(peer);
    this.children.removePeer(peer);
  }

  /** @param parentPath '' is the root */
  created(path: string, acl: AclList, parentPath: string, parentAcl: AclList, zxid: number): void {
    this.#tell(this.data.trigger(path), 'created', path, acl, zxid, null);
    this.#childrenChanged(parentPath, parentAcl, zxid);
  }

  deleted(path: string, acl: AclList, parentPath: string, parentAcl: AclList, zxid: number): void {
    const told = this.data.trigger(path);
    this.#tell(told, 'deleted', path, acl, zxid, null);
    this.#tell(this.children.trigger(path), 'deleted', path, acl, zxid, told);
    this.#childrenChanged(parentPath, parentAcl, zxid);
  }

  changed(path: string, acl: AclList, zxid: number): void {
    this.#tell(this.data.trigger(path), 'changed', path, acl, zxid, null);
  }

  #childrenChanged(parentPath: string, parentAcl: AclList, zxid: number): void {
    if (!this.children.isEmpty) {
      const path = parentPath === '' ? '/' : parentPath;
      this.#tell(this.children.trigger(path), 'children', path, parentAcl, zxid, null);
    }
  }

  #tell(
    peers: ReadonlySet<Peer> | null,
    type: WatchEventType,
    path: string,
    acl: AclList,
    zxid: number,
    except: ReadonlySet<Peer> | null,
  ): void {
    for (const peer of peers ?? []) {
      if (except?.has(peer) !== true && isAllowed(acl, READ, peer, this.#settings)) {
        peer.notify(type, path, zxid);
      }
    }
  }
}

/** As Java prints a null. */
function shown(path: WatchPath): string {
  return path ?? 'null';
}
