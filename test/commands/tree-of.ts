/** All of a subtree as plain values, for comparing: read one by one, with nothing of src/tree. */
import type { Session } from '../../src/client/api.js';

export interface Seen {
  /** latin1, so that no byte is lost. */
  readonly data: string | null;
  readonly acl: string;
  readonly isEphemeral: boolean;
}

/** By path below `root`, `''` the root itself. */
export async function treeOf(session: Session, root: string): Promise<Map<string, Seen>> {
  const seen = new Map<string, Seen>();
  const look = async (path: string): Promise<void> => {
    const [{ data, stat }, { acl }, { children }] = await Promise.all([
      session.getData(path),
      session.getAcl(path),
      session.getChildren(path),
    ]);
    seen.set(path.slice(root === '/' ? 0 : root.length), {
      data: data === null ? null : data.toString('latin1'),
      acl: acl
        .map(({ scheme, id, perms }) => `${scheme}:${id}:${perms}`)
        .sort()
        .join(),
      isEphemeral: stat.ephemeralOwner !== 0n,
    });
    await Promise.all(children.sort().map((name) => look(path === '/' ? `/${name}` : `${path}/${name}`)));
  };
  await look(root);
  return new Map([...seen].sort(([left], [right]) => (left < right ? -1 : 1)));
}

/** Names that shells, globs, JSON and terminals stumble over. */
export const ODD_NAMES: readonly string[] = [
  'blank in it',
  ' ',
  'quote\'and"quotes',
  'back\\slash',
  '*',
  '?[a-z]',
  '$HOME `id` $(id)',
  'semi;colon|pipe&',
  'a=b',
  'OLD=NEW',
  '~',
  '-rf',
  '--',
  '#comment',
  '{"json":1}',
  'ünïcödé 漢字',
  '\u00a0',
  'x'.repeat(1_000),
];
