/** What the three scripts offer where: verbs, options and choices of their own, and what they ask zksh for. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { describeWithShell, type ShellName } from '../helpers/skip.js';
import { type FakeZksh, makeFakeZksh } from './fake-zksh.js';
import { type InteractiveShell, startShell } from './interactive-shell.js';

/** Typed, and what stands there behind Tab. */
const OWN: readonly (readonly [typed: string, line: string])[] = [
  ['zksh whoa', 'zksh whoami '],
  ['zksh getAc', 'zksh getAcl '],
  ['zksh ca', 'zksh cat '],
  ['zksh -s host:1 whoa', 'zksh -s host:1 whoami '],
  ['zksh --server=host:1 whoa', 'zksh --server=host:1 whoami '],
  ['zksh -rq whoa', 'zksh -rq whoami '],
  ['zksh -t 5s whoa', 'zksh -t 5s whoami '],
  ['zksh --sess', 'zksh --session-timeout '],
  ['zksh --exe', 'zksh --execute '],
  ['zksh -o js', 'zksh -o json '],
  ['zksh --output js', 'zksh --output json '],
  ['zksh --output=js', 'zksh --output=json '],
  ['zksh get /x -o js', 'zksh get /x -o json '],
  ['zksh get /x --outp', 'zksh get /x --output '],
  ['zksh create --seq', 'zksh create --sequential '],
  ['zksh CREATE --seq', 'zksh CREATE --sequential '],
  ['zksh get-acl --colo', 'zksh get-acl --color '],
  ['zksh help whoa', 'zksh help whoami '],
  ['zksh --tls-ca some', 'zksh --tls-ca some.pem '],
  ['zksh --tls-ca=some', 'zksh --tls-ca=some.pem '],
  ['zksh get /x > some', 'zksh get /x > some.pem '],
  ['zksh watch /x --exec zkexec-o', 'zksh watch /x --exec zkexec-only '],
  ['zksh watch /x --exec zkexec-only some', 'zksh watch /x --exec zkexec-only some.pem '],
  ['echo | zksh whoa', 'echo | zksh whoami '],
  // Nothing there to be completed.
  ['zksh get /x --execu', 'zksh get /x --execu'],
  ['zksh nosuchverb /x', 'zksh nosuchverb /x'],
  ['zksh -s ho', 'zksh -s ho'],
];

interface Asked {
  readonly typed: string;
  /** What zksh answers; each line TEXT<TAB>end|more<TAB>SUMMARY. */
  readonly answer: readonly string[];
  readonly line: string;
  /** The words zksh is asked with. */
  readonly words: readonly string[];
}

