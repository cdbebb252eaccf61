/** Recovery: logged transactions over a tree that may hold some of them already. Follows DataTree.processTxn and ZooKeeperServer.loadData (3.9.5). */
import type { Txn, TxnHeader } from '../../protocol/txn.js';
import type { EngineCore } from './engine-core.js';

export function replay(core: EngineCore, header: TxnHeader, txn: Txn): void {
  switch (txn.type) {
    case 'createSession':
      core.sessions.set(header.sessionId, txn.sessionTimeoutMs);
      break;
    case 'closeSession':
      core.sessions.delete(header.sessionId);
      core.applier.apply(header, txn);
      break;
    case 'multi':
      // With one error among them none was applied; the others are in the log all the same.
      if (txn.txns.every(({ type }) => type !== 'error')) {
        for (const each of txn.txns) {
          core.applier.apply(header, each);
        }
      }
      break;
    default:
      core.applier.apply(header, txn);
  }
  core.lastZxid = Math.max(core.lastZxid, header.zxid);
  core.digestLog.note(header.zxid, core.settings.digestEnabled);
}

/** Ephemerals of sessions that are not there go, with no transaction; what can be counted is counted. */
export function finishReplay(core: EngineCore, lastZxid: number): void {
  core.lastZxid = lastZxid;
  core.tree.addSystemZnodes();
  for (const sessionId of [...core.tree.owners.keys()].filter((id) => !core.sessions.has(id))) {
    const header = { sessionId, cxid: 0, zxid: lastZxid, timeMs: core.wallClock() };
    core.applier.apply(header, { type: 'closeSession', paths: null });
  }
  core.quotas.rebuild();
  core.digest.invalidate();
}
