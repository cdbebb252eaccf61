/** Requests whose path is the server's own, from below a chroot. */
import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { openSession } from '../../src/client/session.js';
import { describeWithZooKeeper } from '../helpers/skip.js';

describeWithZooKeeper('with `absolute`', (address) => {
  test('paths are the server’s, whatever the chroot', async () => {
    const name = `/test-${randomBytes(6).toString('hex')}`;
    const outside = await openSession({ servers: address });
    await outside.create(name, null);
    const session = await openSession({ servers: `${address}${name}` });
    const absolute = { absolute: true };

    expect(await session.create(`${name}/a`, Buffer.from('x'), absolute)).toMatchObject({ path: `${name}/a` });
    expect(await session.exists(`${name}/a`, absolute)).not.toBeNull();
    expect(await session.exists(`${name}/a`)).toBeNull();
    expect((await session.getData(`${name}/a`, absolute)).data).toEqual(Buffer.from('x'));
    expect((await session.getChildren(name, absolute)).children).toEqual(['a']);
    await session.setData(`${name}/a`, Buffer.from('y'), 0, absolute);
    const results = await session.multi(
      [
        { op: 'check', path: `${name}/a`, version: 1 },
        { op: 'create', path: `${name}/b`, data: null },
      ],
      absolute,
    );
    expect(results[1]).toMatchObject({ op: 'create', path: `${name}/b` });
    expect((await session.getChildren('/')).children.sort()).toEqual(['a', 'b']);
    await session.delete(`${name}/a`, 1, absolute);
    await session.delete(`${name}/b`, 0, absolute);

    await session.close();
    await outside.delete(name);
    await outside.close();
  });
});
