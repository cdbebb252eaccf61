/** The order in which names are told (java.util.HashSet), and operations that look at many znodes. */
import { expect } from 'vitest';
import { EPHEMERAL, part } from '../requests.js';
import { PLAIN, rule, section } from '../rules.js';

/** Numbers that look random and are the same in every run. */
function* numbers(seed: number): Generator<number> {
  let state = seed;
  for (;;) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    yield state >>> 8;
  }
}

export const order = section('order', PLAIN, [
  ...[1, 2, 3].map((seed) =>
    rule(283, `300 names with deletes between them, seed ${seed}`, async ({ a }) => {
      const random = numbers(seed);
      const next = (): number => random.next().value as number;
      const names: string[] = [];
      for (let step = 0; step < 300; step++) {
        if (next() % 4 === 0 && names.length > 0) {
          const [gone] = names.splice(next() % names.length, 1);
          await a.delete(`/t/${gone}`);
        } else {
          const name = `${'nm-é'.repeat(next() % 3)}${next().toString(36)}`;
          names.push(name);
          await a.create(`/t/${name}`);
        }
        if (step % 25 === 0) await a.getChildren('/t');
      }
      expect(await a.getChildren('/t')).toHaveLength(names.length);
      await a.getChildren2('/t');
      await a.multiRead([part.getChildren('/t')]);
    }),
  ),
  rule('283b', 'tables grow when the names are more than three quarters, and never shrink', async ({ a }) => {
    const names = Array.from({ length: 60 }, (_, index) => `/t/n${index * 31}`);
    for (const path of names) {
      await a.create(path);
      await a.getChildren('/t');
    }
    for (const path of names.slice(3)) await a.delete(path);
    await a.getChildren('/t');
  }),
  rule(269, 'getAllChildrenNumber counts what is below, not what begins alike', async ({ a }) => {
    for (const path of ['/t/a', '/t/a/b', '/t/a/b/c', '/t/ab', '/t/z']) await a.create(path);
    expect(await a.getAllChildrenNumber('/t')).toBe(5);
    expect(await a.getAllChildrenNumber('/t/a')).toBe(2);
    expect(await a.getAllChildrenNumber('/t/z')).toBe(0);
    await a.getAllChildrenNumber('/t/none', { err: -101 });
    await a.getAllChildrenNumber('/');
    await a.getAllChildrenNumber('');
  }),
  rule(270, 'getEphemerals: a prefix of characters, of the session that asks', async ({ a, b }) => {
    for (const path of ['/t/a', '/t/ab', '/t/b']) await a.create(path, { flags: EPHEMERAL });
    await b.create('/t/ac', { flags: EPHEMERAL });
    expect([...(await a.getEphemerals('/t/a'))].sort()).toEqual(['/t/a', '/t/ab']);
    for (const prefix of [null, '', ' ', ' / ', '/', '\t']) expect(await a.getEphemerals(prefix)).toHaveLength(3);
    expect(await a.getEphemerals('/t/a/')).toEqual([]);
    expect(await a.getEphemerals('t')).toEqual([]);
    expect(await b.getEphemerals('/t')).toEqual(['/t/ac']);
    await b.getEphemerals(' /t');
  }),
  rule('270b', 'getEphemerals of many', async ({ a }) => {
    for (let index = 0; index < 40; index++) await a.create(`/t/e-${index}-${index * index}`, { flags: EPHEMERAL });
    await a.getEphemerals('');
    for (let index = 0; index < 40; index += 3) await a.delete(`/t/e-${index}-${index * index}`);
    await a.getEphemerals('');
    await a.getEphemerals('/t/e-1');
  }),
  rule('272–273', 'deleteContainer takes any empty znode, in 3.9', async ({ scene, a, b }) => {
    const is38 = scene.target.is38;
    const gone = (path: string) => {
      if (!is38) a.ledger!.deleted(path, a.ledger!.zxid);
    };
    const ask = async (path: string, err: number): Promise<void> => {
      await a.raw('deleteContainer', (await import('../requests.js')).body.path(path), { err: is38 ? -8 : err });
      if (err === 0) gone(path);
    };
    await b.addWatch('/t', 1);
    await a.create('/t/a');
    await a.create('/t/e', { flags: EPHEMERAL });
    await a.create('/t/p');
    await a.create('/t/p/k', { acl: [[0, 'world', 'anyone']] });
    await b.saw('C /t/a', 'C /t/e', 'C /t/p');
    await ask('/t/a', 0);
    await b.saw(...(is38 ? [] : ['D /t/a']));
    await ask('/t/e', -103);
    await ask('/t/p', -111);
    await ask('/t/none', -101);
    await ask('/zookeeper', -8);
    await ask('nope', -8);
    await ask('/t/p/k', 0);
    await ask('/t/none/k', -101);
  }),
  rule(274, 'sync echoes any path', async ({ a }) => {
    await a.sync('/missing');
    await a.sync('');
    await a.sync('/t//x/');
  }),
]);
