/** The znodes that a recorded case needs, and the tree that it leaves. */

import type { Session } from '../../src/client/api.js';
import { openSession } from '../../src/client/session.js';
import { type AclEntry, OPEN_ACL, parseAcl } from '../../src/protocol/acl.js';
import type { Case } from './cases.js';

export const SUPER_AUTH = 'super:secret';

type Data = string | null | { readonly hex: string } | { readonly size: number };

interface CreateFacts {
  readonly acl?: readonly string[];
  readonly container?: boolean;
  readonly ttl?: number;
}

export function openSuper(servers: string): Promise<Session> {
  return openSession({ servers, auth: [{ scheme: 'digest', credential: Buffer.from(SUPER_AUTH) }] });
}

export async function prepare(session: Session, { name, setup = [] }: Case): Promise<void> {
  await clean(session, name);
  await session.create(`/${name}`, Buffer.alloc(0));
  for (const [step, path, ...more] of setup) {
    if (step === 'acl') {
      await session.setAcl(path, readAcl(more[0] as string[]));
    } else if (step === 'many') {
      await createMany(session, path, more[0] as number);
    } else {
      await createOne(session, path, more[0] as Data, (more[1] ?? {}) as CreateFacts);
    }
  }
}

async function createMany(session: Session, prefix: string, count: number): Promise<void> {
  const paths = Array.from({ length: count }, (_, index) => `${prefix}${String(index).padStart(4, '0')}`);
  for (let at = 0; at < count; at += 500) {
    await session.multi(paths.slice(at, at + 500).map((path) => ({ op: 'create', path, data: Buffer.alloc(0) })));
  }
}

async function createOne(session: Session, path: string, data: Data, facts: CreateFacts): Promise<void> {
  const acl = facts.acl === undefined ? OPEN_ACL : readAcl(facts.acl);
  const mode = facts.container ? 'container' : facts.ttl === undefined ? 'persistent' : 'ttl';
  await session.create(path, toBuffer(data), { acl, mode, ...(facts.ttl === undefined ? {} : { ttlMs: facts.ttl }) });
}

/** As the recordings were made: first and last colon delimit the id, whatever it is. */
function readAcl(words: readonly string[]): AclEntry[] {
  return words.map((word) => {
    const [first, last] = [word.indexOf(':'), word.lastIndexOf(':')];
    const [{ perms } = { perms: 0 }] = parseAcl(`world:anyone:${word.slice(last + 1)}`);
    return { scheme: word.slice(0, first), id: word.slice(first + 1, last), perms };
  });
}

function toBuffer(data: Data | undefined): Buffer | null {
  if (data === null || data === undefined) {
    return null;
  }
  if (typeof data === 'string') {
    return Buffer.from(data);
  }
  return 'hex' in data ? Buffer.from(data.hex, 'hex') : Buffer.alloc(data.size, 'x');
}

export async function clean(session: Session, name: string): Promise<void> {
  for (const path of [`/${name}`, `/zookeeper/quota/${name}`]) {
    await removeAll(session, path);
  }
}

async function removeAll(session: Session, path: string): Promise<void> {
  if ((await session.exists(path)) === null) {
    return;
  }
  const { children } = await session.getChildren(path);
  await Promise.all(children.map((name) => removeAll(session, `${path}/${name}`)));
  await session.delete(path).catch(() => {});
}

/** `[path, data, version, ACL unless it is open to all]`, without ephemerals. */
export async function readTree(session: Session, path: string): Promise<unknown[][]> {
  const rows: unknown[][] = [];
  const visit = async (at: string): Promise<void> => {
    const { data, stat } = await session.getData(at);
    if (stat.ephemeralOwner !== 0n) {
      return;
    }
    const { acl } = await session.getAcl(at);
    const words = acl.map(({ scheme, id, perms }) => `${scheme}:${id}:${letters(perms)}`);
    const isOpen = words.join() === 'world:anyone:cdrwa';
    rows.push([at, show(data), stat.version, ...(isOpen ? [] : [words.join(',')])]);
    for (const name of (await session.getChildren(at)).children.sort()) {
      await visit(`${at}/${name}`);
    }
  };
  if ((await session.exists(path)) !== null) {
    await visit(path);
  }
  return rows;
}

function letters(perms: number): string {
  return [...'cdrwa'].filter((_, index) => (perms & ([4, 8, 1, 2, 16][index] ?? 0)) !== 0).join('');
}

function show(data: Buffer | null): unknown {
  if (data === null) {
    return null;
  }
  const text = data.toString();
  const isText = /^[ -~]*$/.test(text);
  if (data.length > 100_000) {
    return `${data.length} bytes`;
  }
  return isText ? text : `base64:${data.toString('base64')}`;
}

/** What the recordings' server was started with. */
export const SERVER_JVM = [
  '-Dzookeeper.DigestAuthenticationProvider.superDigest=super:lK75jTNcA+U9vtVEw5vB51mj/w4=',
  '-Dzookeeper.enforceQuota=true',
];
