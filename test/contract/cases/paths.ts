/** Which strings are paths, and who asks (PathUtils.validatePath, PrepRequestProcessor). */
import { part } from '../requests.js';
import { PLAIN, rule, section } from '../rules.js';

const BAD_ARGUMENTS = -8;
const NO_NODE = -101;
const character = (...codes: number[]): string[] => codes.map((code) => String.fromCodePoint(code));

export const paths = section('paths', PLAIN, [
  ...['', 'a', '//', '/t/', '/t/.', '/t/..', '/t/\u0000', '/t/a\u0000b'].map((path) =>
    rule(54, `create refuses ${JSON.stringify(path)}`, async ({ a }) => {
      await a.create(path, { err: BAD_ARGUMENTS });
      await a.create(path, { as: 'create2', err: BAD_ARGUMENTS });
    }),
  ),
  rule(54, 'create refuses control characters, surrogates, private and special ones', async ({ a }) => {
    const codes = [1, 0x1f, 0x7f, 0x80, 0x9f, 0xe000, 0xf8ff, 0xfff0, 0xfffd, 0xffff, 0x1f600, 0x10ffff];
    for (const name of character(...codes)) {
      await a.create(`/t/${name}`, { err: BAD_ARGUMENTS });
      await a.create(`/t/a${name}b`, { err: BAD_ARGUMENTS });
    }
  }),
  rule(55, 'create takes dots inside names, blanks and the characters next to the forbidden ones', async ({ a }) => {
    const names = ['...', '.a', 'a.', 'a..b', '..a', ' ', 'a b', '~'];
    for (const name of [...names, ...character(0xa0, 0xd7ff, 0xf900, 0xffef, 0x20)].slice(0, -1)) {
      await a.create(`/t/${name}`);
    }
    await a.getChildren('/t');
  }),
  rule(56, 'the root exists', async ({ a }) => a.create('/', { err: -110 }).then(() => undefined)),
  rule(57, 'a missing parent is told before a bad name', async ({ a }) => {
    for (const path of ['/nope/', '/nope/x', '/t/./x', '/t//x', 'a/b', '/nope/..', '/t//x/y']) {
      await a.create(path, { err: NO_NODE });
    }
    await a.create('//x', { err: BAD_ARGUMENTS });
  }),
  rule('58–61', 'sequence numbers are appended before the name is looked at', async ({ a }) => {
    await a.create('/t/', { flags: 2 });
    await a.create('/t/.', { flags: 2 });
    await a.create('/t/..', { flags: 2 });
    await a.create('/t//', { flags: 2, err: NO_NODE });
    await a.create('/t/a\u0001', { flags: 2, err: BAD_ARGUMENTS });
    await a.create('/', { flags: 2 });
    await a.create('a', { flags: 2, err: BAD_ARGUMENTS });
    await a.getChildren('/t');
  }),
  rule(62, 'the empty path is the root, for reads', async ({ a }) => {
    await a.exists('');
    await a.getData('');
    await a.getChildren('');
    await a.getChildren2('');
    await a.getACL('');
  }),
  rule(63, 'the empty path and a bare word are nothing to write to', async ({ a }) => {
    for (const path of ['', 'a']) {
      await a.delete(path, { err: BAD_ARGUMENTS });
      await a.setData(path, 'x', { err: BAD_ARGUMENTS });
      await a.setACL(path, [[31, 'world', 'anyone']], { err: BAD_ARGUMENTS });
    }
  }),
  rule(64, 'delete looks for what is not there', async ({ a }) => {
    for (const path of ['/t/', '//', '/.', '/t//b', '/t/.', 'a/b']) await a.delete(path, { err: NO_NODE });
    await a.delete('/t/\u0000', { err: BAD_ARGUMENTS });
  }),
  rule(65, 'setData, setACL and check refuse paths that are not valid', async ({ a }) => {
    for (const path of ['/t/', '//', '/.', '/t/..', '/t//x', 't', '/t/\u0001', '/t/\u0000']) {
      await a.setData(path, 'x', { err: BAD_ARGUMENTS });
      await a.setACL(path, [[31, 'world', 'anyone']], { err: BAD_ARGUMENTS });
      await a.multi([part.check(path)], { fails: { at: 0, err: BAD_ARGUMENTS } });
    }
  }),
  rule('66–67', 'U+0000: exists refuses it, other reads find nothing', async ({ a }) => {
    await a.exists('/t\u0000', { err: BAD_ARGUMENTS });
    await a.exists('/t\u0000', { watch: true, err: BAD_ARGUMENTS });
    await a.getData('/t\u0000', { err: NO_NODE });
    await a.getChildren('/t\u0000', { err: NO_NODE });
    await a.getACL('/t\u0000', { err: NO_NODE });
    await a.getAllChildrenNumber('/t\u0000', { err: NO_NODE });
    await a.multiRead([part.getData('/t\u0000')], { errors: { 0: NO_NODE } });
  }),
  rule('67b', 'reads find nothing at paths that are not valid', async ({ a }) => {
    for (const path of ['t', '/t/', '//', '/t//x', '/.', '/t/..', '/t/\ufffd']) {
      await a.exists(path, { err: NO_NODE });
      await a.getData(path, { err: NO_NODE });
      await a.getChildren(path, { err: NO_NODE });
      await a.getChildren2(path, { err: NO_NODE });
      await a.getACL(path, { err: NO_NODE });
    }
  }),
  rule(68, 'characters are not normalised', async ({ a }) => {
    await a.create('/t/é');
    await a.getData('/t/e\u0301', { err: NO_NODE });
    await a.create('/t/e\u0301');
    await a.create('/t/\ufeffbom');
    await a.getData('/t/bom', { err: NO_NODE });
    await a.getChildren('/t');
  }),
  rule(69, 'getAllChildrenNumber of what is no path', async ({ a }) => {
    await a.getAllChildrenNumber('a', { err: NO_NODE });
    await a.getAllChildrenNumber('/t/', { err: NO_NODE });
  }),
  rule('69b', 'long names and deep trees', async ({ a }) => {
    const long = `/t/${'n'.repeat(10_000)}`;
    await a.create(long);
    await a.exists(long);
    let path = '/t';
    for (let depth = 0; depth < 100; depth++) {
      path += '/d';
      await a.create(path);
    }
    await a.getAllChildrenNumber('/t');
    await a.getAllChildrenNumber('/');
  }),
]);
