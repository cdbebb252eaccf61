/** Fills a new tree: with the sample, or with the lines of an export. Through the engine, as a client would. */
import { LocalError } from '../errors.js';
import { OPEN_ACL } from '../protocol/acl.js';
import { errorName } from '../protocol/error-codes.js';
import { JuteReader, JuteWriter } from '../protocol/jute.js';
import { decodeReplyHeader, encodeRequest } from '../protocol/messages.js';
import { CREATE_FLAGS, type CreateMode } from '../protocol/modes.js';
import { OPS } from '../protocol/ops.js';
import type { ZnodeKind } from '../protocol/znode-line.js';
import { decodeZnodeLines } from '../protocol/znode-lines.js';
import type { Engine } from './engine/engine.js';
import type { Peer } from './engine/peer.js';
import { type Planting, SAMPLE_TREE } from './sample-tree.js';
import type { SandboxOptions } from './sandbox.js';

/** Long enough for any seed; it is closed at the end. */
const SESSION_TIMEOUT_MS = 60_000;
/** Behind length and header of a request; behind the length of a reply. */
const REQUEST_BODY_AT = 12;
const REPLY_AT = 4;

/**
 * Ephemerals are left out: whose they were is not here. Znodes that a server has of its own keep their data; parents that
 * are missing are made.
 * @throws LocalError a line that makes no sense, a znode that no server would take; with its line or path
 */
export function seedTree(engine: Engine, seed: NonNullable<SandboxOptions['seed']>): void {
  const plantings = seed === 'sample' ? SAMPLE_TREE : fromLines(seed.text, seed.name);
  const { sessionId } = engine.createSession(SESSION_TIMEOUT_MS);
  const gardener: Peer = {
    sessionId,
    identities: [{ scheme: 'super', id: '' }],
    remoteAddress: '127.0.0.1',
    notify() {},
  };
  for (const planting of plantings) {
    for (const parent of missingParents(engine, planting.path)) {
      create(engine, gardener, { path: parent, data: null, mode: 'persistent', acl: OPEN_ACL, ttlMs: null });
    }
    if (engine.tree.get(planting.path) === null) {
      create(engine, gardener, planting);
    } else {
      setData(engine, gardener, planting);
    }
  }
  engine.closeSession(sessionId, 0);
  engine.removePeer(gardener);
}

const MODES: Readonly<Record<Exclude<ZnodeKind, 'ephemeral'>, CreateMode>> = {
  persistent: 'persistent',
  container: 'container',
  ttl: 'ttl',
};

function* fromLines(text: string, name: string | undefined): Generator<Planting> {
  for (const record of decodeZnodeLines(text, name)) {
    if (record.kind !== 'ephemeral') {
      const { path, data, acl, ttlMs } = record;
      yield { path, data, mode: MODES[record.kind as keyof typeof MODES], acl: acl ?? OPEN_ACL, ttlMs };
    }
  }
}

function missingParents(engine: Engine, path: string): string[] {
  const missing: string[] = [];
  for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
    const parent = path.slice(0, at);
    if (engine.tree.get(parent) !== null) {
      break;
    }
    missing.unshift(parent);
  }
  return missing;
}

function create(engine: Engine, peer: Peer, { path, data, mode, acl, ttlMs }: Planting): void {
  const flags = CREATE_FLAGS[mode];
  const fields = { path, data, acl: [...acl], flags };
  if (ttlMs !== null) {
    ask(engine, peer, OPS.createTTL.code, encodeRequest(OPS.createTTL, 1, { ...fields, ttl: ttlMs }), path);
    return;
  }
  const op = mode === 'container' ? OPS.createContainer : OPS.create2;
  ask(engine, peer, op.code, encodeRequest(op, 1, fields), path);
}

/** Znodes that every server has: the root, and what is below /zookeeper. */
function setData(engine: Engine, peer: Peer, { path, data }: Planting): void {
  if (data !== null && data.length > 0 && !path.startsWith('/zookeeper')) {
    ask(engine, peer, OPS.setData.code, encodeRequest(OPS.setData, 1, { path, data, version: -1 }), path);
  }
}

function ask(engine: Engine, peer: Peer, opCode: number, request: Buffer, path: string): void {
  const output = new JuteWriter();
  engine.handle(peer, 1, opCode, new JuteReader(request, REQUEST_BODY_AT, { form: 'server' }), output);
  const { err } = decodeReplyHeader(new JuteReader(output.take(), REPLY_AT));
  if (err !== 0) {
    throw new LocalError(`cannot make ${path} in the sandbox: ${errorName(err)}`, {
      why: 'The seed asks for a znode that no server would make there.',
      hint: '',
    });
  }
}
