/** Servers that are older, stricter or cut off: each refusal has the message that helps. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSession } from '../../src/client/session.js';
import { startEnsemble } from '../helpers/ensemble.js';
import { eventually } from '../helpers/eventually.js';
import { describeWithOwnZooKeeper, describeWithRealZooKeeper } from '../helpers/skip.js';
import { startZooKeeper, type ZooKeeperServer } from '../helpers/zookeeper.js';
import { openScene, type Scene } from './scene.js';

function withServer(options: Parameters<typeof startZooKeeper>[0], isShell = false) {
  const held = {} as { server: ZooKeeperServer; scene: Scene };
  beforeAll(async () => {
    held.server = await startZooKeeper(options);
    held.scene = await openScene(held.server.address, { isShell });
  }, 120_000);
  afterAll(async () => {
    await held.scene?.close();
    await held.server?.stop();
  });
  return held;
}

describeWithOwnZooKeeper('a server that enforces quotas and knows no TTL', () => {
  const held = withServer({
    config: { enforceQuota: true, extendedTypesEnabled: false, reconfigEnabled: false },
    jvm: ['-Dzookeeper.extendedTypesEnabled=false', '-Dzookeeper.enforceQuota=true'],
  });

  test('refuses what is over a hard limit, and tells which', async () => {
    const { scene } = held;
    await scene.put('/q', '12345');
    expect((await scene.run('setquota -N 2 -B 10 /q')).status).toBe(0);
    expect((await scene.run('create /q/1')).status).toBe(0);

    const many = await scene.run('create /q/2');
    expect(many).toMatchObject({ status: 1, stdout: '' });
    expect(many.stderr).toContain('zksh: create /q/2: over the quota\n');
    expect(many.stderr).toContain('listquota');
    const large = await scene.run('put /q 12345678901');
    expect(large.stderr).toContain('zksh: put /q: over the quota\n');
    const multi = await scene.run('multi check /q , create /q/3');
    expect(multi.stderr).toContain('zksh: multi /q/3: over the quota\n');
    expect((await scene.run('listquota /q')).stdout).toBe(
      'count\t-\t2\nbytes\t-\t5\ncount-hard\t2\t2\nbytes-hard\t10\t5\n',
    );
    expect((await scene.run('delquota -N /q')).status).toBe(0);
    expect((await scene.run('create /q/2')).status).toBe(0);
    expect((await scene.run('delquota /q')).status).toBe(0);
  });

  test('refuses a TTL, alone and in a multi', async () => {
    const { scene } = held;

    for (const line of ['create -t 10s /ttl', 'multi create -t 10s /ttl']) {
      const { status, stderr } = await scene.run(line);
      expect({ line, status }).toEqual({ line, status: 1 });
      expect(`${line}: ${stderr}`).toContain('extendedTypesEnabled=true');
    }
    expect((await scene.run('create -c /container')).status).toBe(0);
  });

  test('refuses a reconfiguration that is switched off', async () => {
    const { status, stderr } = await held.scene.run("reconfig --add 'server.2=a:1:2;3'");

    expect(status).toBe(1);
    expect(stderr).toContain('reconfiguration is switched off');
  });
});

describeWithOwnZooKeeper(
  'a server of version 3.8',
  () => {
    const held = withServer({ version: '3.8.6' }, true);

    test('knows all verbs', async () => {
      const { scene } = held;
      for (const line of [
        'put -p /a/b x',
        'touch /a/b',
        'create -e /e',
        'getEphemerals',
        'getAllChildrenNumber /',
        'setquota -n 5 -N 9 /a',
        'listquota /a',
        'delquota /a',
        'multi check /a/b 1 , set /a/b y , create /a/c',
        'wait /a/c',
        'config',
        'addWatch /a',
        'removewatches -r /a',
        'addWatch -m PERSISTENT /a',
        'addWatch /a',
        'removewatches -p /a',
        'watches',
        'removewatches /a',
        'setAcl -R /a world:anyone:cdrwa',
        'deleteall /a',
      ]) {
        const { status, stderr } = await scene.run(line);
        expect({ line, status, stderr }).toEqual({ line, status: 0, stderr: '' });
      }
    });
  },
  '3.8.6',
);

describeWithRealZooKeeper('a read-only server', () => {
  test('answers reads, and refuses every write with the reason', async () => {
    const ensemble = await startEnsemble({ readOnlyMode: true, config: { localSessionsEnabled: true } });
    try {
      const scene = await openScene(ensemble.address);
      await scene.put('/a', 'x');
      await scene.put('/a/b');
      const { chroot } = scene.session;
      const { connection } = scene;
      const [survivor, ...others] = ensemble.servers;
      await Promise.all(others.map((server) => server.kill()));
      const session = await eventually(
        () =>
          openSession({ servers: `${survivor!.address}${chroot}`, readOnly: true, connectTimeoutMs: 2_000 }).catch(
            () => null,
          ),
        { what: 'a read-only session', deadlineMs: 60_000 },
      );
      Object.assign(scene, { connection: { open: async () => session } });

      for (const line of [
        'put /a y',
        'touch /a',
        'deleteall /a',
        'multi set /a y',
        'setAcl -R /a world:anyone:r',
        'setquota -n 5 /a',
      ]) {
        const { status, stderr } = await scene.run(line);
        expect({ line, status }).toEqual({ line, status: 5 });
        expect(stderr).toContain('the server is in read-only mode');
      }
      for (const [line, stdout] of [
        ['getAllChildrenNumber /a', '1\n'],
        ['check /a 0', ''],
        ['wait /a', ''],
      ] as const) {
        expect({ line, ...(await scene.run(line)) }).toMatchObject({ line, status: 0, stdout });
      }
      await session.close();
      Object.assign(scene, { connection });
      await Promise.all(others.map((server) => server.restart()));
      // The session that cleans up may have expired with its servers; they go too.
      await scene.close().catch(() => {});
    } finally {
      await ensemble.stop();
    }
  }, 180_000);
});
