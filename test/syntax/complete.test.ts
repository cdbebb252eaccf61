/** Half a line to suggestions: verbs, options, values, znodes; at any cursor; and quoted so that the lexer reads them back. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { command, flag } from '../../src/commands/spec.js';
import { parentOf } from '../../src/protocol/path.js';
import { type CompletionContext, completeLine } from '../../src/syntax/complete.js';
import { commandAtEnd } from '../../src/syntax/lines.js';

const TREE: Readonly<Record<string, readonly string[]>> = {
  '/': ['zookeeper', 'app', 'apple', 'a b', "it's", 'Upper', '$(touch x)', 'new\nline', '-x'],
  '/app': ['db', 'cache'],
  '/app/db': [],
  '/zookeeper': ['config', 'quota'],
  '/a b': ['c d'],
};

const CONTEXT: CompletionContext = {
  cwd: '/',
  quoting: 'line',
  listChildren: (path) =>
    TREE[path] === undefined ? Promise.reject(new Error('no such znode')) : Promise.resolve(TREE[path]),
  listFiles: (folder) => Promise.resolve(folder === '.' ? ['x.txt', 'dir/', '.hidden', 'a b'] : ['in.txt']),
};

async function texts(line: string, more: Partial<CompletionContext> = {}): Promise<string[]> {
  const { candidates } = await completeLine(line, line.length, { ...CONTEXT, ...more });
  return candidates.map(({ text, more: goesOn }) => (goesOn ? `${text}…` : text));
}

describe('verbs', () => {
  test('all of them on an empty line, with summaries', async () => {
    const { from, to, candidates } = await completeLine('', 0, CONTEXT);
    expect([from, to]).toEqual([0, 0]);
    expect(candidates.map(({ text }) => text)).toEqual(
      expect.arrayContaining(['ls', 'get', 'create', 'getAcl', 'watch', 'help']),
    );
    expect(candidates.every(({ summary }) => summary !== '')).toBe(true);
  });

  test.each<[string, string[]]>([
    ['ge', ['get', 'getEphemerals', 'getAllChildrenNumber', 'getAcl']],
    ['multi cre', ['create']],
    ['multi create /a , del', ['delete', 'deleteall', 'delquota']],
    ['GETA', ['getAllChildrenNumber', 'getAcl']],
    ['get-', ['get', 'getEphemerals', 'getAllChildrenNumber', 'getAcl']],
    ['ls /; cr', ['create']],
    ['ls /\ncr', ['create']],
    ['xyz', []],
    ['xyz /a', []],
    ['help geta', ['getAllChildrenNumber', 'getAcl']],
    ['# l', []],
    ['set /a <<E\nl', []],
  ])('%j: %j', async (line, expected) => {
    expect(await texts(line)).toEqual(expected);
  });
});

describe('options', () => {
  test('own ones first, then global ones that make sense for one command', async () => {
    const found = await texts('ls -');
    expect(found.slice(0, 2)).toEqual(['--stat', '--long']);
    expect(found).toContain('--output');
    expect(found).not.toContain('--server');
    expect(found).not.toContain('--execute');
  });

  test('not those that are given exclude, in either direction', async () => {
    const move = command({
      name: 'move',
      group: 'tree',
      summary: 'moves',
      args: [],
      options: {
        up: flag('up', 'u', 'up', { conflicts: ['down'] }),
        down: flag('down', null, 'down'),
        fast: flag('fast', null, 'fast'),
      },
      examples: [],
      async *run() {},
    });
    const own = async (line: string) => (await texts(line, { commands: [move] })).slice(0, 2);
    expect(await own('move -u --')).toEqual(['--fast', '--timeout']);
    expect(await own('move --down --')).toEqual(['--fast', '--timeout']);
    expect(await own('move --fast --')).toEqual(['--up', '--down']);
  });

  test('not those that are given', async () => {
    const found = await texts('ls -R --output json --');
    expect(found).toContain('--stat');
    expect(found).not.toContain('--recursive');
    expect(found).not.toContain('--output');
  });

  test.each<[string, string[]]>([
    ['ls --rec', ['--recursive']],
    ['ls -R', ['-R']],
    ['ls -o ', ['human', 'plain', 'json', 'zkcli']],
    ['ls -o j', ['json']],
    ['ls -o J', ['json']],
    ['ls --output=p', ['--output=plain']],
    ['ls --stat=', []],
    ['ls -- -', ['./-x…']],
    ['create -t 10', ['10s', '10ms', '10m', '10h']],
    ['create -t 10m', ['10ms']],
    ['create -t x', []],
  ])('%j: %j', async (line, expected) => {
    expect(
      await texts(line, {
        cwd: line.includes('-- -') ? '/rel' : '/',
        listChildren: async (path) => (path === '/rel' ? ['-x'] : []),
      }),
    ).toEqual(expected);
  });

  test('both spellings are shown', async () => {
    const { candidates } = await completeLine('ls --st', 7, CONTEXT);
    expect(candidates[0]).toMatchObject({ text: '--stat', display: '-s, --stat', more: false });
    expect(candidates[0]?.summary).not.toBe('');
  });
});

describe('znode paths', () => {
  test.each<[string, string[]]>([
    ['get /app', ['/app…', '/apple…']],
    ['get app', ['/app…', '/apple…']],
    ['get /zoo', ['/zookeeper…']],
    ['get /zookeeper', ['/zookeeper/config…', '/zookeeper/quota…']],
    ['get /zookeeper/', ['/zookeeper/config…', '/zookeeper/quota…']],
    ['get /app/db', ['/app/db']],
    ['get /upp', ['/Upper…']],
    ['get /app/../zoo', ['/app/../zookeeper…']],
    ['get /it', [`"/it's"…`]],
    ['get /a', ["'/a b'…", "'/app'…", "'/apple'…"]],
    ['get "/a', ['"/a b"…', '"/app"…', '"/apple"…']],
    ["get '/a b", ["'/a b/c d'…"]],
    ['get /a\\ b/', ["'/a b/c d'…"]],
    ['get /new', ['"/new\\nline"…']],
    ['get /$', ["'/$(touch x)'…"]],
    ['get /nothing', []],
    ['get /nosuch/x', []],
    ['get //', []],
    ['delete /app /zoo', ['/zookeeper…']],
    ['set /zoo', ['/zookeeper…']],
    ['set /app /zoo', []],
    ['setAcl /zoo', ['/zookeeper…']],
    ['getAcl /app /zoo', []],
    ['ls -R /zoo', ['/zookeeper…']],
    ['watch /app --exec /zoo', []],
  ])('%j: %j', async (line, expected) => {
    expect(await texts(line)).toEqual(expected);
  });

  test('are relative to the working directory', async () => {
    expect(await texts('get d', { cwd: '/app' })).toEqual(['db…']);
    expect(await texts('get ', { cwd: '/app' })).toEqual(['cache…', 'db…']);
    expect(await texts('get ../zoo', { cwd: '/app' })).toEqual(['../zookeeper…']);
    expect(await texts('get ./', { cwd: '/app' })).toEqual(['./cache…', './db…']);
  });

  test('only the word at the cursor is replaced', async () => {
    const line = 'get /zoo -s';
    const completion = await completeLine(line, 8, CONTEXT);
    expect(completion).toMatchObject({ from: 4, to: 8 });
    expect(completion.candidates.map(({ text }) => text)).toEqual(['/zookeeper']);
  });

  test('the display is the name alone, without what a terminal would act on', async () => {
    const { candidates } = await completeLine('get /new', 8, CONTEXT);
    expect(candidates[0]?.display).toBe('new\\x0aline');
  });

  test('of a hundred thousand children a bounded number is offered, the first and the last among them', async () => {
    const names = Array.from({ length: 100_000 }, (_, index) => `n-${String(index).padStart(10, '0')}`);
    const found = await texts('get /', { listChildren: async () => names });
    expect(found.length).toBeLessThanOrEqual(500);
    expect(found[0]).toBe('/n-0000000000…');
    expect(found.at(-1)).toBe('/n-0000099999…');
  });

  test('a lister that fails gives nothing', async () => {
    expect(await texts('get /', { listChildren: () => Promise.reject(new Error('down')) })).toEqual([]);
  });
});

describe('other values', () => {
  test.each<[string, string[]]>([
    ['setAcl /a w', ['world:anyone:…']],
    ['setAcl /a world:', ['world:anyone:…']],
    ['setAcl /a world:anyone:c', ['world:anyone:cdrwa', 'world:anyone:cdrw', 'world:anyone:cr']],
    ['setAcl /a world:anyone:r,au', ['world:anyone:r,auth::…']],
    ['setAcl /a digest:u:hash:', ['cdrwa', 'r', 'rw', 'cdrw', 'cr'].map((letters) => `digest:u:hash:${letters}`)],
    ['setAcl /a digest:u:', []],
    ['setAcl /a x509:CN=a\\\\,b:r', ['x509:CN=a\\,b:rw'].map((text) => `'${text}'`)],
    ['set /a @', ["'@a b'", "'@dir/'…", "'@x.txt'"]],
    ['set /a @x', ['@x.txt']],
    ['set /a @dir/', ['@dir/in.txt']],
    ['set /a @.', ['@.hidden']],
    ['set /a @@', []],
    ['set /a x', []],
  ])('%j: %j', async (line, expected) => {
    expect(await texts(line)).toEqual(expected);
  });

  test('raw candidates are not quoted', async () => {
    expect(await texts('get /a', { quoting: 'raw' })).toEqual(['/a b…', '/app…', '/apple…']);
  });
});

describe('any line', () => {
  const LINES = [
    'get /zookeeper -s -o json; ls -R "/a b',
    "set /a 'x y' <<E -v 3\nline\nE\nls /",
    'create -es --ttl=5s /a\\ b "\\x41\\u{e9}" world:anyone:cdrwa,digest:u:h:r # c',
    "watch /a --exec echo $'\\'x' --; help ",
    '“x” – \u00a0 <<< << - -- --= -= =',
  ];

  test.each(LINES)('%j is completed at every cursor without an exception, within the line', async (line) => {
    for (let cursor = 0; cursor <= line.length; cursor++) {
      const { from, to } = await completeLine(line, cursor, CONTEXT);
      expect(from).toBeGreaterThanOrEqual(0);
      expect(from).toBeLessThanOrEqual(to);
      expect(to).toBe(cursor);
    }
  });

  test('a candidate put into the line is read as the path it stands for', async () => {
    // What no znode can be called (a slash, dots) is left out; all else the lexer must give back.
    const name = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 8 })
      .map((text) => text.replace(/[\0/\p{Cs}]/gu, ''))
      .filter((text) => text !== '' && !/^\.+$/.test(text));
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(name, { minLength: 1, maxLength: 4 }),
        fc.constantFrom('', "'", '"'),
        async (names, quote) => {
          const line = `get ${quote}/`;
          const context = { ...CONTEXT, listChildren: async (path: string) => (path === '/' ? names : []) };
          const { from, to, candidates } = await completeLine(line, line.length, context);
          const read = candidates.map(
            ({ text }) => commandAtEnd(`${line.slice(0, from)}${text}${line.slice(to)} `)?.words[1]?.text,
          );
          expect(read).toEqual([...names].sort().map((each) => `/${each}`));
        },
      ),
    );
  });

  test('arbitrary text is completed without an exception', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: fc.constantFrom(...'get /a-os="\'\\$;#<\n\u00a0@:,') }), async (line) => {
        const { candidates } = await completeLine(line, line.length, CONTEXT);
        expect(Array.isArray(candidates)).toBe(true);
      }),
    );
  });

  test('the lister is only asked about folders of what is typed', async () => {
    const asked: string[] = [];
    const listChildren = async (path: string) => {
      asked.push(path);
      return ['db'];
    };
    await completeLine('get /app/db', 11, { ...CONTEXT, listChildren });
    expect(asked).toEqual([parentOf('/app/db'), '/app/db']);
  });
});

describe('places', () => {
  const listChildrenAt = async (servers: string, path: string) =>
    servers === 'zk2:2181' && path === '/' ? ['there', 'other'] : path === '/there' ? ['below'] : [];

  test.each<[string, string[]]>([
    ['cp /app/d', ['/app/db…']],
    ['cp /app zk://zk2:2181/th', ['zk://zk2:2181/there…']],
    ['cp zk://zk2:2181/', ['zk://zk2:2181/other…', 'zk://zk2:2181/there…']],
    ['cp zk://zk2:2181/there/', ['zk://zk2:2181/there/below…']],
    ['cp zk://nowhere/', []],
    ['cp zk://zk2', []],
    ['cp @x', ['@x.txt']],
  ])('%j is completed here, on another ensemble, and among files', async (line, expected) => {
    expect(await texts(line, { listChildrenAt })).toEqual(expected);
  });

  test('without somebody to ask another ensemble there are none there', async () => {
    expect(await texts('cp zk://zk2:2181/')).toEqual([]);
  });
});
