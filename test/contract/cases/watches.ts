/** Watches: who is told what, how often and in which order (WatchManager, DataTree, NIOServerCnxn.process). */
import { EPHEMERAL, OPEN } from '../requests.js';
import { PLAIN, rule, section } from '../rules.js';
import type { Session } from '../session.js';

/** The life of a znode and of its child. */
async function life(b: Session, path: string): Promise<void> {
  await b.create(path);
  await b.setData(path);
  await b.create(`${path}/k`);
  await b.setData(`${path}/k`);
  await b.create(`${path}/k/g`);
  await b.delete(`${path}/k/g`);
  await b.delete(`${path}/k`);
  await b.setACL(path, OPEN);
  await b.delete(path);
}

const X = '/t/x';
const K = '/t/x/k';
const G = '/t/x/k/g';
const RECURSIVE = [`C ${X}`, `S ${X}`, `C ${K}`, `S ${K}`, `C ${G}`, `D ${G}`, `D ${K}`, `D ${X}`];
const PERSISTENT = [`C ${X}`, `S ${X}`, `K ${X}`, `K ${X}`, `D ${X}`];
const BOTH = [`C ${X}`, `S ${X}`, `C ${K}`, `K ${X}`, `S ${K}`, `C ${G}`, `D ${G}`, `D ${K}`, `K ${X}`, `D ${X}`];

