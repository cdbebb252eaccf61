/** Taking watches off while there is no server to ask. */
import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { openSession } from '../../src/client/session.js';
import { eventually } from '../helpers/eventually.js';
import { startFaultProxy } from '../helpers/fault-proxy.js';
import { describeWithZooKeeper } from '../helpers/skip.js';

describeWithZooKeeper('a watch taken off with `local`', (address) => {
  test('is gone at once where the connection is lost, and is not armed again', async () => {
    const path = `/test-${randomBytes(6).toString('hex')}`;
    const proxy = await startFaultProxy(address);
    const session = await openSession({ servers: proxy.address });
    const events: string[] = [];
    await session.addWatch(path, 'persistent', ({ type }) => events.push(type));
    proxy.welcome = 'mute';
    proxy.cut('close');
    await eventually(() => session.state === 'disconnected', { what: 'the loss' });

    await session.removeWatches(path, 'any', { local: true });

    expect(session.watches).toEqual([]);
    proxy.welcome = 'forward';
    proxy.cut('close');
    await eventually(() => session.state === 'connected', { what: 'the connection' });
    await session.create(path, null);
    await session.delete(path);
    await session.sync('/');
    expect(events).toEqual([]);
    await expect(session.removeWatches(path, 'any', { local: true })).rejects.toMatchObject({ code: 'NOWATCHER' });
    await session.close();
    await proxy.stop();
  });
});
