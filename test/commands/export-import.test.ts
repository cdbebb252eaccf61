/** export → import → diff against a real server: every kind of znode, as a file, compressed, and as a folder. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Session } from '../../src/client/api.js';
import { digestId, OPEN_ACL } from '../../src/protocol/acl.js';
import { describeWithZooKeeper } from '../helpers/skip.js';
import { openScene, type Scene } from './scene.js';
import { ODD_NAMES, treeOf } from './tree-of.js';

const READ_ONLY = [{ perms: 1, scheme: 'world', id: 'anyone' }];
const FOR_ALICE = [
  { perms: 31, scheme: 'digest', id: digestId('alice', 'secret') },
  { perms: 17, scheme: 'world', id: 'anyone' },
];

/** Every kind of data, ACL and name; the largest names there are. */
async function makeOddTree(session: Session, root: string): Promise<void> {
  const put = (path: string, data: Buffer | null, acl = OPEN_ACL) => session.create(`${root}${path}`, data, { acl });
  await put('', null);
  await put('/null', null);
  await put('/empty', Buffer.alloc(0));
  await put('/text', Buffer.from('line\n"quoted" \\ \u0000 \u001b[31m \ufeff é 😀'));
  await put('/binary', Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)));
  await put('/large', Buffer.alloc(900_000, 0xfe));
  await session.create(`${root}/container`, Buffer.from('c'), { mode: 'container' });
  await session.create(`${root}/ttl`, Buffer.from('t'), { mode: 'ttl', ttlMs: 3_600_000 });
  await put('/read', Buffer.from('r'), READ_ONLY);
  await put('/alice', Buffer.from('a'), FOR_ALICE);
  await put('/ip', null, [
    { perms: 3, scheme: 'ip', id: '10.0.0.0/8' },
    { perms: 31, scheme: 'ip', id: '127.0.0.1' },
  ]);
  await put('/sequential-0000000007', null);
  for (const name of [
    ...ODD_NAMES,
    'A',
    'a',
    '.git',
    'con',
    'aux.txt',
    'nul',
    'ends.',
    '@data',
    '%41',
    '^a',
    'é',
    'e\u0301',
  ]) {
    await put(`/${name}`, Buffer.from(name));
    await put(`/${name}/below`, null);
  }
}

/** A chain that lets nobody create: the ACL is set once what is below stands. */
async function makeShutTree(session: Session, root: string): Promise<void> {
  await session.create(root, null);
  await session.create(`${root}/shut`, null);
  await session.create(`${root}/shut/up`, Buffer.from('x'));
  await session.create(`${root}/shut/up/leaf`, null, { acl: READ_ONLY });
  await session.setAcl(`${root}/shut/up`, FOR_ALICE);
  await session.setAcl(`${root}/shut`, READ_ONLY);
}

