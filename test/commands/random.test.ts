/**
 * Every verb with words at random: what comes is a status of the table and a message, never a stack; and what was refused
 * as wrong has changed nothing.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Session } from '../../src/client/api.js';
import { COMMANDS } from '../../src/commands/registry.js';
import { EXIT } from '../../src/exit-codes.js';
import { quoteWord } from '../../src/syntax/quote.js';
import { describeWithZooKeeper } from '../helpers/skip.js';
import { SUPER_AUTH } from '../helpers/zookeeper.js';
import { openScene, type Scene } from './scene.js';

/** They wait, leave, change who we are, or make as many znodes as a number at random says. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  'watch',
  'wait',
  'connect',
  'close',
  'quit',
  'addauth',
  'redo',
  'sandbox',
  'mirror',
  'fill',
]);

const PATHS = [
  '/',
  '/a',
  '/a/b',
  'a',
  '..',
  '/a/',
  '//',
  '/a//b',
  '/a/\u0001',
  '/nope',
  '/😀',
  '/a b',
  '',
  '/a,',
  '/zookeeper',
  '~',
];
const VALUES = [
  'x',
  'hello',
  '',
  'null',
  '{"k":',
  '1}',
  '“x”',
  '’',
  '@',
  '@@x',
  '-',
  '-1',
  '0',
  '1',
  '5',
  'abc',
  '99999999999',
  '\u0000',
  '\ud800',
  '1e3',
  '0x1',
  '10s',
  '10',
];
const ACLS = [
  'world:anyone:r',
  'world:anyone',
  ':::',
  'digest:u:p:cdrwa',
  'ip:::1:r',
  'x509:CN=a,O=b:r',
  'auth::r',
  'world:anyone:rq',
  ',',
];

function wordsFor(options: readonly string[]): fc.Arbitrary<readonly string[]> {
  const word = fc.oneof(
    fc.constantFrom(...PATHS),
    fc.constantFrom(...VALUES),
    fc.constantFrom(...ACLS),
    fc.constantFrom('--', '-', ',', ';', '-z', '--nope', '-v', '—s', ...options),
    fc.string({ maxLength: 6 }),
  );
  return fc.array(word, { maxLength: 6 });
}

/** Paths and mzxids: whatever was written would show. */
async function snapshot(session: Session, path = '/'): Promise<string[]> {
  const { children, stat } = await session.getChildren(path);
  const below = await Promise.all(
    children.sort().map((name) => snapshot(session, `${path === '/' ? '' : path}/${name}`)),
  );
  return [`${path} ${stat.mzxid} ${stat.pzxid} ${stat.aversion}`, ...below.flat()];
}

describeWithZooKeeper('words at random', (address) => {
  let scene: Scene;
  /** May read whatever ACL a random word has made. */
  let witness: Session;
  beforeAll(async () => {
    scene = await openScene(address, { isShell: true });
    witness = await scene.open({ auth: [{ scheme: 'digest', credential: Buffer.from(SUPER_AUTH) }] });
    await scene.put('/a', 'x');
    await scene.put('/a/b', 'y');
    scene.files.set('x', Buffer.from('file'));
  });
  afterAll(() => scene.close());

  const statuses = new Set<number>(Object.values(EXIT).map(({ status }) => status));
  const verbs = COMMANDS.filter(({ name }) => !LEFT_OUT.has(name));

  test.each(verbs.map((spec) => [spec.name, spec] as const))(
    '%s never shows a stack, and never writes what it refuses',
    async (name, spec) => {
      const options = Object.values(spec.options).flatMap(({ short, long }) => [
        `--${long}`,
        ...(short === undefined ? [] : [`-${short}`]),
      ]);
      await fc.assert(
        fc.asyncProperty(wordsFor(options), fc.boolean(), async (words, isQuoted) => {
          const before = await snapshot(witness);
          const line = [name, ...words.map((word) => (isQuoted ? quoteWord(word, 'line') : word))].join(' ');

          const { status, stderr, error } = await scene.run(line, {
            // It would lock us out.
            settings: { yes: true, readOnly: name === 'setAcl' },
          });

          scene.shell.staged = undefined;
          expect(stderr).not.toContain('a bug in zksh');
          expect(stderr).not.toMatch(/^\s+at /m);
          expect(statuses).toContain(status);
          if (status === 2) {
            expect(error).toMatchObject({ kind: 'usage', applied: 'no' });
            expect(await snapshot(witness)).toEqual(before);
          }
        }),
        { numRuns: 60 },
      );
    },
  );
});
