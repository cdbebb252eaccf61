/** Words to verbs: own and global options, relative paths, and what is refused with the right spelling. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../../src/commands/registry.js';
import { GLOBAL_OPTIONS } from '../../src/syntax/global-options.js';
import { type InvocationSource, optionsOf, parseInvocation, refuseConflicts } from '../../src/syntax/invocation.js';
import { splitCommands } from '../../src/syntax/lines.js';
import { parseOptions } from '../../src/syntax/program.js';
import { quoteWord } from '../../src/syntax/quote.js';
import { argumentWords } from '../../src/syntax/word.js';

function ofLine(line: string, source: InvocationSource = 'line', cwd = '/w') {
  const [command] = splitCommands(line, { complete: true }).commands;
  return parseInvocation(command ?? [], { cwd, source });
}

function ofArguments(...words: string[]) {
  return parseInvocation(argumentWords(words), { cwd: '/', source: 'arguments' });
}

function refusal(run: () => unknown): Record<string, unknown> {
  try {
    run();
  } catch (error) {
    expect(error).toMatchObject({ kind: 'usage' });
    const { message, why, hint, line, column, usage, unknownCommand } = error as Record<string, unknown>;
    return { message: message as string, why, hint, line, column, usage, unknownCommand };
  }
  throw new Error('it was taken');
}

describe('a line', () => {
  test.each<[string, string, object]>([
    ['ls', 'ls', { path: [], stat: false, recursive: false }],
    ['ls -R . ..', 'ls', { path: ['/w', '/'], recursive: true }],
    ['LS /', 'ls', { path: ['/'] }],
    ['get-ACL /a', 'getAcl', { path: '/a' }],
    [
      'create -es /locks/job- me',
      'create',
      { ephemeral: true, sequential: true, container: false, path: '/locks/job-', data: { from: 'text', text: 'me' } },
    ],
    ['create -s /locks/', 'create', { sequential: true, path: '/locks/' }],
    ['create -t 1h /a', 'create', { ttl: 3_600_000, path: '/a' }],
    ['set a x -v 3', 'set', { path: '/w/a', version: 3, data: { from: 'text', text: 'x' } }],
    ['set /a -v -1 -- -5', 'set', { version: -1, data: { from: 'text', text: '-5' } }],
    ['set /a "\\xff"', 'set', { data: { from: 'bytes', bytes: Buffer.of(0xff) } }],
    ['set /a <<E\n@x\nE', 'set', { data: { from: 'text', text: '@x\n' } }],
    ['set /a @f', 'set', { data: { from: 'file', file: 'f' } }],
    ["set /a ''", 'set', { data: { from: 'text', text: '' } }],
    ["set /a '“x”'", 'set', { data: { from: 'text', text: '“x”' } }],
    ['delete /1 ./2', 'delete', { path: ['/1', '/w/2'] }],
    ['rm /a', 'delete', { path: ['/a'] }],
    ['ls -h', 'help', { verb: 'ls' }],
    ['ls --help', 'help', { verb: 'ls' }],
    ['set --help', 'help', { verb: 'set' }],
    ['help Get-Acl', 'help', { verb: 'getAcl' }],
  ])('%j', (line, verb, values) => {
    const invocation = ofLine(line);
    expect(invocation.spec.name).toBe(verb);
    expect(invocation.values).toMatchObject(values);
  });

  test('options that are not given are undefined, switches false', () => {
    const { values } = ofLine('set /a x');
    expect(values).toMatchObject({ stat: false, null: false });
    expect((values as { version?: number }).version).toBeUndefined();
  });

  test('a global option behind the verb is for this command', () => {
    expect(ofLine('ls / -o json --timeout 5s -n').overrides).toEqual({ output: 'json', timeoutMs: 5000, dryRun: true });
  });

  test("the verb's own option comes before the global one of that letter", () => {
    expect(ofLine('ls / -s').overrides).toEqual({});
    expect(ofLine('ls / -s').values).toMatchObject({ stat: true });
  });

  test('words of the command are read from the place of the here-document', () => {
    expect(ofLine('set /a <<E -v 1\nx\nE').values).toMatchObject({ version: 1, data: { from: 'text', text: 'x\n' } });
  });
});

describe('arbitrary data', () => {
  test('quoted for a line arrive as they were', () => {
    const text = fc.string({ unit: 'binary' }).filter((each) => !each.startsWith('@'));
    fc.assert(
      fc.property(text, (data) => {
        expect(ofLine(`set /a -- ${quoteWord(data, 'line')}`).values).toMatchObject({
          data: { from: 'text', text: data },
        });
      }),
    );
  });

  test('as arguments of the process arrive as they were', () => {
    const text = fc.string({ unit: 'binary' }).map((each) => each.replace(/[\0\ufffd\p{Cs}]/gu, ''));
    fc.assert(
      fc.property(
        text.filter((each) => !/^(?:@|-$|[“”„‟«‘’‚‛])/u.test(each)),
        (data) => {
          expect(ofArguments('set', '/a', '--', data).values).toMatchObject({ data: { from: 'text', text: data } });
        },
      ),
    );
  });
});

describe('stdin as data', () => {
  test('is there for arguments, and where the caller says so', () => {
    expect(ofArguments('set', '/a', '-').values).toMatchObject({ data: { from: 'stdin' } });
    const [command] = splitCommands('set /a -', { complete: true }).commands;
    const context = { cwd: '/', source: 'line', stdinAsData: true } as const;
    expect(parseInvocation(command ?? [], context).values).toMatchObject({ data: { from: 'stdin' } });
  });

  test.each(['line', 'script'] as const)('is refused in a %s', (source) => {
    expect(refusal(() => ofLine('set /a -', source)).message).toMatch(/^- is stdin/);
  });
});

describe('what is refused, with the right spelling', () => {
  test.each<[string, string, string]>([
    ['delete /a 5', 'a version is given with -v', 'delete /a -v 5'],
    ['set /a x 5', 'a version is given with -v', 'set /a x -v 5'],
    ["set /a 'x y' 5", 'a version is given with -v', "set /a 'x y' -v 5"],
    ['set /a some json with blanks', 'one word too many: json', "set /a 'some json with blanks'"],
    ['set /a {"a": 1, "b": 2}', 'one word too many: 1,', 'set /a \'{"a": 1, "b": 2}\''],
    ['create /a some json of mine', 'one word too many: of', "create /a 'some json of mine'"],
    ['addauth digest u:my secret', 'one word too many', ''],
    ['help gte', 'unknown command: gte', 'Did you mean get?'],
    ['pwd x', 'one word too many: x', ''],
    ['set /a -5', 'unknown option -5', 'set /a -- -5'],
    ['ls --recursiv', 'unknown option --recursiv', 'Did you mean --recursive?'],
    ['ls -recursive', 'unknown option -recursive', '--recursive'],
    ['ls –R /', '–R begins with a dash, not a hyphen', 'With hyphens: -R'],
    ['ls —recursive /', '—recursive begins with a dash, not a hyphen', 'With hyphens: --recursive'],
    ['set /a “hello world”', 'curly quotes around hello world', "With straight ones: 'hello world'"],
    ['set /a ‘it’s’', 'curly quotes around it’s', "With straight ones: 'it’s'"],
    ['set /a „x“', 'curly quotes around x', "'x'"],
    ['create /a --acl=“world:anyone:r”', 'curly quotes around --acl=world:anyone:r', ''],
    ['ls / | head', "| is a shell's, not ours", 'zksh ls / | …'],
    ['get /a > f', "> is a shell's, not ours", 'zksh get /a > …'],
    ['ls / && ls /b', "&& is a shell's, not ours", ''],
    ['get', 'PATH is missing', ''],
    ['set /a x -v', '-v needs N', ''],
    ['set /a x -v y', '-v: not a version: y', ''],
    ['ls / -o jsn', '-o: not one of', 'Did you mean json?'],
    ['create -t 10 /a', '-t: 10 has no unit', '10s or 10ms'],
    ['ls / -e', '-e stands before the command', ''],
    ['ls / --version', '--version stands before the command', ''],
    ['ls / --server h:1', '--server cannot change for one command', 'connect HOST:PORT'],
    ['ls / --auth digest:u:p', '--auth cannot change for one command', 'addauth'],
    ['ls / --tls', '--tls cannot change for one command', ''],
    ['get a//b', 'not a path: a//b', ''],
    ['-o json ls /', 'a line begins with a command, not with -o', 'ls / -o json'],
  ])('%s', (line, message, hint) => {
    const seen = refusal(() => ofLine(line));
    expect(seen.message).toContain(message);
    expect(seen.hint ?? '').toContain(hint);
  });

  test('the error points at the word, and gives the usage', () => {
    expect(refusal(() => ofLine('\n set /a x -v y'))).toMatchObject({
      line: 2,
      column: 13,
      usage: expect.stringMatching(/^set .*PATH/),
    });
  });

  test('an argument of the process has no column', () => {
    expect(refusal(() => ofArguments('set', '/a', 'x', '-v', 'y')).column).toBeUndefined();
  });

  test.each<[string[], string]>([
    [['set', '/a', '“hello', 'world”'], 'curly quotes around hello world'],
    [['set', '/a', '“hello”'], 'curly quotes around hello'],
  ])('%j', (words, message) => {
    expect(refusal(() => ofArguments(...words)).message).toBe(message);
  });

  test("what a shell's quotes held together is meant, curly or not", () => {
    expect(ofArguments('set', '/a', '“hello world”').values).toMatchObject({ data: { text: '“hello world”' } });
    expect(ofArguments('set', '/a', '|').values).toMatchObject({ data: { text: '|' } });
  });

  test("a command's own problem is thrown", () => {
    expect(refusal(() => ofLine('ls "\\q"')).message).toBe('unknown escape \\q inside "…"');
  });
});

describe('options that exclude each other', () => {
  const options = [
    { short: 'u', long: 'up', summary: 'up', conflicts: ['down'] },
    { long: 'down', summary: 'down' },
  ];
  const given = (...words: string[]) =>
    parseOptions(argumentWords(words), options, { name: 'move', stopAtOperand: false, takesText: false }).given;

  test('are refused, whichever comes first', () => {
    expect(refusal(() => refuseConflicts(given('-u', '--down'))).message).toBe('-u and --down exclude each other');
    expect(refusal(() => refuseConflicts(given('--down', '--up'))).message).toBe('--up and --down exclude each other');
  });

  test('are taken one at a time', () => {
    expect(refuseConflicts(given('-u'))).toBeUndefined();
  });
});

describe('an unknown verb', () => {
  test.each<[string, string]>([
    ['gte /a', 'Did you mean get?'],
    ['delet /a', 'Did you mean delete?'],
    ['getacls /a', 'Did you mean getAcl?'],
    ['xyzzy', 'help lists the commands.'],
    ['--', 'Options come behind it: ls / -o json'],
  ])('%s: %s', (line, hint) => {
    expect(refusal(() => ofLine(line)).hint).toBe(hint);
  });

  test('has a status of its own, but not as a word of help', () => {
    expect(refusal(() => ofLine('xyzzy')).unknownCommand).toBe(true);
    expect(refusal(() => ofLine('help xyzzy')).unknownCommand).toBe(false);
  });

  test('a secret is not repeated', () => {
    expect(JSON.stringify(refusal(() => ofLine('addauth digest u:my secret')))).not.toContain('secret');
  });
});

describe('watch --exec', () => {
  test('takes the rest of the line', () => {
    const { values } = ofLine("watch /a --exec echo 'a b' -o --exec");
    expect(values).toMatchObject({ path: ['/a'], exec: "echo 'a b' -o --exec" });
  });

  test('one word is a command line as it stands', () => {
    expect(ofArguments('watch', '/a', '--exec', 'echo $X | cat').values).toMatchObject({ exec: 'echo $X | cat' });
  });
});

describe('every verb', () => {
  test.each(COMMANDS.map((spec) => [spec.name, spec] as const))('%s: no two options have one name', (_, spec) => {
    const options = optionsOf(spec);
    const longs = options.map(({ long }) => long);
    const shorts = options.flatMap(({ short }) => short ?? []);
    expect(new Set(longs).size).toBe(longs.length);
    expect(new Set(shorts).size).toBe(shorts.length);
    expect(longs).toEqual(expect.arrayContaining(GLOBAL_OPTIONS.map(({ long }) => long)));
  });

  const spellings = COMMANDS.flatMap((spec) =>
    Object.values(spec.options).flatMap((option) =>
      [`--${option.long}`, ...(option.short === undefined ? [] : [`-${option.short}`])].map(
        (spelling) => [spec.name, spelling, spec, option] as const,
      ),
    ),
  );

  test.each(spellings)('%s %s is read as its own option', (_, spelling, spec, option) => {
    const words = argumentWords([spelling, ...(option.value === undefined ? [] : ['1'])]);
    const mode = { name: spec.name, stopAtOperand: false, takesText: false };
    expect(parseOptions(words, optionsOf(spec), mode).given.map((each) => each.option)).toEqual([option]);
  });

  test.each(COMMANDS.flatMap((spec) => spec.examples.map(({ line }) => [line, spec.name] as const)))(
    '%s is understood',
    (line, name) => {
      expect(ofLine(line, 'line', '/').spec.name).toBe(name);
    },
  );
});
