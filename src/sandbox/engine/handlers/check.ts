/** check, which stands inside a multi only. Follows PrepRequestProcessor.pRequest2Txn (3.9.5). */
import { PERMISSIONS } from '../../../protocol/acl.js';
import type { JuteReader } from '../../../protocol/jute.js';
import { validatePath } from '../../../protocol/path.js';
import { ANY_VERSION } from '../../../protocol/stat.js';
import type { ChangeTxn } from '../../../protocol/txn.js';
import type { EngineCore } from '../engine-core.js';
import { BADARGUMENTS, BADVERSION, NOAUTH, NONODE } from '../error-numbers.js';
import type { TreeView } from '../overlay.js';
import type { Peer } from '../peer.js';
import { nextVersion } from './set-data.js';

export interface CheckRequest {
  readonly path: string | null;
  readonly version: number;
}

export function readCheck(reader: JuteReader): CheckRequest {
  return { path: reader.string(), version: reader.int() };
}

export function prepareCheck(
  core: EngineCore,
  view: TreeView,
  peer: Peer,
  { path, version }: CheckRequest,
): ChangeTxn | number {
  if (path === null || validatePath(path) !== null) {
    return BADARGUMENTS;
  }
  const znode = view.find(path);
  if (znode === null) {
    return NONODE;
  }
  if (!core.isAllowed(znode.acl, PERMISSIONS.r, peer)) {
    return NOAUTH;
  }
  if (version !== ANY_VERSION && version !== znode.version) {
    return BADVERSION;
  }
  return { type: 'check', path, version: nextVersion(znode.version) };
}