describeWithZooKeeper('an export', (address) => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await openScene(address);
  });
  afterEach(() => scene.close());

  async function quietly(line: string): Promise<string> {
    const { status, stdout, stderr } = await scene.run(line);
    expect({ line, status, stderr }).toEqual({ line, status: 0, stderr: '' });
    return stdout;
  }

  describe.each([
    ['a file', 'export /odd x.jsonl', 'x.jsonl'],
    ['a compressed file', 'export /odd x.jsonl.gz', 'x.jsonl.gz'],
    ['a folder', 'export /odd --dir folder', 'folder'],
  ])('as %s', (_, exporting, file) => {
    test('comes back as it was, with every kind of data, ACL and name', async () => {
      await makeOddTree(scene.session, '/odd');
      await makeShutTree(scene.session, '/odd/more');

      await quietly(exporting);
      await quietly(`import ${file} /copy`);

      expect(await quietly('diff /odd /copy --acl --stat dataLength,numChildren')).toBe('');
      expect(await quietly(`diff @${file} /copy --acl`)).toBe('');
      expect(await treeOf(scene.session, '/copy')).toEqual(await treeOf(scene.session, '/odd'));
    });

    test('goes on with what is missing, and leaves what is the same', async () => {
      await makeOddTree(scene.session, '/odd');
      await makeShutTree(scene.session, '/odd/more');
      await quietly(exporting);
      await quietly(`import ${file} /copy`);
      await scene.session.delete('/copy/text');

      const { status, stderr } = await scene.run(`import ${file} /copy`);

      expect(stderr).toMatch(/^1 znode imported, .* skipped: there already, the same\n$/);
      expect(status).toBe(0);
      expect(await quietly('diff /odd /copy --acl')).toBe('');
    });
  });

  test('goes back to where it was, with what is missing above it', async () => {
    await scene.put('/a');
    await scene.put('/a/b');
    await scene.put('/a/b/c', 'x');
    const before = await treeOf(scene.session, '/a/b');
    await quietly('export /a/b x.jsonl');
    await quietly('deleteall /a');

    await quietly('import x.jsonl');

    expect(await treeOf(scene.session, '/a/b')).toEqual(before);
  });

  test('keeps container and TTL where it was told of them', async () => {
    await scene.put('/a');
    await scene.put('/a/box');
    await scene.put('/a/short');
    await quietly("export /a x.jsonl --kind box=container --kind '/a/sh*=ttl:1h'");
    const lines = scene.files.get('x.jsonl')!.toString().split('\n');
    expect(lines[2]).toContain('"path":"/a/box","kind":"container","data":null');
    expect(lines[3]).toContain('"path":"/a/short","kind":"ttl","ttl":3600000,"data":null');

    await quietly('import x.jsonl /copy');
    expect(await quietly('diff /a /copy')).toBe('');

    await quietly("import x.jsonl /other --kind 'box=persistent'");
  });

  test('has ephemerals in it, and import makes of them what it is told', async () => {
    const other = await scene.open();
    await scene.put('/a');
    await other.create('/a/live', Buffer.from('y'), { mode: 'ephemeral' });
    await quietly('export /a x.jsonl');
    expect(scene.files.get('x.jsonl')!.toString()).toContain('"path":"/a/live","kind":"ephemeral","data":"y"');

    const skipped = await scene.run('import x.jsonl /none');
    await quietly('import x.jsonl /kept --ephemerals persistent');
    await quietly('import x.jsonl /own --ephemerals ephemeral');

    expect(skipped).toMatchObject({ status: 0, stderr: expect.stringContaining('; 1 skipped: ephemeral\n') });
    expect(await scene.session.exists('/none/live')).toBeNull();
    expect((await scene.session.exists('/kept/live'))?.ephemeralOwner).toBe(0n);
    expect((await scene.session.exists('/own/live'))?.ephemeralOwner).toBe(scene.session.sessionId);
  });

  test('without ephemerals says how many were left out', async () => {
    const other = await scene.open();
    await scene.put('/a');
    await other.create('/a/live', null, { mode: 'ephemeral' });

    const { stderr } = await scene.run('export /a x.jsonl --ephemerals skip');

    expect(stderr).toMatch(/^1 znode exported, in .* 1 skipped: ephemeral\n$/);
    expect(scene.files.get('x.jsonl')!.toString()).toMatch(/"znodes":1,"skipped":1,"unreadable":0/);
  });

  test('names what may not be read, and says so in its last line; import --delete-extra then refuses', async () => {
    await scene.put('/a');
    await scene.put('/a/open', 'x');
    await scene.put('/a/closed', 'x', { acl: [{ perms: 30, scheme: 'world', id: 'anyone' }] });

    const { status, stderr } = await scene.run('export /a x.jsonl');
    const deleting = await scene.run('import x.jsonl --delete-extra');

    expect(status).toBe(1);
    expect(stderr).toContain('/a/closed');
    expect(scene.files.get('x.jsonl')!.toString()).toContain('"znodes":2,"skipped":1,"unreadable":1');
    expect(deleting.status).toBe(1);
    expect(deleting.stderr).toContain('x.jsonl does not hold all of its subtree');
    expect((await scene.session.getChildren('/a')).children.sort()).toEqual(['closed', 'open']);
  });

  test('whose password hashes were hidden is told, and imported without ACLs only', async () => {
    await scene.put('/a', null, { acl: [FOR_ALICE[0]!, { perms: 1, scheme: 'world', id: 'anyone' }] });

    const exporting = await scene.run('export /a x.jsonl');
    const importing = await scene.run('import x.jsonl /copy');

    expect(exporting.status).toBe(1);
    expect(exporting.stderr).toContain('the server hides the password hashes in the ACL of /a');
    expect(importing.status).toBe(1);
    expect(importing.stderr).toContain('/a: the export has no password hash in its ACL, only x');
    expect(await scene.session.exists('/copy')).toBeNull();
    await quietly('import x.jsonl /copy --no-acl');
  });

  test('of a part of the tree holds that part', async () => {
    for (const path of ['/a', '/a/keep', '/a/keep/deep', '/a/tmp', '/a/tmp/x', '/a/keep/tmp']) {
      await scene.put(path);
    }
    const paths = (text: string) => [...text.matchAll(/^\{"path":"([^"]*)"/gm)].map(([, path]) => path);

    expect(paths(await quietly('export /a --exclude tmp'))).toEqual(['/a', '/a/keep', '/a/keep/deep']);
    expect(paths(await quietly("export /a --exclude '/a/*/tmp'"))).toEqual([
      '/a',
      '/a/keep',
      '/a/keep/deep',
      '/a/tmp',
      '/a/tmp/x',
    ]);
    expect(paths(await quietly('export /a --depth 1'))).toEqual(['/a', '/a/keep', '/a/tmp']);
    expect(paths(await quietly('export /a --depth 0'))).toEqual(['/a']);
  });

  test('of / leaves ZooKeeper’s own znodes out', async () => {
    await scene.put('/a');
    // The scene is inside a chroot, where /zookeeper is a znode like any other.
    await scene.put('/zookeeper');
    expect(await quietly('export /')).toContain('"path":"/zookeeper"');
  });

  test('that was cut, or changed, is refused before anything is written', async () => {
    await scene.put('/a', 'x');
    await quietly('export /a x.jsonl');
    const whole = scene.files.get('x.jsonl')!;
    scene.files.set('cut.jsonl', whole.subarray(0, whole.length - 40));
    scene.files.set('changed.jsonl', Buffer.from(whole.toString().replace('"data":"x"', '"data":"y"')));

    const cut = await scene.run('import cut.jsonl /copy');
    const changed = await scene.run('import changed.jsonl /copy');

    expect(cut).toMatchObject({ status: 1, stderr: expect.stringMatching(/cut\.jsonl:3: it is not JSON/) });
    expect(changed).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/changed\.jsonl:3: the checksum is not/),
    });
    expect(await scene.session.exists('/copy')).toBeNull();
  });

  test('of lines by hand needs no parents, no order, no ACLs', async () => {
    scene.files.set(
      'hand.jsonl',
      Buffer.from('{"path":"/x/y/z","data":"1"}\n{"path":"/x/a"}\n\n{"path":"/x/y","data":"2"}\n{"path":"/b/c"}\n'),
    );

    const { status, stderr } = await scene.run('import hand.jsonl /in');

    // /x/y was made as a parent, without data, before its own line came.
    expect({ status, stderr }).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('/in/x/y: it exists already'),
    });
    await scene.run('import hand.jsonl /in --overwrite');
    expect([...(await treeOf(scene.session, '/in')).keys()]).toEqual([
      '',
      '/b',
      '/b/c',
      '/x',
      '/x/a',
      '/x/y',
      '/x/y/z',
    ]);
    expect((await scene.session.getData('/in/x/y')).data?.toString()).toBe('2');
  });
});

