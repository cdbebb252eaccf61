/** The process's arguments and environment to what the run is; every option and variable of the contract. */
import { describe, expect, test } from 'vitest';
import type { GlobalOptions } from '../../src/syntax/global-options.js';
import { type ProcessRequest, parseProcessArguments } from '../../src/syntax/process-arguments.js';

const TERMINALS = { stdinIsTerminal: true, stdoutIsTerminal: true };

function parse(
  words: readonly string[],
  environment: Record<string, string> = {},
  terminals = TERMINALS,
): ProcessRequest {
  return parseProcessArguments(words, environment, terminals);
}

function options(words: readonly string[], environment: Record<string, string> = {}): GlobalOptions {
  const request = parse(words, environment);
  if (request.kind === 'complete') {
    throw new Error('no options');
  }
  return request.options;
}

function refusal(
  words: readonly string[],
  environment: Record<string, string> = {},
): { message: string; hint?: string } {
  try {
    parse(words, environment);
  } catch (error) {
    expect(error).toMatchObject({ kind: 'usage' });
    return error as { message: string };
  }
  throw new Error(`${words.join(' ')} was taken`);
}

describe('what the run is', () => {
  test.each<[string[], object]>([
    [[], { kind: 'repl' }],
    [['-s', 'h:1'], { kind: 'repl' }],
    [['ls', '/'], { kind: 'verb', invocation: { spec: { name: 'ls' }, values: { path: ['/'] } } }],
    [['--', 'ls', '/'], { kind: 'verb', invocation: { spec: { name: 'ls' } } }],
    [['-e', 'ls /', '-e', 'get /a'], { kind: 'commands', texts: ['ls /', 'get /a'] }],
    [['--execute=ls /'], { kind: 'commands', texts: ['ls /'] }],
    [['-f', 'x.zk'], { kind: 'script', file: 'x.zk' }],
    [['-f', '-'], { kind: 'script', file: '-' }],
    [['--file=x'], { kind: 'script', file: 'x' }],
    [['-h'], { kind: 'help', verb: null }],
    [['--help', 'get'], { kind: 'help', verb: { name: 'get' } }],
    [['get', '--help'], { kind: 'help', verb: { name: 'get' } }],
    [['set', '-h'], { kind: 'help', verb: { name: 'set' } }],
    [['-V'], { kind: 'version' }],
    [['--version'], { kind: 'version' }],
    [['version'], { kind: 'verb', invocation: { spec: { name: 'version' } } }],
    [['create', '-s', '/a-'], { kind: 'verb', invocation: { values: { sequential: true } } }],
    [['-s', 'h:1', 'create', '-e', '/a'], { kind: 'verb', invocation: { values: { ephemeral: true } } }],
  ])('%j', (words, expected) => {
    expect(parse(words)).toMatchObject(expected);
  });

  test.each([
    [false, true],
    [true, false],
    [false, false],
  ])('without a terminal (stdin %s, stdout %s) commands come from stdin', (stdinIsTerminal, stdoutIsTerminal) => {
    expect(parse([], {}, { stdinIsTerminal, stdoutIsTerminal })).toMatchObject({ kind: 'script', file: '-' });
  });

  test.each<[string[], string, string]>([
    [['xyzzy'], 'unknown command: xyzzy', 'help lists the commands.'],
    [['-e', 'ls', 'get', '/a'], '-e and the command get /a: one of them', "-e 'get /a'"],
    [['-f', 'x', 'get', '/a'], '-f and the command get /a: one of them', ''],
    [['-e', 'ls', '-f', 'x'], '-e and -f exclude each other', ''],
    [['--serve', 'h'], 'unknown option --serve', 'Did you mean --server?'],
    [['-server', 'h:2181', 'ls', '/'], 'unknown option -server', '-s h:2181'],
    [['-timeout', '5000', 'ls'], 'unknown option -timeout', '-t 5000ms'],
    [['-s'], '-s needs LIST', ''],
    [['—server', 'h'], '—server begins with a dash, not a hyphen', '--server'],
    [['--sandpit'], 'unknown option --sandpit', ''],
  ])('%j is refused', (words, message, hint) => {
    const seen = refusal(words);
    expect(seen.message).toBe(message);
    expect(seen.hint ?? '').toContain(hint);
  });

  test('the hidden request for completion comes before all else, and judges nothing', () => {
    const words = ['__complete', 'zsh', '4', '--', 'zksh', '-s', 'h:1', 'get', '/a'];
    expect(parse(words, { ZKSH_OUTPUT: 'json' })).toMatchObject({
      kind: 'complete',
      request: {
        shell: 'zsh',
        wordIndex: 4,
        words: ['zksh', '-s', 'h:1', 'get', '/a'],
        options: { server: 'h:1', output: 'json' },
      },
    });
    expect(parse(words, { ZKSH_TIMEOUT: 'x' })).toMatchObject({ request: { options: null } });
  });
});

