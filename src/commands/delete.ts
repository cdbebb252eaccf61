/** delete: znodes without children. */
import { KeeperError, UsageError } from '../errors.js';
import { errorEntry } from '../protocol/error-codes.js';
import { parentOf, type ZnodePath } from '../protocol/path.js';
import { ANY_VERSION } from '../protocol/stat.js';
import type { CommandContext } from './context.js';
import { statBeforeWrite } from './dry-run.js';
import { eachWrite } from './each-path.js';
import { explained } from './explained.js';
import { removeTrees } from './remove-trees.js';
import type { Result } from './results.js';
import { command, flag, option, variadicArg } from './spec.js';
import { isInteger } from './version-word.js';

export const deleteZnode = command({
  name: 'delete',
  aliases: ['rm'],
  group: 'data',
  summary: 'Delete znodes that have no children',
  description:
    'Paths are deleted in the order given, so a parent may stand behind its children. One that fails does not stop the others. With -v a znode is deleted only where it still has that version.',
  args: [variadicArg('path', 'znodePath', 'the znodes to delete')],
  options: {
    version: option('version', 'v', 'N', 'version', 'only where the znode has this version'),
    recursive: flag('recursive', 'r', 'everything below them too, as deleteall', { conflicts: ['version'] }),
  },
  examples: [
    { line: 'delete /config/old', summary: 'silent when done' },
    { line: 'delete /jobs/1 /jobs/2', summary: 'several' },
    { line: 'rm -r /cache', summary: 'with everything below it, as deleteall' },
    { line: 'delete /config/db -v 0', summary: 'only where it is still version 0; else status 4' },
  ],
  zkCliDifferences: [
    'A number behind the path is refused: zkCli.sh ignores the version in `delete PATH VERSION` and deletes unconditionally.',
    'Takes several paths.',
  ],
  writes: true,
  refuse(words) {
    const version = words.at(-1) ?? '';
    if (words.length < 2 || !isInteger(version)) {
      return null;
    }
    const paths = words.slice(0, -1).join(' ');
    return {
      message: `a version is given with -v; ${version} stands where a path should`,
      why: `zkCli.sh would ignore it and delete whatever the version is. (A znode of that name: ./${version})`,
      hint: `To delete only version ${version}: delete ${paths} -v ${version}`,
    };
  },
  async toOperations({ path: paths, version, recursive }) {
    if (recursive) {
      throw new UsageError('-r cannot stand in a multi', { why: 'How many znodes there are is not known before.' });
    }
    return paths.map((path) => ({ op: 'delete', path, ...(version === undefined ? {} : { version }) }));
  },
  run: (context, { path: paths, version, recursive }) =>
    recursive ? removeTrees(context, paths) : eachWrite(paths, (path) => deleteOne(context, path, { paths, version })),
});

async function deleteOne(
  { session, settings, signal }: CommandContext,
  path: ZnodePath,
  { paths, version }: { readonly paths: readonly ZnodePath[]; readonly version: number | undefined },
): Promise<Result> {
  const asked = { op: 'delete', path, expectedVersion: version } as const;
  if (settings.dryRun) {
    const { numChildren } = await statBeforeWrite(session, asked, { signal });
    const goneBefore = new Set(paths.slice(0, paths.indexOf(path)).filter((other) => parentOf(other) === path)).size;
    if (numChildren > goneBefore) {
      throw new KeeperError('NOTEMPTY', errorEntry('NOTEMPTY').what, {
        op: 'delete',
        path,
        childrenCount: numChildren,
      });
    }
    return { kind: 'planned', action: 'delete', path };
  }
  const deleting = session.delete(path, version ?? ANY_VERSION, { signal });
  await explained(session, deleting, asked, { signal });
  return { kind: 'done', verb: 'delete', fields: { path } };
}
