/** Quotas against a real server: set below a chroot, they lie where the server looks for them. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Session } from '../../src/client/api.js';
import { openSession } from '../../src/client/session.js';
import { formatLimits, NO_LIMITS, parseLimits, parseUsed } from '../../src/commands/quota-layout.js';
import { describeWithZooKeeper } from '../helpers/skip.js';
import { openScene, type Scene } from './scene.js';

test.each([
  ['count=5,bytes=-1', { ...NO_LIMITS, count: 5 }],
  ['count=-1,bytes=-1=;byteHardLimit=12;countHardLimit=5', { ...NO_LIMITS, bytesHard: 12, countHard: 5 }],
  ['garbage', NO_LIMITS],
  ['', NO_LIMITS],
  ['bytes=7,,;count=;countHardLimit=x', { ...NO_LIMITS, bytes: 7 }],
])('limits are read from %j', (text, limits) => {
  expect(parseLimits(Buffer.from(text))).toEqual(limits);
});

test('limits are written as servers of all versions read them', () => {
  expect(formatLimits({ count: 5, bytes: null, countHard: null, bytesHard: 9 }).toString()).toBe(
    'count=5,bytes=-1=;byteHardLimit=9;countHardLimit=-1',
  );
  expect(parseUsed(Buffer.from('count=4,bytes=9'))).toEqual({ count: 4, bytes: 9 });
});

describeWithZooKeeper('a quota below a chroot', (address) => {
  let scene: Scene;
  let outside: Session;
  beforeAll(async () => {
    outside = await openSession({ servers: address });
  });
  afterAll(() => outside.close());
  beforeEach(async () => {
    scene = await openScene(address);
    await scene.put('/a', '12345');
  });
  afterEach(() => scene.close());

  const folder = () => `/zookeeper/quota${scene.session.chroot}`;

  test('is set where the server counts', async () => {
    expect((await scene.run('setquota -n 3 -B 100 /a')).status).toBe(0);

    const limits = await outside.getData(`${folder()}/a/zookeeper_limits`);
    const stats = await outside.getData(`${folder()}/a/zookeeper_stats`);
    expect(limits.data?.toString()).toBe('count=3,bytes=-1=;byteHardLimit=100;countHardLimit=-1');
    expect(stats.data?.toString()).toBe('count=1,bytes=5');
    await scene.put('/a/b', 'xyz');
    expect((await scene.run('listquota /a')).stdout).toBe(
      'count\t3\t2\nbytes\t-\t8\ncount-hard\t-\t2\nbytes-hard\t100\t8\n',
    );
    await scene.run('delquota /a');
  });

  test('leaves nothing behind when it is taken off', async () => {
    await scene.put('/a/deep');
    await scene.run('setquota -n 3 /a/deep');
    expect(await outside.exists(`${folder()}/a/deep`)).not.toBeNull();

    expect((await scene.run('delquota /a/deep')).status).toBe(0);

    expect(await outside.exists(folder())).toBeNull();
  });

  test('of the chroot itself is one of /', async () => {
    expect((await scene.run('setquota -n 30 /')).status).toBe(0);
    expect((await scene.run('listquota /')).stdout).toMatch(/^count\t30\t/);
    const refused = await scene.run('setquota -n 5 /a');
    expect(refused.status).toBe(4);
    expect(refused.stderr).toContain('Its ancestor / has one.');
    expect((await scene.run('delquota /')).status).toBe(0);
  });

  test('meets one that lies outside of the chroot', async () => {
    await scene.put('/in');
    const chroot = `${scene.session.chroot}/in`;
    await scene.run('setquota -n 9 /');
    await scene.connection.connect(`${address}${chroot}`);

    const { status, stderr } = await scene.run('setquota -n 5 /');

    expect(status).toBe(4);
    expect(stderr).toContain(`Its ancestor ${scene.session.chroot} (outside the chroot) has one.`);
    await scene.connection.connect(scene.servers);
    await scene.run('delquota /');
  });

  test('set by two at once has the limits of both', async () => {
    const runs = await Promise.all([scene.run('setquota -n 3 /a'), scene.run('setquota -b 50 /a')]);

    expect(runs.map(({ status }) => status)).toEqual([0, 0]);
    expect((await scene.run('listquota /a -o json')).stdout).toContain('"limits":{"count":3,"bytes":50,');
    await scene.run('delquota /a');
  });
});
