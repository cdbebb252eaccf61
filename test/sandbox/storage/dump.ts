/** All that clients can see of a server's tree: for comparing what two servers make of the same files. */
import type { Session } from '../../../src/client/api.js';
import { openSession } from '../../../src/client/session.js';
import { askWord } from '../../helpers/four-letter-word.js';
import { SUPER_AUTH } from '../../helpers/zookeeper.js';

export interface Dump {
  /** Path to data, stat and ACL. */
  readonly znodes: ReadonlyMap<string, unknown>;
  /** Session ids with their ephemerals. */
  readonly ephemerals: readonly string[];
  readonly sessions: readonly string[];
}

/** By a super user, whose own session is not in it. */
export async function dumpServer(port: number): Promise<Dump> {
  const words = await askWord(port, 'dump', { timeoutMs: 5_000 });
  const session = await openSession({
    servers: `127.0.0.1:${port}`,
    auth: [{ scheme: 'digest', credential: Buffer.from(SUPER_AUTH) }],
  });
  try {
    const znodes = new Map<string, unknown>();
    await dumpZnode(session, '/', znodes);
    return { znodes, ...ownersOf(words) };
  } finally {
    await session.close();
  }
}

async function dumpZnode(session: Session, path: string, into: Map<string, unknown>): Promise<void> {
  const [{ data, stat }, { acl }, { children }] = await Promise.all([
    session.getData(path),
    session.getAcl(path),
    session.getChildren(path),
  ]);
  into.set(path, { data: data?.toString('latin1') ?? null, stat, acl });
  for (const child of children.sort()) await dumpZnode(session, path === '/' ? `/${child}` : `${path}/${child}`, into);
}

/** From the word dump. When they expire depends on the moment, that they are there does not. */
function ownersOf(words: string): { sessions: string[]; ephemerals: string[] } {
  const [sessions = '', rest = ''] = words.split('Sessions with Ephemerals');
  const [ephemerals = ''] = rest.split('Connections ');
  return {
    sessions: [...sessions.matchAll(/^\s*(0x[0-9a-f]+)/gm)].map(([, id]) => id as string).sort(),
    ephemerals: [...ephemerals.matchAll(/^\s*(0x[0-9a-f]+|\/.*?):?$/gm)].map(([, word]) => word as string).sort(),
  };
}