export const watches = section('watches', PLAIN, [
  rule(164, 'exists watches what is not there yet', async ({ a, b }) => {
    await a.exists(X, { watch: true, err: -101 });
    await b.create(X);
    await b.setData(X);
    await a.saw(`C ${X}`);
  }),
  rule(165, 'getData and getChildren do not', async ({ a, b }) => {
    await a.getData(X, { watch: true, err: -101 });
    await a.getChildren(X, { watch: true, err: -101 });
    await a.getChildren2(X, { watch: true, err: -101 });
    await b.create(X);
    await a.saw();
    await a.checkWatches(X, 3, { err: -121 });
  }),
  rule('166–168', 'exists: data once; neither children nor ACLs', async ({ a, b }) => {
    await b.create(X);
    await a.exists(X, { watch: true });
    await b.create(K);
    await b.delete(K);
    await b.setACL(X, OPEN);
    await a.saw();
    await b.setData(X);
    await b.setData(X);
    await a.saw(`S ${X}`);
  }),
  rule(169, 'getData: the end of it, and no more', async ({ a, b }) => {
    await b.create(X);
    await a.getData(X, { watch: true });
    await b.delete(X);
    await b.create(X);
    await a.saw(`D ${X}`);
  }),
  rule('170–171', 'getChildren: names once; no data, nothing further down', async ({ a, b }) => {
    await b.create(X);
    await b.create('/t/x/o');
    await a.getChildren(X, { watch: true });
    await b.setData('/t/x/o');
    await b.create('/t/x/o/g');
    await b.setData(X);
    await a.saw();
    await b.create(K);
    await b.delete(K);
    await a.saw(`K ${X}`);
  }),
  rule(172, 'getChildren and getChildren2 are one watch', async ({ a, b }) => {
    await b.create(X);
    await a.getChildren(X, { watch: true });
    await a.getChildren2(X, { watch: true });
    await b.delete(X);
    await a.saw(`D ${X}`);
  }),
  rule('173–174', 'the end of a znode is told once to a connection, and the parent besides', async ({ a, b }) => {
    await b.create(X);
    await a.getData(X, { watch: true });
    await a.getChildren(X, { watch: true });
    await b.delete(X);
    await a.saw(`D ${X}`);
    await b.create(X);
    await a.getData(X, { watch: true });
    await a.getChildren(X, { watch: true });
    await a.getChildren('/t', { watch: true });
    await b.delete(X);
    await a.saw(`D ${X}`, 'K /t');
  }),
  rule(175, 'the beginning of a znode comes before the news of its parent', async ({ a, b }) => {
    await a.getChildren('/t', { watch: true });
    await a.exists(X, { watch: true, err: -101 });
    await b.create(X);
    await a.saw(`C ${X}`, 'K /t');
  }),
  rule(176, 'watching thrice is watching once', async ({ a, b }) => {
    await a.getData('/t', { watch: true });
    await a.getData('/t', { watch: true });
    await a.exists('/t', { watch: true });
    await b.setData('/t');
    await a.saw('S /t');
  }),
  rule('177–178', 'the root is watched by its name, not by the empty one', async ({ a, b }) => {
    await a.getChildren('', { watch: true });
    await a.getData('', { watch: true });
    await a.exists('', { watch: true });
    await b.create('/top');
    await b.setData('/', 'x');
    await a.saw();
    await a.getChildren('/', { watch: true });
    await a.getData('/', { watch: true });
    await b.delete('/top');
    await b.setData('/', '');
    await a.saw('K /', 'S /');
  }),
  rule(179, 'refused writes fire nothing', async ({ a, b }) => {
    await a.getData('/t', { watch: true });
    await a.getChildren('/t', { watch: true });
    await b.setData('/t', 'x', { version: 9, err: -103 });
    await b.create('/t/a/b', { err: -101 });
    await b.delete('/t', { version: 9, err: -103 });
    await a.saw();
  }),
  rule('180–181', 'one’s own write is told before it is answered', async ({ a }) => {
    await a.getData('/t', { watch: true });
    await a.addWatch('/t', 1);
    await a.setData('/t');
    await a.create('/t/k');
    await a.saw('S /t', 'C /t/k');
    const order = a.arrivals.slice(-5);
    if (order.join() !== 'S /t,setData,C /t/k,create,ping') throw new Error(`in the order ${order}`);
  }),
  rule('182, 7.4', 'every connection is told', async ({ scene, a, b }) => {
    const c = await scene.open('C');
    for (const session of [a, b, c]) await session.getData('/t', { watch: true });
    await c.setData('/t');
    for (const session of [a, b, c]) await session.saw('S /t');
  }),
  rule('7.4', 'a watch set behind a write in the same stream does not hear of it', async ({ a }) => {
    await Promise.all([a.setData('/t'), a.getData('/t', { watch: true }), a.setData('/t')]);
    await a.saw('S /t');
  }),
  rule(183, 'a persistent watch', async ({ a, b }) => {
    await a.addWatch(X, 0);
    await life(b, X);
    await a.saw(...PERSISTENT);
    await life(b, X);
    await a.saw(...PERSISTENT);
  }),
  rule('184–185', 'a recursive watch, on the znode and on its parent', async ({ a, b }) => {
    await a.addWatch(X, 1);
    await b.addWatch('/t', 1);
    await life(b, X);
    await a.saw(...RECURSIVE);
    await b.saw(...RECURSIVE);
  }),
  rule('186–187', 'on the root', async ({ scene, a, b }) => {
    const c = await scene.open('C');
    await a.addWatch('/', 1);
    await c.addWatch('/', 0);
    await b.create('/top');
    await b.create('/top/x');
    await b.setData('/top');
    await b.delete('/top/x');
    await b.delete('/top');
    await a.saw('C /top', 'C /top/x', 'S /top', 'D /top/x', 'D /top');
    await c.saw('K /', 'K /');
  }),
  rule(188, 'persistent, then recursive', async ({ scene, a, b }) => {
    await a.addWatch(X, 0);
    await a.addWatch(X, 1);
    await life(b, X);
    await a.saw(...scene.differs({ '3.8': RECURSIVE, '3.9': BOTH }));
  }),
  rule(189, 'recursive, then persistent', async ({ scene, a, b }) => {
    await a.addWatch(X, 1);
    await a.addWatch(X, 0);
    await life(b, X);
    await a.saw(...scene.differs({ '3.8': PERSISTENT, '3.9': BOTH }));
  }),
  rule('190–191', 'a persistent watch beside a common one', async ({ scene, a, b }) => {
    const c = await scene.open('C');
    await b.create(X);
    await a.addWatch(X, 0);
    await a.getData(X, { watch: true });
    await c.getData(X, { watch: true });
    await c.addWatch(X, 0);
    await shortLife(b);
    const all = [`S ${X}`, `S ${X}`, `K ${X}`, `K ${X}`, `D ${X}`];
    await a.saw(...scene.differs({ '3.8': all.slice(1), '3.9': all }));
    await c.saw(...all);
  }),
  rule(192, 'a recursive watch beside a common one', async ({ scene, a, b }) => {
    await b.create(X);
    await a.addWatch(X, 1);
    await a.getData(X, { watch: true });
    await shortLife(b);
    await a.saw(
      ...scene.differs({
        '3.8': [`S ${X}`, `D ${K}`, `D ${X}`],
        '3.9': [`S ${X}`, `S ${X}`, `C ${K}`, `D ${K}`, `D ${X}`],
      }),
    );
  }),
  rule(193, 'a recursive watch beside that of getChildren', async ({ a, b }) => {
    await a.addWatch('/t', 1);
    await a.getChildren('/t', { watch: true });
    await b.create(X);
    await b.delete(X);
    await a.saw(`C ${X}`, 'K /t', `D ${X}`);
  }),
  rule(194, 'other modes cannot be read', async ({ a }) => {
    for (const mode of [2, -1, 3, 2 ** 31 - 1]) await a.addWatch('/t', mode, { err: -5 });
  }),
  rule(195, 'any string may be watched', async ({ scene, a }) => {
    for (const path of ['', 'nope', '/a//b', '/a/', '/t\u0000', '/t/\ufffd']) {
      await a.addWatch(path, 0);
      await a.addWatch(path, 1);
      const old = path === '' ? -121 : path === 'nope' ? -5 : 0;
      await a.checkWatches(path, 3, { err: scene.differs({ '3.8': old, '3.9': 0 }) });
    }
  }),
  rule(196, 'a persistent watch set twice tells once', async ({ a, b }) => {
    await a.addWatch(X, 0);
    await a.addWatch(X, 0);
    await b.create(X);
    await b.delete(X);
    await a.saw(`C ${X}`, `D ${X}`);
  }),
  rule(197, 'watches end with their connection', async ({ scene, a, b }) => {
    await a.getData('/t', { watch: true });
    await a.getChildren('/t', { watch: true });
    await a.addWatch('/t', 1);
    const again = await scene.reattach(a);
    await b.setData('/t');
    await b.create(X);
    await again.saw();
    await again.checkWatches('/t', 3, { err: -121 });
  }),
  rule('197b', 'siblings with the same beginning are not below', async ({ a, b }) => {
    await a.addWatch('/t/x', 1);
    await b.create('/t/xy');
    await b.setData('/t/xy');
    await b.delete('/t/xy');
    await a.saw();
  }),
  rule('197c', 'recursive watches on several levels tell once', async ({ a, b }) => {
    await a.addWatch('/', 1);
    await a.addWatch('/t', 1);
    await a.addWatch(X, 1);
    await life(b, X);
    await a.saw(...RECURSIVE);
  }),
  rule('197d', 'an ephemeral that goes with its session is told like any other', async ({ scene, a, b }) => {
    const c = await scene.open('C');
    await c.create('/t/e', { flags: EPHEMERAL });
    await a.getChildren('/t', { watch: true });
    await b.addWatch('/', 1);
    await c.close();
    await a.saw('K /t');
    await b.saw('D /t/e');
  }),
  rule('197e', 'many watchers', async ({ a, b }) => {
    const names = Array.from({ length: 300 }, (_, index) => `/t/${index}`);
    for (const path of names) await b.create(path);
    await Promise.all(names.map((path) => a.getData(path, { watch: true })));
    for (const path of names) await b.setData(path);
    await a.saw(...names.map((path) => `S ${path}`));
    for (const path of names) await b.setData(path);
    await a.saw();
  }),
  rule('197f', 'the client that writes hears of its own znode as others do', async ({ a, b }) => {
    await a.exists(X, { watch: true, err: -101 });
    await b.exists(X, { watch: true, err: -101 });
    await a.create(X, { flags: EPHEMERAL });
    await a.saw(`C ${X}`);
    await b.saw(`C ${X}`);
  }),
]);

async function shortLife(b: Session): Promise<void> {
  await b.setData(X);
  await b.setData(X);
  await b.create(K);
  await b.delete(K);
  await b.delete(X);
}
