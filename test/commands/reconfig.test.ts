/** reconfig: the plan and what speaks against it as text, the change itself on an ensemble. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSession } from '../../src/client/session.js';
import { parseConfig, parseServer } from '../../src/commands/ensemble-config.js';
import { danger, planOf } from '../../src/commands/reconfig-plan.js';
import { type Ensemble, startEnsemble } from '../helpers/ensemble.js';
import { describeWithRealZooKeeper } from '../helpers/skip.js';
import { SUPER_AUTH } from '../helpers/zookeeper.js';
import { openScene, type Scene } from './scene.js';

const member = (id: number, more = '') => `server.${id}=zk${id}:2888:3888${more};2181`;
const members = (...ids: number[]) => ids.map((id) => parseServer(member(id)));

describe('a member', () => {
  test('is read with all its parts', () => {
    expect(parseServer('server.4=zk4:2888:3888:observer;[::1]:2181')).toEqual({
      id: 4,
      role: 'observer',
      host: 'zk4',
      quorumPort: 2888,
      electionPort: 3888,
      clientHost: '[::1]',
      clientPort: 2181,
      text: 'zk4:2888:3888:observer;[::1]:2181',
    });
  });

  test.each([
    'server.1=10.0.0.1:2888:3888',
    'server.1=[fe80::1]:2888:3888:participant;0.0.0.0:2181',
    'server.1=a:2888:3888|b:2889:3889;2181',
  ])('%s is one', (line) => {
    expect(parseServer(line).id).toBe(1);
  });

  test.each([
    '',
    '4',
    'server.4',
    'server.x=a:1:2;3',
    'server.4=a:1',
    'server.4=a:1:70000;3',
    'server.300=a:1:2;3',
    'server.4=a:1:2:boss;3',
  ])('%j is none', (line) => {
    expect(() => parseServer(line)).toThrow(/^not a server/);
  });

  test('stands beside the version in a configuration, which a standalone server has not', () => {
    const { version, servers } = parseConfig(`${member(1)}\n${member(2)}\nversion=10000000a`);

    expect(version).toBe(0x10000000an);
    expect(servers.map(({ id }) => id)).toEqual([1, 2]);
    expect(parseConfig('')).toEqual({ version: null, servers: [] });
  });
});

describe('a plan', () => {
  test('adds, removes and changes', () => {
    const change = { add: [member(4), 'server.2=other:2888:3888;2181'], remove: ['3'], members: null };

    const { servers, steps } = planOf(members(1, 2, 3), change);

    expect(servers.map(({ id, host }) => `${id} ${host}`)).toEqual(['1 zk1', '2 other', '4 zk4']);
    expect(steps.map(({ action, server }) => `${action} ${server.id}`)).toEqual(['change 2', 'add 4', 'remove 3']);
  });

  test('of all members knows who is new and who is gone', () => {
    const { steps } = planOf(members(1, 2, 3), { add: [], remove: [], members: [member(1), member(2), member(4)] });

    expect(steps.map(({ action, server }) => `${action} ${server.id}`)).toEqual(['add 4', 'remove 3']);
  });

  test('is empty where nothing changes', () => {
    const same = 'server.1=zk1:2888:3888:participant;0.0.0.0:2181';

    expect(planOf(members(1), { add: [same], remove: [], members: null }).steps).toEqual([]);
  });

  test.each([
    [{ add: [], remove: ['7'], members: null }, 'there is no member 7'],
    [{ add: [], remove: ['x'], members: null }, 'not the id of a member: x'],
    [{ add: [member(4), member(4)], remove: [], members: null }, 'server.4 is named twice'],
    [{ add: [member(3)], remove: ['3'], members: null }, 'server.3 is both added and removed'],
    [{ add: [], remove: ['1', '2', '3'], members: null }, 'no voting member would be left'],
    [{ add: [], remove: [], members: [member(1, ':observer')] }, 'no voting member would be left'],
  ])('%j is refused', (change, message) => {
    expect(() => planOf(members(1, 2, 3), change)).toThrow(message);
  });
});

describe('the majority', () => {
  const against = (now: number[], then: number[], silent: number[] = []) =>
    danger(members(...now), { servers: members(...then), steps: [] }, new Set(silent));

  test.each([
    [
      [1, 2, 3],
      [1, 2],
    ],
    [
      [1, 2, 3],
      [1, 2, 3, 4],
    ],
    [
      [1, 2, 3],
      [1, 2, 4],
    ],
    [
      [1, 2, 3, 4, 5],
      [1, 2, 3],
    ],
    [[1], [1]],
  ])('of %j is safe on the way to %j', (now, then) => {
    expect(against(now, then)).toBeNull();
  });

  test.each([
    [[1, 2, 3], [1], /^Only 1 of the 3 voting members of now would stay/],
    [[1, 2, 3], [4, 5, 6], /^Only 0 of the 3/],
    [[1, 2, 3], [1, 2, 4, 5], /^Of 4 voting members 2 would be new; those that stay \(2\) are no majority \(3\)/],
    [[1], [1, 2], /^Of 2 voting members 1 would be new/],
  ])('of %j is in danger on the way to %j', (now, then, why) => {
    expect(against(now, then)).toMatch(why);
  });

  test('is in danger where too few answer', () => {
    expect(against([1, 2, 3], [1, 2], [2])).toMatch(/^Only 1 of the 2 voting members answer/);
    expect(against([1, 2, 3], [1, 2, 3], [3])).toBeNull();
  });
});

describeWithRealZooKeeper('reconfig of an ensemble', () => {
  let ensemble: Ensemble;
  let scene: Scene;
  beforeAll(async () => {
    ensemble = await startEnsemble();
    scene = await openScene(ensemble.address);
  }, 120_000);
  afterAll(async () => {
    await scene?.close();
    await ensemble?.stop();
  });

  test('shows the plan, asks who may, changes, waits, and changes back', async () => {
    const before = (await scene.run('config')).stdout;
    const third = /^server\.3=.*$/m.exec(before)![0];
    expect((await scene.run('config -c')).stdout.trim().split(',').sort()).toEqual(
      [...ensemble.address.split(',')].sort(),
    );

    const planned = await scene.run('reconfig -n --remove 3');
    expect(planned).toMatchObject({ status: 0, stdout: `remove\t${third}\n` });

    const refused = await scene.run('reconfig --remove 3');
    expect(refused.status).toBe(5);
    expect(refused.stderr).toContain('a super user');
    expect(await scene.run('reconfig --remove 2,3')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('could lose its majority'),
    });
    expect(await scene.run('reconfig --remove 9')).toMatchObject({ status: 2 });
    expect(await scene.run('reconfig --remove 3 -v 1')).toMatchObject({ status: 4 });

    await scene.run(`addauth digest ${SUPER_AUTH}`);
    const removed = await scene.run('reconfig --remove 3');
    expect(removed).toMatchObject({ status: 0, stderr: '' });
    expect(removed.stdout).not.toContain('server.3=');
    expect((await scene.run('config')).stdout).toBe(removed.stdout);

    const silent = await scene.run(`reconfig --add 'server.3=127.0.0.1:1:2;127.0.0.1:1' --add x`);
    expect(silent.status).toBe(2);
    const added = await scene.run(`reconfig --add '${third}' -o json`);
    expect(added).toMatchObject({ status: 0, stderr: '' });
    expect(JSON.parse(added.stdout).servers.map(({ id }: { id: number }) => id)).toEqual([1, 2, 3]);

    const [first, second] = before.split('\n');
    scene.files.set('members', Buffer.from(`# two are left\n${first}\n${second}\nversion=1\n`));
    const two = await scene.run('reconfig --file members -s');
    expect(two).toMatchObject({ status: 0, stderr: '' });
    expect(two.stdout).not.toContain('server.3=');
    expect(await scene.run(`reconfig --members '${first},${second},${third}'`)).toMatchObject({
      status: 0,
      stderr: '',
    });

    const same = await scene.run(`reconfig --add '${third}'`);
    expect(same).toMatchObject({ status: 0 });
    const session = await openSession({ servers: ensemble.servers[2]!.address });
    expect((await session.getConfig()).data?.toString()).toContain(third.split(':')[0]);
    await session.close();
  }, 60_000);
});
