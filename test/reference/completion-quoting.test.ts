/** What is inserted behind Tab is read back by the shell as exactly the znode's name, and nothing in it is run. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { describeWithShell } from '../helpers/skip.js';
import { escapeName, type FakeZksh, makeFakeZksh } from './fake-zksh.js';
import { type InteractiveShell, startShell } from './interactive-shell.js';

/** Each run makes a file called CANARY where it is executed. */
const NAMES: readonly string[] = [
  'plain',
  'two words',
  ' leading',
  'trailing ',
  'back\\slash',
  'double"quote',
  "single'quote",
  '$(touch CANARY)',
  '`touch CANARY`',
  '; touch CANARY',
  '| touch CANARY',
  '& touch CANARY',
  '\n touch CANARY\n',
  '> CANARY',
  '<(touch CANARY)',
  '$HOME',
  '$((1+1))',
  '*',
  '?[a-z]',
  '{a,b}',
  'hash #mark',
  'bang!bang',
  '!!',
  '~',
  'a:b:c',
  'a=b',
  'a@b,c%d+e^f',
  '(parens)',
  'naïve-日本語-🐘',
  '\u0001\u007f',
  '-n',
  '\\$(touch CANARY)',
  '"$(touch CANARY)',
  "'$(touch CANARY)",
  '""',
];

/** fish separates a candidate from its description by a TAB and candidates by newlines. */
const isForFish = (name: string) => !/[\x00-\x1f\x7f]/.test(name);

for (const name of ['bash', 'zsh', 'fish'] as const) {
  describeWithShell(name, `names inserted by ${name}`, () => {
    let fake: FakeZksh;
    let shell: InteractiveShell | null = null;
    beforeAll(() => {
      fake = makeFakeZksh();
    });
    beforeEach(async () => {
      shell ??= await startShell(name, { path: fake.folder });
    });
    // A line that went wrong may have left it anywhere.
    afterEach(({ task }) => {
      if (task.result?.state === 'fail') {
        shell?.close();
        shell = null;
      }
    });
    afterAll(() => {
      shell?.close();
      fake?.remove();
    });

    for (const open of ['', '"', "'"]) {
      test.for(NAMES.filter((each) => name !== 'fish' || isForFish(each)))(
        `behind ${open === '' ? 'no quote' : open}: %j is the znode that is read`,
        async (znode) => {
          fake.forget();
          fake.answer([`/dir/${escapeName(znode)}\tend\t`]);
          await shell!.completeAndRun(`zksh get ${open}/dir/`);
          expect(fake.lastRun()).toEqual(['get', `/dir/${znode}`]);
          expect(existsSync(join(shell!.folder, 'CANARY'))).toBe(false);
        },
      );
    }

    test('the script has met no error of its own in all that', async () => {
      expect(await shell!.complaints()).toEqual([]);
    });
  });
}
