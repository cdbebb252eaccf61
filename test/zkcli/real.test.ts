/** The same lines through the real zkCli.sh and through bin/zkCli.sh: what they print, their statuses and the tree they leave. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Session } from '../../src/client/api.js';
import { describeWithRealZooKeeper } from '../helpers/skip.js';
import { runZkCli } from '../helpers/zkcli.js';
import { startZooKeeper, type ZooKeeperServer } from '../helpers/zookeeper.js';
import { DROP_IN, normalise, type Outcome, runCase } from './cases.js';
import { difference } from './compare.js';
import { clean, openSuper, readTree, SERVER_JVM } from './prepare.js';
import { randomLines } from './random-lines.js';

const PLACE = { down: 'nobody:1' };
/** Java in the locale and zone that the drop-in's output has. */
const JVM = ['-Dfile.encoding=UTF-8', '-Dstdout.encoding=UTF-8', '-Dstderr.encoding=UTF-8', '-Duser.timezone=UTC'];
/** On a busy machine Java's second thread may come late. */
const PROMPTS_LATE_MAX = 20;
const SEED = Number(process.env.ZKSH_SEED ?? Date.now() % 1_000_000);

const SCRIPTS: Readonly<Record<string, readonly string[]>> = {
  'data with quotes, backslashes and !': [
    "create /w/a '  x  '",
    'get /w/a',
    'set /w/a "it\'s"',
    '!ge',
    String.raw`set /w/a C:\\tmp\n`,
    'get -s /w/a',
    "set /w/a don't!!",
    '!$',
    '^don^do',
    'get /w/a',
    "'get' '/w/a' ",
    'history',
  ],
  'a tree, its watches and its end': [
    'create /w/t',
    'addWatch -m persistent /w/t',
    'ls -w /w/t',
    'create /w/t/b 1',
    'create -s /w/t/s-',
    'create -e /w/t/e',
    'addWatch /w/t/b',
    'set -s /w/t/b 2 -v 0',
    'ls -R /w',
    'removewatches /w/t -d',
    'removewatches /w/t',
    'deleteall /w/t -b 2',
    'close',
    'ls /w',
    'connect',
    'ls -s /w',
  ],
  'access, quotas and refusals': [
    'addauth digest ann:pw',
    'create /w/p secret auth::cdrwa',
    'getAcl /w/p',
    'setAcl -s /w/p world:anyone:r,digest:ann:x:cdrwa,rubbish',
    'delete /w/p 7',
    'create /w/q 1234',
    'setquota -n 1 /w/q',
    'setquota -b 5 /w/q',
    'create /w/q/r 12345678',
    'listquota /w/q',
    'setquota -N 5 /w/q/r',
    'setquota -N 5 /w',
    'delquota -n /w/q',
    'listquota /w/q',
    'delquota /w/q',
    'ls -R /zookeeper/quota',
    'whoami',
  ],
};

describeWithRealZooKeeper('the real zkCli.sh and ours', () => {
  let server: ZooKeeperServer;
  let session: Session;

  beforeAll(async () => {
    server = await startZooKeeper({ jvm: SERVER_JVM });
    session = await openSuper(server.address);
  });
  afterAll(async () => {
    await session?.close();
    await server?.stop();
  });

  async function fresh(): Promise<void> {
    await clean(session, 'w');
    await session.create('/w', Buffer.from('x'));
    await session.create('/w/a', Buffer.from('hello'));
  }

  async function compare(lines: readonly string[], chroot = ''): Promise<string> {
    const stdin = lines.map((line) => `${line}\n`).join('');
    const place = { ...PLACE, server: server.address };
    await fresh();
    const { status, ...output } = await runZkCli(['-server', server.address + chroot], stdin, { jvm: JVM });
    const { stdout, stderr } = normalise(output, place, 'no folder');
    const theirs: Outcome = { exit: status, stdout, stderr: stderr.replace(/Exception in thread [\s\S]*/, 'TRACE\n') };
    const theirTree = await readTree(session, '/w');
    await fresh();
    const each = { name: 'w', about: '', argv: ['-server', server.address + chroot], stdin };
    const ours = await runCase(each, [DROP_IN], place);
    const trees = { theirs: theirTree, ours: await readTree(session, '/w') };
    expect(trees.ours).toEqual(trees.theirs);
    return difference(theirs, ours, [], PROMPTS_LATE_MAX) ?? '';
  }

  test.each(Object.entries(SCRIPTS))('%s', async (_, lines) => {
    expect(await compare(lines)).toBe('');
  });

  test(`random lines (ZKSH_SEED=${SEED})`, async () => {
    for (const [index, lines] of fc.sample(randomLines('/w'), { seed: SEED, numRuns: 2 }).entries()) {
      const found = await compare(lines);
      expect(found === '' ? '' : `${found}\nlines of run ${index}:\n${lines.join('\n')}`).toBe('');
    }
  });

  test(`random lines in a chroot (ZKSH_SEED=${SEED})`, async () => {
    const [lines = []] = fc.sample(randomLines('/a'), { seed: SEED, numRuns: 1 });
    expect(await compare(lines, '/w')).toBe('');
  });
});
