/** removeWatches, checkWatches, setWatches, setWatches2 (DataTree.removeWatch, containsWatcher, setWatches). */
import { NO_READ } from '../requests.js';
import { PLAIN, rule, section } from '../rules.js';
import type { Session } from '../session.js';

const NO_WATCHER = -121;
const MARSHALLING = -5;
const CHILDREN = 1;
const DATA = 2;
const ANY = 3;
const PERSISTENT = 4;
const RECURSIVE = 5;
const X = '/t/x';
const K = '/t/x/k';

/** Three changes that every kind of watch hears of: the data, the names of the children, the end. */
async function changes(b: Session): Promise<void> {
  await b.setData(X);
  await b.create(K);
  await b.delete(K);
  await b.delete(X);
}

export const watchKeeping = section('watch keeping', PLAIN, [
  rule(198, 'nothing to remove, nothing to find', async ({ a, b }) => {
    await b.create(X);
    for (const type of [CHILDREN, DATA, ANY]) {
      await a.removeWatches(X, type, { err: NO_WATCHER });
      await a.checkWatches(X, type, { err: NO_WATCHER });
    }
  }),
  rule('199–200', 'which types there are', async ({ scene, a }) => {
    const newer = scene.differs({ '3.8': MARSHALLING, '3.9': NO_WATCHER });
    for (const type of [PERSISTENT, RECURSIVE]) {
      await a.removeWatches(X, type, { err: newer });
      await a.checkWatches(X, type, { err: newer });
    }
    for (const type of [0, 6, -1, 77]) {
      await a.removeWatches(X, type, { err: MARSHALLING });
      await a.checkWatches(X, type, { err: MARSHALLING });
    }
  }),
  rule(201, 'a data watch is found, removed, and gone', async ({ a, b }) => {
    await b.create(X);
    await a.getData(X, { watch: true });
    await a.checkWatches(X, DATA);
    await a.removeWatches(X, DATA);
    await a.checkWatches(X, DATA, { err: NO_WATCHER });
    await changes(b);
    await a.saw();
  }),
  rule(202, 'a data watch is no child watch', async ({ a, b }) => {
    await b.create(X);
    await a.getData(X, { watch: true });
    await a.removeWatches(X, CHILDREN, { err: NO_WATCHER });
    await changes(b);
    await a.saw(`S ${X}`);
  }),
  rule('203–204', 'child watches, and both at once', async ({ a, b }) => {
    await b.create(X);
    await a.getChildren(X, { watch: true });
    await a.removeWatches(X, CHILDREN);
    await a.getChildren(X, { watch: true });
    await a.getData(X, { watch: true });
    await a.removeWatches(X, ANY);
    await changes(b);
    await a.saw();
  }),
  rule(205, 'a persistent watch and type 1', async ({ scene, a, b }) => {
    await b.create(X);
    await a.addWatch(X, 0);
    await a.removeWatches(X, CHILDREN, { err: scene.differs({ '3.8': 0, '3.9': NO_WATCHER }) });
    await changes(b);
    const all = [`S ${X}`, `K ${X}`, `K ${X}`, `D ${X}`];
    await a.saw(...scene.differs({ '3.8': all.filter((event) => !event.startsWith('K')), '3.9': all }));
  }),
  rule('206–207', 'a persistent watch and types 3 and 4', async ({ scene, a, b }) => {
    await b.create(X);
    await a.addWatch(X, 0);
    await a.removeWatches(X, ANY);
    await a.addWatch(X, 0);
    await a.removeWatches(X, PERSISTENT, { err: scene.differs({ '3.8': MARSHALLING, '3.9': 0 }) });
    await changes(b);
    await a.saw(...scene.differs({ '3.8': [`S ${X}`, `K ${X}`, `K ${X}`, `D ${X}`], '3.9': [] }));
  }),
  rule(208, 'a recursive watch and type 5', async ({ scene, a, b }) => {
    await b.create(X);
    await a.addWatch(X, 1);
    await a.removeWatches(X, RECURSIVE, { err: scene.differs({ '3.8': MARSHALLING, '3.9': 0 }) });
    await changes(b);
    await a.saw(...scene.differs({ '3.8': [`S ${X}`, `C ${K}`, `D ${K}`, `D ${X}`], '3.9': [] }));
  }),
  rule(209, 'a recursive watch and type 2', async ({ scene, a, b }) => {
    await b.create(X);
    await a.addWatch(X, 1);
    await a.removeWatches(X, DATA, { err: scene.differs({ '3.8': 0, '3.9': NO_WATCHER }) });
    await changes(b);
    await a.saw(...scene.differs({ '3.8': [`D ${K}`, `D ${X}`], '3.9': [`S ${X}`, `C ${K}`, `D ${K}`, `D ${X}`] }));
  }),
  rule('209b', 'a recursive watch and type 1', async ({ scene, a, b }) => {
    await b.create(X);
    await a.addWatch(X, 1);
    await a.removeWatches(X, CHILDREN, { err: scene.differs({ '3.8': 0, '3.9': NO_WATCHER }) });
    await changes(b);
    await a.saw(`S ${X}`, `C ${K}`, `D ${K}`, `D ${X}`);
  }),
  rule(210, 'a persistent watch beside a data watch, and type 4', async ({ scene, a, b }) => {
    await b.create(X);
    await a.addWatch(X, 0);
    await a.getData(X, { watch: true });
    await a.removeWatches(X, PERSISTENT, { err: scene.differs({ '3.8': MARSHALLING, '3.9': 0 }) });
    await b.setData(X);
    await b.setData(X);
    await a.saw(`S ${X}`);
  }),
  rule(211, 'persistent and recursive, and type 5', async ({ scene, a, b }) => {
    await b.create(X);
    await a.addWatch(X, 0);
    await a.addWatch(X, 1);
    await a.removeWatches(X, RECURSIVE, { err: scene.differs({ '3.8': MARSHALLING, '3.9': 0 }) });
    await changes(b);
    const persistent = [`S ${X}`, `K ${X}`, `K ${X}`, `D ${X}`];
    await a.saw(...scene.differs({ '3.8': [`S ${X}`, `C ${K}`, `D ${K}`, `D ${X}`], '3.9': persistent }));
  }),
  rule('211b', 'persistent and recursive, and type 4', async ({ scene, a, b }) => {
    await b.create(X);
    await a.addWatch(X, 1);
    await a.addWatch(X, 0);
    await a.removeWatches(X, PERSISTENT, { err: scene.differs({ '3.8': MARSHALLING, '3.9': 0 }) });
    await changes(b);
    const recursive = [`S ${X}`, `C ${K}`, `D ${K}`, `D ${X}`];
    await a.saw(...scene.differs({ '3.8': [`S ${X}`, `K ${X}`, `K ${X}`, `D ${X}`], '3.9': recursive }));
  }),
  rule('211c', 'type 2 takes the data watch and leaves the persistent one', async ({ scene, a, b }) => {
    await b.create(X);
    await a.getData(X, { watch: true });
    await a.addWatch(X, 0);
    await a.removeWatches(X, DATA);
    await b.setData(X);
    await b.create(K);
    await a.saw(...scene.differs({ '3.8': [`K ${X}`], '3.9': [`S ${X}`, `K ${X}`] }));
  }),
  rule(212, 'a recursive watch is found where it sits only', async ({ scene, a }) => {
    await a.addWatch(X, 1);
    await a.checkWatches(K, ANY, { err: NO_WATCHER });
    await a.checkWatches(K, RECURSIVE, { err: scene.differs({ '3.8': MARSHALLING, '3.9': NO_WATCHER }) });
    await a.checkWatches(X, ANY);
    await a.checkWatches(X, RECURSIVE, { err: scene.differs({ '3.8': MARSHALLING, '3.9': 0 }) });
    await a.checkWatches(X, PERSISTENT, { err: scene.differs({ '3.8': MARSHALLING, '3.9': NO_WATCHER }) });
    await a.checkWatches(X, DATA, { err: scene.differs({ '3.8': 0, '3.9': NO_WATCHER }) });
    await a.checkWatches(X, CHILDREN, { err: scene.differs({ '3.8': 0, '3.9': NO_WATCHER }) });
  }),
  rule('212b', 'a persistent watch is found by its types', async ({ scene, a }) => {
    await a.addWatch(X, 0);
    await a.checkWatches(X, ANY);
    await a.checkWatches(X, PERSISTENT, { err: scene.differs({ '3.8': MARSHALLING, '3.9': 0 }) });
    await a.checkWatches(X, RECURSIVE, { err: scene.differs({ '3.8': MARSHALLING, '3.9': NO_WATCHER }) });
    await a.checkWatches(X, DATA, { err: scene.differs({ '3.8': 0, '3.9': NO_WATCHER }) });
  }),
  rule(213, "another's watches are not one's own", async ({ scene, a, b }) => {
    await b.create(X);
    await b.getData(X, { watch: true });
    await b.getChildren(X, { watch: true });
    // 3.8 takes anybody's watch for an answer.
    for (const type of [CHILDREN, DATA, ANY]) {
      await a.checkWatches(X, type, { err: scene.differs({ '3.8': 0, '3.9': NO_WATCHER }) });
      await a.removeWatches(X, type, { err: NO_WATCHER });
    }
    await b.removeWatches(X, ANY);
  }),
  rule('214–215', 'setWatches tells what happened meanwhile, and arms the rest', async ({ a, b }) => {
    for (const name of ['a', 'b', 'c', 'e', 'f', 'g']) await b.create(`/t/${name}`);
    const seen = await b.sync();
    await b.setData('/t/b');
    await b.delete('/t/c');
    await b.create('/t/e/k');
    await b.delete('/t/f');
    await b.create('/t/new');
    await a.setWatches(seen, [
      ['/t/a', '/t/b', '/t/c', '/t/g'],
      ['/t/d', '/t/new', '/t/never'],
      ['/t/a', '/t/e', '/t/f'],
    ]);
    // d was never there, so exist leaves a watch and says nothing; c says its end.
    await a.saw('S /t/b', 'D /t/c', 'C /t/new', 'K /t/e', 'D /t/f');
    const told = a.arrivals.slice(-7);
    if (told.indexOf('setWatches') !== 5) throw new Error(`in the order ${told}`);
    await b.setData('/t/a');
    await b.create('/t/a/k');
    await b.create('/t/never');
    await b.create('/t/d');
    await b.setData('/t/b');
    await a.saw('S /t/a', 'K /t/a', 'C /t/never', 'C /t/d');
  }),
  rule(216, 'setWatches asks no ACL', async ({ a, b }) => {
    await b.create('/t/u', { acl: NO_READ });
    await a.setWatches(0, [['/t/u'], ['/t/u'], ['/t/u']]);
    await a.saw('S /t/u', 'C /t/u', 'K /t/u');
  }),
  rule(217, 'setWatches of one who has seen everything', async ({ a, b }) => {
    await a.setWatches(2 ** 40, [['/t'], [X], ['/t']]);
    await a.saw();
    await b.create(X);
    await b.setData('/t');
    await a.saw(`C ${X}`, 'K /t', 'S /t');
  }),
  rule('217b', 'setWatches looks at mzxid for data and at pzxid for children', async ({ a, b }) => {
    await b.create(X);
    const seen = await b.sync();
    await b.create(K);
    await a.setWatches(seen, [[X], [], []]);
    await a.saw();
    await b.setData(X);
    await a.saw(`S ${X}`);
    await a.setWatches(await b.sync(), [[], [], [X]]);
    await b.setData(X);
    await a.saw();
    await b.delete(K);
    await a.saw(`K ${X}`);
  }),
  rule('217c', 'a znode that was deleted and made again has new data', async ({ a, b }) => {
    await b.create(X);
    const seen = await b.sync();
    await b.delete(X);
    await b.create(X);
    await a.setWatches(seen, [[X], [], [X]]);
    await a.saw(`S ${X}`, `K ${X}`);
  }),
  rule(218, 'setWatches answers doubles twice', async ({ a }) => {
    await a.setWatches(0, [['/t', '/t'], [], []]);
    await a.saw('S /t', 'S /t');
  }),
  rule(219, 'setWatches with a null list: what stands before it counts', async ({ a }) => {
    await a.setWatches(0, [['/t'], null, ['/t']], { err: MARSHALLING });
    await a.saw('S /t');
  }),
  rule(220, 'setWatches2 arms persistent and recursive watches, and tells nothing', async ({ a, b }) => {
    await b.create('/t/i');
    await a.setWatches(0, [[], [], [], ['/t/h'], ['/t/i']]);
    await a.saw();
    await b.create('/t/h');
    await b.setData('/t/h');
    await b.create('/t/h/k');
    await b.delete('/t/h/k');
    await b.delete('/t/h');
    await a.saw('C /t/h', 'S /t/h', 'K /t/h', 'K /t/h', 'D /t/h');
    await b.create('/t/i/k');
    await b.setData('/t/i');
    await b.delete('/t/i/k');
    await a.saw('C /t/i/k', 'S /t/i', 'D /t/i/k');
  }),
  rule(221, 'setWatches of what is no path', async ({ a }) => {
    await a.setWatches(0, [['bad', '/a//b'], ['bad'], ['bad']]);
    await a.saw('D bad', 'D /a//b', 'D bad');
  }),
  rule('221b', 'setWatches2 with all five lists, in their order', async ({ scene, a, b }) => {
    await b.create(X);
    await a.setWatches(0, [[X], [X], [X], [X], [X]]);
    await a.saw(`S ${X}`, `C ${X}`, `K ${X}`);
    await b.setData(X);
    await b.create(K);
    await a.saw(...scene.differs({ '3.8': [`S ${X}`, `C ${K}`], '3.9': [`S ${X}`, `C ${K}`, `K ${X}`] }));
  }),
]);
