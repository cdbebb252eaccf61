/** A tree that only one user may touch: every verb says which permission is missing, and works once logged in. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { digestId } from '../../src/protocol/acl.js';
import { describeWithZooKeeper } from '../helpers/skip.js';
import { openScene, type Scene } from './scene.js';

const OWN = `digest:${digestId('admin', 'secret')}:cdrwa`;

describeWithZooKeeper('a tree protected by a digest', (address) => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await openScene(address);
    const owner = await scene.open({ auth: [{ scheme: 'digest', credential: Buffer.from('admin:secret') }] });
    const acl = [{ scheme: 'digest', id: digestId('admin', 'secret'), perms: 31 }];
    await owner.create('/own', Buffer.from('x'), { acl });
    await owner.create('/own/child', null, { acl });
  });
  afterAll(() => scene.close());

  test.each([
    ['put /own y', 'write', '/own'],
    ['put /own/new y', 'create', '/own'],
    ['touch /own', 'read', '/own'],
    ['getAllChildrenNumber /own', 'read', '/own'],
    ['wait /own --value y', 'read', '/own'],
    ['multi check /own , set /own y', 'write', '/own'],
    ['multi create /own/a , delete /own/child', 'create', '/own'],
    ['multi create /free , delete /own/child', 'delete', '/own'],
    ['setAcl -R /own world:anyone:r', 'read', '/own'],
    ['deleteall /own', 'read', '/own'],
  ])('%s: the permission %s on %s is missing', async (line, permission, path) => {
    const { status, stderr } = await scene.run(line);

    expect({ status, stderr }).toEqual({
      status: 5,
      stderr: expect.stringContaining(`it needs the permission ${permission} on ${path}\n`),
    });
    expect(stderr).toContain('You are ip:127.0.0.1.');
    expect(await scene.session.exists('/free')).toBeNull();
  });

  test('opens to whoever logs in', async () => {
    await scene.run('addauth digest admin:secret');

    for (const line of ['put /own y', 'touch /own', 'multi set /own z , create /own/a', `setAcl -R /own ${OWN}`]) {
      expect({ line, ...(await scene.run(line)) }).toMatchObject({ line, status: 0, stderr: '' });
    }
    const acl = (await scene.run('getAcl /own')).stdout.trim();
    expect(acl).toBe(OWN);
    expect((await scene.run(`setAcl /own '${acl}'`)).status).toBe(0);
    expect((await scene.run('deleteall /own')).status).toBe(0);
  });
});
