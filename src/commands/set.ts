/** set: new data for a znode that exists. */
import { UsageError } from '../errors.js';
import { ANY_VERSION } from '../protocol/stat.js';
import type { CommandIo } from './context.js';
import { DATA_OPTIONS, type DataValues, readData } from './data-options.js';
import { statBeforeWrite } from './dry-run.js';
import { explained } from './explained.js';
import { arg, command, flag, option, optionalArg } from './spec.js';
import { isInteger } from './version-word.js';

export const set = command({
  name: 'set',
  group: 'data',
  summary: 'Write the data of a znode',
  description:
    'With -v the data is written only where the znode still has that version, so that nobody else’s change is lost. DATA may be text, @FILE, or - for stdin; an empty word is empty data.',
  args: [
    arg('path', 'znodePath', 'the znode to write'),
    optionalArg('data', 'data', 'the data: text, @FILE or - for stdin'),
  ],
  options: {
    version: option('version', 'v', 'N', 'version', 'only where the znode has this version'),
    stat: flag('stat', 's', 'print the new stat'),
    ...DATA_OPTIONS,
  },
  examples: [
    { line: 'set /config/db host=db2', summary: 'whatever is there now' },
    { line: 'set /config/db host=db2 -v 0', summary: 'only where it is still version 0; else status 4' },
    { line: 'set /config/db --hex 00ff', summary: 'bytes' },
  ],
  zkCliDifferences: [
    'A third word is refused: zkCli.sh ignores the version in `set PATH DATA VERSION` and writes unconditionally.',
    '-b is --base64 TEXT here.',
  ],
  writes: true,
  refuse(words) {
    const [path, data, version] = words;
    if (words.length !== 3 || version === undefined || !isInteger(version)) {
      return null;
    }
    return {
      message: `a version is given with -v; ${version} was taken for one word too many`,
      why: 'zkCli.sh would ignore it and write whatever the version is.',
      hint: `To write only over version ${version}: set ${path} ${data} -v ${version}`,
    };
  },
  async toOperations(values, io) {
    const { path, version } = values;
    return [{ op: 'setData', path, data: await dataOf(values, io), ...(version === undefined ? {} : { version }) }];
  },
  async *run({ session, settings, signal, io }, values) {
    const { path, version, stat: withStat } = values;
    const data = await dataOf(values, io);
    const asked = { op: 'setData', path, expectedVersion: version } as const;
    if (settings.dryRun) {
      await statBeforeWrite(session, asked, { signal });
      yield { kind: 'planned', action: 'set', path };
      return;
    }
    const setting = session.setData(path, data, version ?? ANY_VERSION, { signal });
    yield { kind: 'changed', path, stat: await explained(session, setting, asked, { signal }), withStat };
  },
});

/** @throws UsageError where none is given */
async function dataOf(values: DataValues & { readonly path: string }, io: CommandIo): Promise<Buffer | null> {
  const data = await readData(values, io);
  if (data === undefined) {
    throw new UsageError('no data given', {
      why: 'DATA is text, @FILE or - for stdin.',
      hint: `For empty data: set ${values.path} ''. For none: set ${values.path} --null`,
    });
  }
  return data;
}