describe('options', () => {
  const DEFAULTS: GlobalOptions = {
    server: 'localhost:2181',
    sandbox: false,
    seed: null,
    empty: false,
    sessionTimeoutMs: 30_000,
    connectTimeoutMs: 10_000,
    waitMs: null,
    timeoutMs: null,
    readOnly: false,
    auth: [],
    authFile: null,
    output: null,
    color: 'auto',
    keepGoing: false,
    yes: false,
    dryRun: false,
    quiet: false,
    debug: false,
    tls: false,
    tlsCa: null,
    tlsCert: null,
    tlsKey: null,
    tlsP12: null,
    tlsPassphraseFile: null,
    tlsServerName: null,
    tlsInsecure: false,
  };

  test('have defaults', () => {
    expect(options([])).toEqual(DEFAULTS);
  });

  const GIVEN: [string[], Partial<GlobalOptions>][] = [
    [['-s', 'zk1,zk2:2182/app'], { server: 'zk1,zk2:2182/app' }],
    [['--server=[::1]:2181'], { server: '[::1]:2181' }],
    [['-t', '5s'], { sessionTimeoutMs: 5000 }],
    [['--session-timeout', '1m'], { sessionTimeoutMs: 60_000 }],
    [['--connect-timeout', '500ms'], { connectTimeoutMs: 500 }],
    [['--wait', '1m'], { waitMs: 60_000 }],
    [['--wait', '0s'], {}],
    [['--timeout', '2s'], { timeoutMs: 2000 }],
    [['--timeout', '0s'], {}],
    [['-r'], { readOnly: true }],
    [['--read-only'], { readOnly: true }],
    [['-a', 'digest:u:p', '--auth', 'digest:v:q:r'], { auth: ['digest:u:p', 'digest:v:q:r'] }],
    [['--auth-file', 'f'], { authFile: 'f' }],
    [['-o', 'json'], { output: 'json' }],
    [['--output', 'zkcli'], { output: 'zkcli' }],
    [['--color', 'never'], { color: 'never' }],
    [['-k'], { keepGoing: true }],
    [['--keep-going'], { keepGoing: true }],
    [['-y'], { yes: true }],
    [['--yes'], { yes: true }],
    [['-n'], { dryRun: true }],
    [['--dry-run'], { dryRun: true }],
    [['-q'], { quiet: true }],
    [['--quiet'], { quiet: true }],
    [['--debug'], { debug: true }],
    [['-rkyn'], { readOnly: true, keepGoing: true, yes: true, dryRun: true }],
    [['--tls'], { tls: true }],
    [['--tls-ca', 'ca'], { tls: true, tlsCa: 'ca' }],
    [['--tls-cert', 'c'], { tls: true, tlsCert: 'c' }],
    [['--tls-key', 'k'], { tls: true, tlsKey: 'k' }],
    [['--tls-p12', 'p'], { tls: true, tlsP12: 'p' }],
    [['--tls-passphrase-file', 'f'], { tls: true, tlsPassphraseFile: 'f' }],
    [['--tls-server-name', 'zk'], { tls: true, tlsServerName: 'zk' }],
    [['--tls-insecure'], { tls: true, tlsInsecure: true }],
    [['-s', 'a', '-s', 'b'], { server: 'b' }],
  ];

  test.each(GIVEN)('%j before the verb', (words, expected) => {
    expect(options([...words, 'pwd'])).toEqual({ ...DEFAULTS, ...expected });
  });

  test.each(GIVEN.filter(([[word]]) => word?.startsWith('--')))('%j behind the verb', (words, expected) => {
    expect(options(['pwd', ...words])).toEqual({ ...DEFAULTS, ...expected });
  });

  test.each<[string, string, Partial<GlobalOptions>]>([
    ['ZKSH_SERVER', 'h:1/app', { server: 'h:1/app' }],
    ['ZKSH_SESSION_TIMEOUT', '5s', { sessionTimeoutMs: 5000 }],
    ['ZKSH_CONNECT_TIMEOUT', '1s', { connectTimeoutMs: 1000 }],
    ['ZKSH_WAIT', '1m', { waitMs: 60_000 }],
    ['ZKSH_TIMEOUT', '2s', { timeoutMs: 2000 }],
    ['ZKSH_READ_ONLY', '1', { readOnly: true }],
    ['ZKSH_READ_ONLY', 'Yes', { readOnly: true }],
    ['ZKSH_READ_ONLY', '0', {}],
    ['ZKSH_READ_ONLY', 'false', {}],
    ['ZKSH_AUTH', 'digest:u:p', { auth: ['digest:u:p'] }],
    ['ZKSH_AUTH', 'digest:u:p\ndigest:v:q\n', { auth: ['digest:u:p', 'digest:v:q'] }],
    ['ZKSH_AUTH_FILE', 'f', { authFile: 'f' }],
    ['ZKSH_OUTPUT', 'plain', { output: 'plain' }],
    ['NO_COLOR', '1', { color: 'never' }],
    ['FORCE_COLOR', '1', { color: 'always' }],
    ['FORCE_COLOR', '0', { color: 'never' }],
    ['ZKSH_TLS', '1', { tls: true }],
    ['ZKSH_TLS_CA', 'ca', { tls: true, tlsCa: 'ca' }],
    ['ZKSH_TLS_CERT', 'c', { tls: true, tlsCert: 'c' }],
    ['ZKSH_TLS_KEY', 'k', { tls: true, tlsKey: 'k' }],
    ['ZKSH_TLS_P12', 'p', { tls: true, tlsP12: 'p' }],
    ['ZKSH_TLS_PASSPHRASE_FILE', 'f', { tls: true, tlsPassphraseFile: 'f' }],
    ['ZKSH_TLS_SERVER_NAME', 'zk', { tls: true, tlsServerName: 'zk' }],
    ['ZKSH_TLS_INSECURE', '1', { tls: true, tlsInsecure: true }],
    ['ZKSH_SERVER', '', {}],
    ['NO_COLOR', '', {}],
  ])('%s=%j', (variable, value, expected) => {
    expect(options([], { [variable]: value })).toEqual({ ...DEFAULTS, ...expected });
  });

  test('the command line is stronger than the environment, FORCE_COLOR than NO_COLOR', () => {
    expect(options(['-s', 'b'], { ZKSH_SERVER: 'a' }).server).toBe('b');
    expect(options(['-a', 'digest:u:p'], { ZKSH_AUTH: 'digest:v:q' }).auth).toEqual(['digest:u:p']);
    expect(options(['--color', 'auto'], { NO_COLOR: '1' }).color).toBe('auto');
    expect(options([], { NO_COLOR: '1', FORCE_COLOR: '1' }).color).toBe('always');
    expect(options(['--timeout', '0s'], { ZKSH_TIMEOUT: '1s' }).timeoutMs).toBeNull();
  });

  test('credentials before and behind the verb add up, and TLS is turned on from either', () => {
    const request = options(['-a', 'digest:u:p', 'pwd', '--auth', 'digest:v:q', '--tls-ca', 'ca']);
    expect(request).toMatchObject({ auth: ['digest:u:p', 'digest:v:q'], tls: true });
  });

  test.each<[Record<string, string>, string]>([
    [{ ZKSH_SERVER: 'h:x' }, 'ZKSH_SERVER: '],
    [{ ZKSH_SESSION_TIMEOUT: '30' }, 'ZKSH_SESSION_TIMEOUT: 30 has no unit'],
    [{ ZKSH_SESSION_TIMEOUT: '0s' }, 'ZKSH_SESSION_TIMEOUT: 0s leaves no time at all'],
    [{ ZKSH_CONNECT_TIMEOUT: 'x' }, 'ZKSH_CONNECT_TIMEOUT: not a duration: x'],
    [{ ZKSH_WAIT: '999h' }, 'ZKSH_WAIT: 999h is too long'],
    [{ ZKSH_TIMEOUT: '-1s' }, 'ZKSH_TIMEOUT: not a duration: -1s'],
    [{ ZKSH_READ_ONLY: 'maybe' }, 'ZKSH_READ_ONLY: neither on nor off: maybe'],
    [{ ZKSH_AUTH: 'secret' }, 'ZKSH_AUTH: not SCHEME:CREDENTIAL'],
    [{ ZKSH_OUTPUT: 'yaml' }, 'ZKSH_OUTPUT: not one of human, plain, json, zkcli: yaml'],
    [{ ZKSH_TLS: '2' }, 'ZKSH_TLS: neither on nor off: 2'],
  ])('%j is refused by name', (environment, message) => {
    expect(refusal(['pwd'], environment).message.startsWith(message)).toBe(true);
    expect(refusal([], environment).message.startsWith(message)).toBe(true);
  });

  test('but help and version do not judge the environment', () => {
    const environment = { ZKSH_TIMEOUT: 'x', ZKSH_OUTPUT: 'json' };
    expect(parse(['--help'], environment)).toMatchObject({
      kind: 'help',
      options: { timeoutMs: null, output: 'json' },
    });
    expect(parse(['ls', '--help'], environment).kind).toBe('help');
    expect(parse(['-V'], environment).kind).toBe('version');
  });

  test('a credential is never shown', () => {
    expect(refusal(['-a', 'hunter2', 'pwd'])).toMatchObject({ message: '-a: not SCHEME:CREDENTIAL', usage: undefined });
  });
});