describeWithZooKeeper('import', (address) => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await openScene(address);
    await scene.put('/a', 'root');
    await scene.put('/a/x', '1');
    await scene.put('/a/y', '2');
    await scene.put('/a/y/z', '3');
    await scene.run('export /a x.jsonl');
    await scene.run('import x.jsonl /b');
    await scene.session.setData('/b/x', Buffer.from('other'));
    await scene.session.delete('/b/y/z');
    await scene.put('/b/extra');
    await scene.put('/b/extra/more');
  });
  afterEach(() => scene.close());

  test('fails for what is there with other data, does the rest, and says how to go on', async () => {
    const { status, stderr } = await scene.run('import x.jsonl /b');

    expect(status).toBe(1);
    expect(stderr).toContain('/b/x: it exists already');
    expect(stderr).toContain('--overwrite');
    expect(await scene.session.exists('/b/y/z')).not.toBeNull();
    expect((await scene.session.getData('/b/x')).data?.toString()).toBe('other');
  });

  test('leaves what is there, when told so', async () => {
    expect((await scene.run('import x.jsonl /b --skip-existing')).status).toBe(0);
    expect((await scene.run('diff /a /b')).stdout).toBe('added\t/b/extra\nadded\t/b/extra/more\ndata\t/a/x\n');
  });

  test('makes everything as it was, when told so, and takes away the rest', async () => {
    const plan = await scene.run('import -n x.jsonl /b --overwrite --delete-extra');
    expect(plan.stdout).toBe('overwrite\t/b/x\ncreate\t/b/y/z\ndelete\t/b/extra\n');
    expect((await scene.session.getData('/b/x')).data?.toString()).toBe('other');

    scene.answer = 'n';
    const refused = await scene.run('import x.jsonl /b --overwrite --delete-extra');
    expect(refused.status).toBe(1);
    expect(scene.asked.join()).toContain('Delete the 2 znodes below /b not in the export?');
    expect(await scene.session.exists('/b/extra')).not.toBeNull();

    scene.answer = 'y';
    expect((await scene.run('import x.jsonl /b --overwrite --delete-extra')).status).toBe(0);
    expect(await treeOf(scene.session, '/b')).toEqual(await treeOf(scene.session, '/a'));
  });

  test('leaves extra ephemerals, which go by themselves', async () => {
    const other = await scene.open();
    await other.create('/b/extra/live', null, { mode: 'ephemeral' });

    const { stderr } = await scene.run('import x.jsonl /b --overwrite --delete-extra');

    expect(stderr).toContain('1 skipped: extra, but with ephemerals of living sessions');
    expect(await scene.session.exists('/b/extra/more')).not.toBeNull();
  });

  test('puts parts of it elsewhere', async () => {
    expect(await scene.run('import x.jsonl /c --map /a/y=/d/why --map /a/y/z=/e')).toMatchObject({
      status: 0,
      stderr: '',
    });

    expect([...(await treeOf(scene.session, '/c')).keys()]).toEqual(['', '/x']);
    expect([...(await treeOf(scene.session, '/d')).keys()]).toEqual(['', '/why']);
    expect((await scene.session.getData('/e')).data?.toString()).toBe('3');
  });

  test.each([
    ['import nowhere.jsonl', 1, 'cannot read nowhere.jsonl: there is no such file'],
    ['import x.jsonl /c --map /a', 2, '--map: /a is not OLD=NEW'],
    ['import x.jsonl /c --kind x=y', 2, '--kind: y is none of container, ttl:DURATION, persistent'],
    ['import - --resume', 2, '--resume needs a file that can be read twice'],
    ['import x.jsonl --rate 0', 2, '--rate: at least 1'],
    ['export /a x.jsonl --dir y', 2, 'FILE and --dir are two places'],
    ['export /nowhere x.jsonl', 3, '/nowhere: no such znode'],
    ['diff /a', 2, 'two places are needed'],
    ['diff /a @nowhere', 1, 'cannot read nowhere: there is no such file'],
    ['diff /a /nowhere', 3, '/nowhere: no such znode'],
    ['diff /a /b --stat colour', 2, '--stat: colour is no field of a stat'],
    ['diff --servers', 2, 'only one server is known'],
  ])('%s is refused', async (line, status, message) => {
    expect(await scene.run(line)).toMatchObject({ status, stderr: expect.stringContaining(message) });
  });
});

