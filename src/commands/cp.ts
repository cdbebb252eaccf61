/** cp: znodes and subtrees to another place, here or on another ensemble. */

import { COPY_OPTIONS, jobOptions, readCopyOptions } from './copy-options.js';
import { verifyCopy } from './copy-verification.js';
import { copyTree, createCopyRun, planCopy } from './copying.js';
import { jobPlace } from './job-place.js';
import { arg, command, flag, option } from './spec.js';
import { checkTarget, openPlaces } from './transfer-places.js';

export const cp = command({
  name: 'cp',
  aliases: ['copy'],
  group: 'tree',
  summary: 'Copy a znode or a subtree, here or to another ensemble',
  description:
    'DST is the place of the copy itself, not one below which it goes; with -r everything below SRC goes along. Data and ACLs stay as they are; what a server decides anew are the zxids, times and versions, and the counter from which sequential znodes get their numbers. Containers and TTL znodes look persistent from outside: --kind says which they are.\nA place on another ensemble is zk://HOST:PORT/PATH, with the path there; credentials and TLS are those of this run.\nEphemerals belong to their sessions and are left out, unless --ephemerals persistent makes persistent ones of them.\nDST must not exist, unless --skip-existing or --overwrite says otherwise. A copy that was cut short goes on with --resume. Others may write meanwhile: each znode is copied as it was at some moment; --verify compares at the end.\nACLs can be read only one by one: --no-acl is several times as fast.',
  args: [arg('source', 'location', 'what to copy'), arg('target', 'location', 'where to')],
  options: {
    recursive: flag('recursive', 'r', 'everything below it too'),
    ...COPY_OPTIONS,
    ephemerals: option('ephemerals', null, 'POLICY', 'choice', 'skip (unless given), or persistent', {
      choices: ['skip', 'persistent'],
    }),
    verify: flag('verify', null, 'compare source and copy at the end; status 1 where they differ'),
  },
  examples: [
    { line: 'cp /config/db /config/db.old', summary: 'one znode, with its ACL' },
    { line: 'cp -r /config /backup', summary: 'a subtree' },
    { line: 'cp -r --verify /app zk://zk2:2181/app', summary: 'to another ensemble, compared at the end' },
    { line: 'cp -r /services /copy --map /services/web=/web', summary: 'a part of it elsewhere' },
  ],
  writes: true,
  async *run(context, values) {
    const { source, target, recursive: isDeep, ephemerals } = values;
    const policy = ephemerals === 'persistent' ? 'persistent' : 'skip';
    const options = readCopyOptions(values, { cwd: context.shell.cwd, isDeep, ephemerals: policy });
    const places = await openPlaces(context, { verb: 'cp', source, target, isDeep });
    const checkpoint = context.io.checkpoint([
      'cp',
      jobPlace(places.source.session, places.source.path),
      jobPlace(places.target.session, places.target.path),
      jobOptions(values, { isDeep, policy }),
    ]);
    const known = await checkpoint.load();
    await checkTarget(context, places.target, {
      parents: values.parents || options.map.length > 0,
      mayExist: options.ifExists !== 'refuse',
      line: `cp ${isDeep ? '-r ' : ''}-p ${places.source.name} ${places.target.name}`,
      hint:
        known === null
          ? 'To make it as the source is: --overwrite. To leave what is there: --skip-existing'
          : 'An earlier run of this was cut short. To go on with it: --resume',
    });
    if (!isDeep && (places.stat?.numChildren ?? 0) > 0) {
      const text = `${places.source.name} has children, which are not copied; with them: cp -r`;
      yield { kind: 'message', text };
    }
    if (context.settings.dryRun) {
      const run = createCopyRun(context, places, { doing: 'comparing', did: 'compared', isDeep });
      yield* planCopy(context, places, options, run);
      yield* run.end();
      return;
    }
    if (values.resume && known === null) {
      yield { kind: 'message', text: 'Nothing is known of an earlier run: it begins at the beginning.' };
    }
    const run = createCopyRun(context, places, { doing: 'copying', did: 'copied', isDeep });
    const after = values.resume && typeof known?.after === 'string' ? known.after : null;
    yield* copyTree(context, places, options, { run, checkpoint, after });
    await checkpoint.clear();
    if (values.verify) {
      yield* verifyCopy(context, places, options, run);
    }
    const { znodesCount } = run.progress.summary();
    yield {
      kind: 'done',
      verb: 'cp',
      fields: { from: places.source.name, to: places.target.name, znodes: znodesCount },
    };
    yield* run.end();
  },
});
