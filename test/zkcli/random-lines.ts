/** Lines for zkCli.sh, many of them wrong: verbs, options, paths, data, ACLs, quotes and `!` in all orders. */
import fc from 'fast-check';

const PATHS = ['', '/a', '/a', '/a/b', '/a/c', '/none', '/none/x', '/s-', '/é', '/q', '/q/r', '/e'];
const ODD_PATHS = ['w', '""', '/w/', '/w//a', '/w/..', "'/w/a'", '/w/a,b', '/w/\u0085'];
const DATA = [
  'x',
  '"two words"',
  "'a b'",
  '{"k": 1}',
  "''",
  'a\\nb',
  '-5',
  'żółw',
  'aGk=',
  'a"b',
  "don't",
  '=',
  'a!!b',
  '!$',
  '"un',
];
const ACLS = [
  'world:anyone:cdrwa',
  'world:anyone:r',
  'world:anyone:',
  'digest:joe:hash=:cdrwa',
  'ip:127.0.0.1:cdrwa',
  'auth::r',
  'rubbish',
  'world:anyone:rx',
  ',world:anyone:r',
  'x509:CN=a,O=b:r',
];
const VERSIONS = ['0', '1', '-1', '+0', '01', '2147483647'];
const EXTRA = ['-q', '--', '-', '--s', '-sx', '-s', '-w', '-R', '-v', '-v=1', '-sv', '-1', 'true', 'extra'];
const WHOLE = [
  'help',
  'LS /',
  ' ls /',
  '  ',
  '"',
  '!!',
  '!ls',
  '!2',
  '!-1',
  '!$',
  '^a^b',
  '!zzz',
  '"ls" /',
  'ls\\ /',
  'history',
  'redo 0',
  'redo 0x1',
  'redo -1',
  'redo',
  'version',
  'version x',
  'whoami',
  'config',
  'printwatches',
  'printwatches on',
  'ls -?',
  'reconfig -s',
  'reconfig -v zz -remove 1',
  'getEphemerals',
];

/** @param root below which the znodes are; its last component is short */
export function randomLines(root: string): fc.Arbitrary<string[]> {
  const maybe = (...words: string[]) => fc.option(fc.constantFrom(...words), { nil: null, freq: 2 });
  const path = fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(...PATHS).map((name) => root + name) },
    { weight: 1, arbitrary: fc.constantFrom(...ODD_PATHS) },
  );
  /** The root's siblings stay from run to run: a sequential one would count on. */
  const below = fc.constantFrom(...PATHS.slice(1)).map((name) => root + name);
  const data = fc.constantFrom(...DATA);
  const extra = fc.option(fc.constantFrom(...EXTRA), { nil: null, freq: 1 });
  const version = fc.constantFrom(...VERSIONS).map((number) => `-v ${number}`);
  const line = (verb: string, ...parts: fc.Arbitrary<string | null>[]) =>
    fc.tuple(fc.constant(verb), ...parts, extra).map((words) => words.filter((word) => word !== null).join(' '));
  const limit = fc.constantFrom('-n 5', '-b 100', '-N 9', '-B 0', '-n 0', '-b -1', '-n x', '-n', '-n 1 -b 2', '-n5');
  const one = fc.oneof(
    line('create', maybe('-s', '-e', '-es', '-c', '-t 99999', '-t x'), below, fc.option(data), maybe(...ACLS)),
    fc.tuple(below, data).map(([at, text]) => `create ${at} ${text}`),
    line('set', maybe('-s'), fc.option(version, { nil: null, freq: 1 }), path, data),
    line('get', maybe('-s', '-w', '-b', '-x', '-sb'), path),
    line('ls', maybe('-s', '-w', '-R', '-sR'), path),
    line('stat', maybe('-w'), path),
    line('delete', fc.option(version, { nil: null, freq: 1 }), path),
    line('deleteall', below, maybe('-b 1', '-b 0', '-b x')),
    line('getAcl', maybe('-s'), path),
    line('setAcl', maybe('-s', '-R', '-v 0'), path, fc.constantFrom(...ACLS)),
    line('setquota', limit, path),
    line('listquota', path),
    line('delquota', maybe('-n', '-b', '-n -b'), path),
    line('sync', path),
    line('getAllChildrenNumber', fc.constantFrom(root, `${root}/a`, `${root}/none`)),
    line('addWatch', maybe('-m PERSISTENT', '-m persistent_recursive', '-m x'), fc.constant(root)),
    line('removewatches', fc.constantFrom(root, `${root}/a`), maybe('-c', '-d', '-a', '-p', '-r', '-l')),
    fc.constantFrom(...WHOLE),
  );
  return fc.array(one, { minLength: 120, maxLength: 120 });
}
