/** Every example that help and the man page show is run, on a tree where it makes sense. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Session } from '../../src/client/api.js';
import { COMMANDS } from '../../src/commands/registry.js';
import type { Sandbox } from '../../src/sandbox/sandbox.js';
import { startSandbox } from '../../src/sandbox/start.js';
import { eventually } from '../helpers/eventually.js';
import { describeWithZooKeeper } from '../helpers/skip.js';
import { openScene, type Scene } from './scene.js';

/** What stands before any example runs. */
const TREE: readonly (readonly [string, string])[] = [
  ['/config', ''],
  ['/config/db', 'host=db1'],
  ['/config/old', ''],
  ['/config/app', 'replicas: 3\ntimeout: 5'],
  ['/services', ''],
  ['/services/web', 'HOST=10.0.0.1'],
  ['/locks', ''],
  ['/locks/lock-1', ''],
  ['/cache', ''],
  ['/jobs', ''],
  ['/jobs/1', ''],
  ['/jobs/2', ''],
  ['/jobs/42', ''],
];

/** What is typed before the example of a verb, where it needs more than the tree. */
const BEFORE: Readonly<Record<string, readonly string[]>> = {
  import: ['export /config config.jsonl.gz', 'export /config --dir config-folder', 'deleteall -y /config'],
  diff: ['export /config config.jsonl.gz', 'import config.jsonl.gz /config-new'],
  addWatch: [],
  removewatches: ['addWatch /services /config'],
  watches: ['addWatch /services'],
  commit: ['multi', 'create /jobs/new'],
  abort: ['multi', 'create /jobs/new'],
  listquota: ['setquota -n 10 /services'],
  delquota: ['setquota -n 10 /services', 'setquota -n 10 -N 20 -B 30 /jobs'],
  history: ['get /config/db'],
  redo: ['get /config/db'],
};

/** They need an ensemble, or a second one; reconfig.test.ts, diff-servers.test.ts, cp.test.ts and mv.test.ts have one. */
const ELSEWHERE: ReadonlySet<string> = new Set([
  'reconfig',
  'diff --servers /config',
  'cp -r --verify /app zk://zk2:2181/app',
  'mv /app zk://zk2:2181/app',
  'mirror /app zk://zk2:2181/app --recheck 1h',
]);

/** What others do meanwhile, again and again, for examples that wait. */
async function changeEverything(other: Session): Promise<void> {
  await other.setData('/config/db', Buffer.from('host=db2'));
  await other.setData('/services/web', Buffer.from('up'));
  await other.delete('/jobs/42').catch(() => {});
}

/** Examples that go on until they are interrupted. */
const ENDLESS: ReadonlySet<string> = new Set([
  'watch -R /services --data -o json',
  'sandbox --port 0',
  'sandbox --data-dir /var/tmp/zk --tick 500ms',
  'sandbox --empty --set enforceQuota=true',
]);

const EXAMPLES = COMMANDS.filter(({ name }) => !ELSEWHERE.has(name)).flatMap(({ name, examples }) =>
  examples.filter(({ line }) => !ELSEWHERE.has(line)).map(({ line }) => [name, line] as const),
);

describeWithZooKeeper('the example', (address) => {
  let scene: Scene;
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox();
  });
  afterAll(() => sandbox.stop());
  beforeEach(async () => {
    scene = await openScene(address, { isShell: true, sandbox });
    for (const [path, data] of TREE) {
      await scene.put(path, data);
    }
  });
  afterEach(() => scene.close());

  test.each(EXAMPLES)('of %s works: %s', async (name, line) => {
    const other = await scene.open();
    const controller = new AbortController();
    const address = scene.connection.servers;
    let eventsCount = 0;
    for (const before of BEFORE[name] ?? []) {
      await scene.run(before);
    }

    const running = scene.run(line.replace('localhost:2181/app', address), {
      signal: controller.signal,
      settings: { interactive: true },
      onResult({ kind }) {
        // sandbox says where it listens.
        eventsCount += kind === 'watchEvent' || kind === 'text' ? 1 : 0;
      },
    });
    let isOver = false;
    running.then(() => {
      isOver = true;
    });
    if (name === 'watch' || name === 'wait') {
      await eventually(
        async () => {
          await changeEverything(other);
          return isOver || eventsCount > 0;
        },
        { what: `an event of ${line}` },
      );
    }
    if (ENDLESS.has(line)) {
      await eventually(() => eventsCount > 0, { what: `a first result of ${line}` });
      controller.abort();
    }

    const { status, stderr } = await running;
    expect({ status, stderr }).toEqual({
      // A server that was told to end has done what it should.
      status: ENDLESS.has(line) && name !== 'sandbox' ? 130 : 0,
      stderr: ENDLESS.has(line) ? expect.any(String) : '',
    });
  });
});

test('every verb has an example', () => {
  expect(COMMANDS.filter(({ examples }) => examples.length === 0)).toEqual([]);
});
