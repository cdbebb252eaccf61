import { afterEach, beforeEach, expect, test } from 'vitest';
import { describeWithZooKeeper } from '../helpers/skip.js';
import { openScene, type Scene } from './scene.js';

describeWithZooKeeper('apply', (address) => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await openScene(address);
  });
  afterEach(() => scene.close());

  function describe(text: string): void {
    scene.files.set('x.yaml', Buffer.from(text));
  }

  test('nothing is changed when one znode changed between plan and multi', async () => {
    await scene.put('/a', 'one');
    await scene.put('/b', 'one');
    describe('/a: two\n/b: two\n/c: new\n');
    scene.answer = 'y';
    const other = await scene.open();
    const asking = scene.run('apply x.yaml', {
      // The plan is on the screen; the question comes behind it.
      onResult: (result) => {
        if (result.kind === 'change' && result.change.path === '/c') void other.setData('/b', Buffer.from('mine'));
      },
    });
    const { status, stderr } = await asking;
    // The other's write may come behind ours: then all is applied.
    const data = (await other.getData('/a')).data?.toString();
    expect([status, data]).toEqual(status === 0 ? [0, 'two'] : [4, 'one']);
    if (status !== 0) expect(stderr).toContain('Somebody changed it since the plan was made. Nothing was changed.');
  });

  test('a conflict stops it before anything of the multi is done', async () => {
    await scene.put('/a', 'one');
    await scene.put('/guarded', 'x', { acl: [{ perms: 1, scheme: 'world', id: 'anyone' }] });
    describe('/a: two\n/guarded: two\n');
    const { status, stderr } = await scene.run('apply -y x.yaml', { settings: { yes: true } });
    expect(status).toBe(5);
    expect(stderr).toContain('/guarded');
    expect(stderr).toContain('Nothing was changed.');
    expect((await scene.session.getData('/a')).data?.toString()).toBe('one');
  });

  test('more than one request holds is done in several, and is complete', async () => {
    const big = 'x'.repeat(300_000);
    describe(Array.from({ length: 8 }, (_, index) => `/n${index}: ${big}\n`).join(''));
    const { status, stdout } = await scene.run('apply x.yaml', { settings: { yes: true } });
    expect(status).toBe(0);
    expect(stdout.split('\n')).toHaveLength(9);
    expect((await scene.session.getData('/n7')).stat.dataLength).toBe(300_000);
    expect((await scene.run('plan --check x.yaml')).status).toBe(0);
  });

  test('json is compared as a value, not as text', async () => {
    await scene.put('/a', '{"y": 2,\n "x": 1}');
    describe('/a: { json: { x: 1, y: 2 } }\n');
    expect((await scene.run('plan --check x.yaml')).status).toBe(0);
    describe('/a: { json: { x: 1, y: 3 } }\n');
    expect((await scene.run('plan --check x.yaml')).status).toBe(9);
  });

  test('prune leaves ephemerals and what is above them', async () => {
    await scene.put('/p', '');
    await scene.put('/p/gone', '');
    await scene.put('/p/kept', '');
    await scene.put('/p/kept/live', '', { mode: 'ephemeral' });
    describe('/p: { prune: true }\n');
    expect((await scene.run('apply x.yaml', { settings: { yes: true } })).stdout).toBe('delete\t/p/gone\n');
    expect((await scene.session.getChildren('/p')).children).toEqual(['kept']);
  });

  test('what export wrote is a description, as a folder and as a file, here and elsewhere', async () => {
    await scene.put('/p', 'one');
    await scene.put('/p/a', null, { acl: [{ perms: 1, scheme: 'world', id: 'anyone' }] });
    for (const words of ['/p p.jsonl', '/p --dir folder']) expect((await scene.run(`export ${words}`)).status).toBe(0);
    await scene.put('/p/stray', '');
    await scene.session.setData('/p', Buffer.from('two'));
    for (const file of ['p.jsonl', 'folder']) {
      expect((await scene.run(`plan --check ${file}`)).stdout).toBe('setData\t/p\n');
      expect((await scene.run(`plan --prune ${file}`)).stdout).toBe('setData\t/p\ndelete\t/p/stray\n');
      await scene.run(`apply -y ${file} /x/${file.slice(0, 1)}`);
      expect((await scene.run(`diff --acl @${file} /x/${file.slice(0, 1)}`)).status).toBe(0);
    }
    expect((await scene.run('apply -y --prune folder')).status).toBe(0);
    expect((await scene.run('plan --check --prune p.jsonl')).status).toBe(0);
  });
});
