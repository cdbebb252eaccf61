/** wait, while others change what is waited for. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Session } from '../../src/client/api.js';
import { eventually } from '../helpers/eventually.js';
import { describeWithZooKeeper } from '../helpers/skip.js';
import { openScene, type Scene } from './scene.js';

const CASES: readonly (readonly [line: string, change: (other: Session) => Promise<unknown>])[] = [
  ['wait /new', (other) => other.create('/new', null)],
  ['wait /deep/er', async (other) => other.create('/deep', null).then(() => other.create('/deep/er', null))],
  ['wait /a --gone', (other) => other.delete('/a')],
  ["wait /a --value 'two'", (other) => other.setData('/a', Buffer.from('two'))],
  ['wait /later --value x', (other) => other.create('/later', Buffer.from('x'))],
  ['wait /a --value @file', (other) => other.setData('/a', Buffer.from([0xff]))],
  ['wait /a --version 1', (other) => other.setData('/a', null)],
  ['wait /a --newer-than 0', (other) => other.setData('/a', null)],
  ['wait /a --children 1', (other) => other.create('/a/b', null)],
];

describeWithZooKeeper('wait', (address) => {
  let scene: Scene;
  let other: Session;
  beforeEach(async () => {
    scene = await openScene(address);
    other = await scene.open();
    scene.files.set('file', Buffer.from([0xff]));
    await scene.put('/a', 'one');
  });
  afterEach(() => scene.close());

  test.each(CASES)('%s ends when it is so, and not before', async (line, change) => {
    let isOver = false;
    const running = scene.run(line);
    running.then(() => {
      isOver = true;
    });
    await eventually(() => scene.connection.current!.watches.length > 0, { what: 'a watch' });
    expect(isOver).toBe(false);

    await change(other);

    expect(await running).toMatchObject({ status: 0, stderr: '' });
  });

  test('goes on over a new session when its own is over', async () => {
    const running = scene.run('wait /new');
    await eventually(() => scene.connection.current!.watches.length > 0, { what: 'a watch' });

    await scene.connection.close();
    await eventually(() => (scene.connection.current?.watches.length ?? 0) > 0, { what: 'a watch of another session' });
    await other.create('/new', null);

    expect(await running).toMatchObject({ status: 0, stderr: '' });
  });

  test('ends when it is interrupted', async () => {
    const controller = new AbortController();
    const running = scene.run('wait /never', { signal: controller.signal });
    await eventually(() => scene.session.watches.length > 0, { what: 'a watch' });

    controller.abort();

    expect((await running).status).toBe(130);
  });
});
