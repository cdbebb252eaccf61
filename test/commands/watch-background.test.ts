import { afterAll, beforeAll, expect, test } from 'vitest';
import type { WatchEventResult } from '../../src/commands/results.js';
import { eventually } from '../helpers/eventually.js';
import { describeWithZooKeeper } from '../helpers/skip.js';
import { openScene, type Scene } from './scene.js';

describeWithZooKeeper('watch behind the prompt', (address) => {
  let scene: Scene;
  const told: WatchEventResult[] = [];

  beforeAll(async () => {
    scene = await openScene(address);
    await scene.put('/a', 'x');
  });
  afterAll(() => scene?.close());

  test('without a prompt is refused, with the line to write instead', async () => {
    const { status, stderr } = await scene.run('watch -b /a');

    expect(status).toBe(2);
    expect(stderr).toContain('watch /a');
    expect(scene.session.watches).toEqual([]);
  });

  test('returns at once and tells each event until it is stopped', async () => {
    scene.shell.notify = (event) => told.push(event);

    expect((await scene.run('watch -b -R /a')).status).toBe(0);
    const { mzxid } = await scene.session.setData('/a', null);
    await scene.put('/a/b');
    await eventually(() => told.length === 2, { what: 'two events' });

    expect(told.map(({ event, path }) => [event, path])).toEqual([
      ['changed', '/a'],
      ['created', '/a/b'],
    ]);
    expect(told[0]?.zxid).toBe(mzxid);
    expect((await scene.run('watch --stop /a')).status).toBe(0);
    expect((await scene.run('watch --stop /a')).status).toBe(1);
  });
});