const ASKED: Readonly<Record<string, Asked>> = {
  'a path': { typed: 'zksh get /d', answer: ['/dir\tend\t'], line: 'zksh get /dir ', words: ['zksh', 'get', '/d'] },
  'the second of several paths': {
    typed: 'zksh get /x /d',
    answer: ['/dir\tend\t'],
    line: 'zksh get /x /dir ',
    words: ['zksh', 'get', '/x', '/d'],
  },
  'global options': {
    typed: 'zksh -s "host:1/ch root" --timeout=5s get /d',
    answer: ['/dir\tend\t'],
    line: 'zksh -s "host:1/ch root" --timeout=5s get /dir ',
    words: ['zksh', '-s', 'host:1/ch root', '--timeout=5s', 'get', '/d'],
  },
  'shell variables, which are looked up': {
    typed: 'zksh -s $where --auth "$where" get /d',
    answer: ['/dir\tend\t'],
    line: 'zksh -s $where --auth "$where" get /dir ',
    words: ['zksh', '-s', 'prod:2181', '--auth', 'prod:2181', 'get', '/d'],
  },
  'command substitutions, which are not run': {
    typed: 'zksh -s "`touch CANARY`$(touch CANARY)" get /d',
    answer: ['/dir\tend\t'],
    line: 'zksh -s "`touch CANARY`$(touch CANARY)" get /dir ',
    words: ['zksh', '-s', '`touch CANARY`$(touch CANARY)', 'get', '/d'],
  },
  'a relative path': {
    typed: 'zksh get d',
    answer: ['dir\tend\t'],
    line: 'zksh get dir ',
    words: ['zksh', 'get', 'd'],
  },
  'a colon': {
    typed: 'zksh get /a:b',
    answer: ['/a:b:c\tend\t'],
    line: 'zksh get /a:b:c ',
    words: ['zksh', 'get', '/a:b'],
  },
  'an equals sign': {
    typed: 'zksh get /a=b',
    answer: ['/a=b=c\tend\t'],
    line: 'zksh get /a=b=c ',
    words: ['zksh', 'get', '/a=b'],
  },
  'an escaped blank': {
    typed: 'zksh get /a\\ b',
    answer: ['/a bc\tend\t'],
    line: 'zksh get /a\\ bc ',
    words: ['zksh', 'get', '/a b'],
  },
  'several candidates: what they have in common': {
    typed: 'zksh get /d',
    answer: ['/dir one\tmore\t', '/dir two\tmore\t'],
    line: 'zksh get /dir\\ ',
    words: ['zksh', 'get', '/d'],
  },
  'an ACL': {
    typed: 'zksh setAcl /x worl',
    answer: ['world:anyone:\tmore\teverybody'],
    line: 'zksh setAcl /x world:anyone:',
    words: ['zksh', 'setAcl', '/x', 'worl'],
  },
  'data from a file': {
    typed: 'zksh set /x @so',
    answer: ['@some.pem\tend\t'],
    line: 'zksh set /x @some.pem ',
    words: ['zksh', 'set', '/x', '@so'],
  },
  'a candidate that begins otherwise': {
    typed: 'zksh get DI',
    answer: ['/dir\tend\t'],
    line: 'zksh get /dir ',
    words: ['zksh', 'get', 'DI'],
  },
  'no answer': { typed: 'zksh get /d', answer: [], line: 'zksh get /d', words: ['zksh', 'get', '/d'] },
};

for (const name of ['bash', 'zsh', 'fish'] as const) {
  describeWithShell(name, `completion in ${name}`, () => {
    let fake: FakeZksh;
    let shell: InteractiveShell | null = null;
    beforeAll(() => {
      fake = makeFakeZksh();
    });
    beforeEach(async () => {
      shell ??= await startOn(name, fake);
      fake.forget();
    });
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

    test.for(OWN)('%s', async ([typed, line]) => {
      expect(await shell!.complete(typed)).toBe(line);
      expect(fake.lastRequest()).toBe(null);
    });

    test.for(Object.entries(ASKED))('zksh is asked for %s', async ([, { typed, answer, line, words }]) => {
      fake.answer(answer);
      expect(await shell!.complete(typed)).toBe(line);
      expect(fake.lastRequest()).toEqual(['__complete', name, String(words.length - 1), '--', ...words]);
    });

    test('zksh is asked by the path that is typed', async () => {
      fake.answer(['/dir\tend\t']);
      const program = `${fake.folder}/zksh`;
      expect(await shell!.complete(`${program} get /d`)).toBe(`${program} get /dir `);
      expect(fake.lastRequest()?.slice(4)).toEqual([program, 'get', '/d']);
    });

    test('an alias passes on the options in it', async () => {
      fake.answer(['/dir\tend\t']);
      expect(await shell!.complete('zk get /d')).toBe('zk get /dir ');
      expect(fake.lastRequest()?.slice(4)).toEqual(['zksh', '-s', 'prod:2181', 'get', '/d']);
    });

    test('what goes wrong in zksh is never seen', async () => {
      await shell!.complete('zksh get /d');
      expect(fake.lastRequest()).not.toBe(null);
      expect(await shell!.output()).not.toContain('nobody should see');
    });

    test('without the program there are no candidates and no message', async () => {
      const before = (await shell!.output()).length;
      expect(await shell!.complete('/nowhere/zksh get /d')).toBe('/nowhere/zksh get /d');
      expect((await shell!.output()).slice(before)).not.toMatch(/not found|no such/i);
    });

    test('the script has met no error of its own in all that', async () => {
      expect(await shell!.complaints()).toEqual([]);
    });
  });
}