describeWithZooKeeper('while others write in the same subtree', (address) => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await openScene(address);
  });
  afterEach(() => scene.close());

  test('export ends, and what it wrote imports cleanly; diff and import end', async () => {
    await scene.run('fill /busy --fanout 12 --depth 3');
    const other = await scene.open();
    let isOver = false;
    const disturbing = (async () => {
      for (let round = 0; !isOver; round++) {
        const { children } = await other.getChildren('/busy');
        const name = children[round % children.length]!;
        await scene.run(`deleteall -y /busy/${name}`).catch(() => {});
        await other.create(`/busy/${name}`, Buffer.from(String(round))).catch(() => {});
        await Promise.all(
          Array.from({ length: 20 }, (_, index) => other.create(`/busy/${name}/n${index}`, null).catch(() => {})),
        );
      }
    })();

    for (let round = 0; round < 6; round++) {
      const exported = await scene.run(`export /busy x${round}.jsonl`);
      expect({ status: exported.status, failed: exported.stderr.includes('zksh:') }).toEqual({
        status: 0,
        failed: false,
      });
      const imported = await scene.run(`import x${round}.jsonl /copy${round}`);
      expect({ status: imported.status, stderr: imported.stderr }).toEqual({ status: 0, stderr: '' });
      expect((await scene.run(`diff @x${round}.jsonl /copy${round} --acl`)).stdout).toBe('');
      expect([0, 9]).toContain((await scene.run('diff /busy /copy0')).status);
      expect([0, 1]).toContain((await scene.run('import x0.jsonl /busy --overwrite')).status);
    }
    isOver = true;
    await disturbing;
  });
});