describeWithShell('bash', 'bash alone', () => {
  let fake: FakeZksh;
  let shell: InteractiveShell;
  beforeAll(async () => {
    fake = makeFakeZksh();
    shell = await startOn('bash', fake);
  });
  afterAll(() => {
    shell?.close();
    fake?.remove();
  });

  test('verbs are found in any letter case and with hyphens', async () => {
    expect(await shell.complete('zksh get-ac')).toBe('zksh getAcl ');
    expect(await shell.complete('zksh GETAC')).toBe('zksh getAcl ');
  });

  test('the second Tab lists verbs with their summaries', async () => {
    expect(await shell.complete('zksh s', 2)).toBe('zksh s');
    await shell.shows(/setAcl +\(.+\)/);
  });

  test('a path with children gets no blank, so that it can go on', async () => {
    fake.answer(['/dir\tmore\t']);
    expect(await shell.complete('zksh get /d')).toBe('zksh get /dir');
  });

  test('the target of a redirection is no word of the command', async () => {
    fake.answer(['/dir\tend\t']);
    expect(await shell.complete('zksh get 2>/dev/null /d')).toBe('zksh get 2>/dev/null /dir ');
    expect(fake.lastRequest()?.slice(4)).toEqual(['zksh', 'get', '/d']);
  });

  test('completion goes on behind a closed quote', async () => {
    fake.answer(['/a b/c d\tend\t']);
    expect(await shell.complete('zksh get "/a b"/c')).toBe('zksh get /a\\ b/c\\ d ');
  });

  test("inside $'…' the rest is written in its escapes", async () => {
    fake.answer(["/a\\nb'c\tend\t"]);
    expect(await shell.complete("zksh get $'/a\\n")).toBe("zksh get $'/a\\x0ab\\'c' ");
  });

  test('with other word breaks, with nounset, noglob and an odd IFS', async () => {
    await shell.run(`COMP_WORDBREAKS=' '; set -uf; IFS=/`);
    fake.answer(['/a:b:c\tend\t']);
    expect(await shell.complete('zksh --server=x get /a:b')).toBe('zksh --server=x get /a:b:c ');
    expect(await shell.complete('zksh create --seq')).toBe('zksh create --sequential ');
    expect(await shell.output()).not.toContain('unbound');
  });
});

describeWithShell('zsh', 'zsh alone', () => {
  test('verbs are listed with their summaries, and paths with children get no blank', async () => {
    const fake = makeFakeZksh();
    const shell = await startOn('zsh', fake);
    await shell.complete('zksh s', 2);
    await shell.shows(/setAcl +-- /);
    fake.answer(['/dir\tmore\t']);
    expect(await shell.complete('zksh get /d')).toBe('zksh get /dir');
    shell.close();
    fake.remove();
  });

  test('the script is loaded from fpath as compinit does it', async () => {
    const fake = makeFakeZksh();
    const shell = await startShell('zsh', {
      path: fake.folder,
      before: [`fpath=(${join(process.cwd(), 'completions')} $fpath)`],
      source: false,
    });
    expect(await shell.complete('zksh whoa')).toBe('zksh whoami ');
    shell.close();
    fake.remove();
  });
});

async function startOn(name: ShellName, fake: FakeZksh): Promise<InteractiveShell> {
  writeFileSync(join(fake.folder, 'zkexec-only'), '', { mode: 0o755 });
  const shell = await startShell(name, { path: fake.folder, before: BEFORE[name] });
  writeFileSync(join(shell.folder, 'some.pem'), '');
  return shell;
}

const BEFORE: Readonly<Record<ShellName, readonly string[]>> = {
  bash: ['where=prod:2181', "alias zk='zksh -s prod:2181'", 'complete -F _zksh zk'],
  zsh: ['where=prod:2181', "alias zk='zksh -s prod:2181'"],
  fish: ['set -g where prod:2181', "alias zk='zksh -s prod:2181'"],
};
