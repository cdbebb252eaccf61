import { describe, expect, test } from 'vitest';
import { ConnectionError, KeeperError, LocalError, ProtocolError, UsageError } from '../../../src/errors.js';
import { type ErrorOptions, renderError } from '../../../src/output/kinds/error.js';
import { ERROR_ENTRIES } from '../../../src/protocol/error-codes.js';
import { ATTACK, DRIVES_TERMINAL } from '../options.js';

const PLAIN: ErrorOptions = { verb: 'set', format: 'plain', color: false, debug: false };

describe('a refusal of the server', () => {
  test('says what, why, and what to do next', () => {
    const error = new KeeperError('NOTEMPTY', 'delete /jobs: not empty', {
      op: 'delete',
      path: '/jobs',
      childrenCount: 3,
    });

    expect(renderError(error, { ...PLAIN, verb: 'delete' })).toBe(
      'zksh: delete /jobs: not empty (3 children)\n  A znode with children cannot be deleted.\n  To remove the whole subtree: deleteall /jobs\n',
    );
  });

  test('names the version there is', () => {
    const error = new KeeperError('BADVERSION', '', {
      op: 'setData',
      path: '/a',
      expectedVersion: 3,
      actualVersion: 5,
    });

    expect(renderError(error, PLAIN)).toMatch(/^zksh: set \/a: its version is 5, not 3\n/);
  });

  test('names the first ancestor that is missing', () => {
    const error = new KeeperError('NONODE', '', { op: 'create2', path: '/a/b/c', firstMissing: '/a' });

    expect(renderError(error, { ...PLAIN, verb: 'create' })).toBe(
      'zksh: create /a/b/c: its parent does not exist; the first that is missing is /a\n  To create the missing parents as well: create -p /a/b/c\n',
    );
  });

  test('names the permission, where it is missing, and who we are', () => {
    const error = new KeeperError('NOAUTH', '', {
      op: 'create2',
      path: '/a/b',
      missingPermission: 'create',
      guardedBy: '/a',
      identities: ['ip:127.0.0.1', 'digest:joe'],
    });

    expect(renderError(error, { ...PLAIN, verb: 'create' })).toBe(
      'zksh: create /a/b: not allowed: it needs the permission create on /a\n  You are ip:127.0.0.1, digest:joe. The ACL of /a does not grant it to you.\n  See who may: getAcl /a. Log in: addauth digest USER:PASSWORD\n',
    );
  });

  test('of a TTL names the option of the server', () => {
    const error = new KeeperError('UNIMPLEMENTED', '', { op: 'createTTL', path: '/a' });

    expect(renderError(error, { ...PLAIN, verb: 'create' })).toContain('zookeeper.extendedTypesEnabled=true');
  });

  test('puts a path with blanks into quotes where it is to be pasted', () => {
    const error = new KeeperError('NOTEMPTY', '', { op: 'delete', path: '/my jobs' });

    expect(renderError(error, { ...PLAIN, verb: 'delete' })).toContain("deleteall '/my jobs'\n");
  });

  test.each(ERROR_ENTRIES.map(({ name }) => name))('%s takes two to four lines', (name) => {
    const error = new KeeperError(name, `getData /a: ${name}`, { op: 'getData', path: '/a' });

    const lines = renderError(error, PLAIN).split('\n').slice(0, -1);
    expect(lines.length).toBeGreaterThanOrEqual(2);
    expect(lines.length).toBeLessThanOrEqual(4);
    expect(lines.slice(1).every((line) => line.startsWith('  '))).toBe(true);
  });
});

describe('a lost connection', () => {
  const lost = (op: string, applied: 'no' | 'unknown') =>
    new ConnectionError('CONNECTIONLOSS', `${op} /config: connection lost before the reply`, {
      op,
      path: '/config',
      server: 'zk2:2181',
      applied,
    });

  test('says that a write may have been applied, and how to find out', () => {
    expect(renderError(lost('setData', 'unknown'), PLAIN)).toBe(
      'zksh: set /config: connection lost before the reply (zk2:2181)\n  The write may have been applied.\n  Compare the version before repeating: stat /config\n',
    );
  });

  test('says that nothing was changed where that is sure', () => {
    expect(renderError(lost('setData', 'no'), PLAIN)).toBe(
      'zksh: set /config: connection lost before the reply (zk2:2181)\n  Nothing was changed.\n  It is safe to repeat.\n',
    );
  });

  test('says so in JSON', () => {
    expect(JSON.parse(renderError(lost('setData', 'unknown'), { ...PLAIN, format: 'json' }))).toEqual({
      error: {
        code: 'CONNECTIONLOSS',
        verb: 'set',
        path: '/config',
        message: 'connection lost before the reply (zk2:2181)',
        why: 'The write may have been applied.',
        hint: 'Compare the version before repeating: stat /config',
        status: 6,
        applied: 'unknown',
      },
    });
  });
});

describe('the user’s mistake', () => {
  const error = new UsageError('one word too many: x', { usage: 'pwd', why: 'pwd takes no arguments.' });

  test('comes with the usage of the verb', () => {
    expect(renderError(error, { ...PLAIN, verb: 'pwd' })).toBe(
      'zksh: pwd: one word too many: x\n  pwd takes no arguments.\n  Usage: pwd\n',
    );
  });

  test('names the line of the script', () => {
    const shown = renderError(error, { ...PLAIN, verb: 'pwd', location: { file: 'set-up.zk', line: 7 } });

    expect(shown).toMatch(/^zksh: set-up\.zk:7: pwd: one word too many: x\n/);
  });

  test('has the usage apart from the hint in JSON', () => {
    const shown = renderError(error, { ...PLAIN, verb: 'pwd', format: 'json', location: { file: '-', line: 2 } });

    expect(JSON.parse(shown)).toEqual({
      error: {
        code: 'USAGE',
        verb: 'pwd',
        path: null,
        message: 'one word too many: x',
        why: 'pwd takes no arguments.',
        hint: null,
        status: 2,
        applied: 'no',
        usage: 'pwd',
        file: '-',
        line: 2,
      },
    });
  });
});

test('bytes that make no sense say where', () => {
  const error = new ProtocolError('getData /a: GetDataResponse.stat: 12 bytes are missing at offset 40', {
    record: 'GetDataResponse',
    field: 'stat',
    offset: 40,
    op: 'getData',
    path: '/a',
  });

  expect(renderError(error, { ...PLAIN, verb: 'get' })).toMatch(
    /^zksh: get \/a: GetDataResponse\.stat: 12 bytes are missing at offset 40\n/,
  );
});

test('trouble on this machine is one line where there is no more to say', () => {
  expect(renderError(new LocalError('x.json: no such file'), PLAIN)).toBe('zksh: set: x.json: no such file\n');
});

describe('a bug', () => {
  const bug = new TypeError('x is not a function\nof y');

  test('is one line', () => {
    expect(renderError(bug, PLAIN)).toBe(
      'zksh: set: TypeError: x is not a function\\nof y (a bug in zksh; --debug shows where)\n',
    );
  });

  test('has its stack with --debug, and that of its cause', () => {
    const shown = renderError(new Error('outer', { cause: bug }), { ...PLAIN, debug: true });

    expect(shown).toMatch(/Error: outer\n {4}at /);
    expect(shown).toMatch(/caused by TypeError: x is not a function/);
  });

  test('in JSON has a code of its own', () => {
    expect(JSON.parse(renderError(bug, { ...PLAIN, format: 'json' })).error).toMatchObject({
      code: 'INTERNAL',
      status: 1,
      applied: 'unknown',
    });
  });
});

test('what comes from elsewhere does not drive the terminal nor add lines', () => {
  const path = `/${ATTACK.toString('utf8')}\nx`;
  const error = new KeeperError('NONODE', `getData ${path}: no such znode`, { op: 'getData', path });

  const shown = renderError(error, PLAIN);

  expect(shown.replaceAll('\n', '')).not.toMatch(DRIVES_TERMINAL);
  expect(shown.split('\n')[1]).toMatch(/^ {2}/);
});

describe('as zkCli.sh says it', () => {
  test.each([
    [new KeeperError('NONODE', '', { path: '/a' }), 'Node does not exist: /a'],
    [new KeeperError('NOCHILDRENFOREPHEMERALS', '', { path: '/a' }), 'Ephemerals cannot have children: /a'],
    [new KeeperError('NODEEXISTS', '', { path: '/a' }), 'Node already exists: /a'],
    [new KeeperError('NOTEMPTY', '', { path: '/a' }), 'Node not empty: /a'],
    [new KeeperError('NOTREADONLY', '', { path: '/a' }), 'Not a read-only call: /a'],
    [new KeeperError('INVALIDACL', '', { path: '/a' }), 'Acl is not valid : /a'],
    [
      new KeeperError('INVALIDACL', '', { op: 'create2', path: '/a' }),
      'KeeperErrorCode = InvalidACL for /a\nAcl is not valid : /a',
    ],
    [new KeeperError('NOAUTH', '', { path: '/a' }), 'Insufficient permission : /a'],
    [new KeeperError('BADARGUMENTS', '', { path: '/a' }), 'Arguments are not valid : /a'],
    [new KeeperError('BADVERSION', '', { path: '/a' }), 'version No is not valid : /a'],
    [new KeeperError('QUOTAEXCEEDED', '', { path: '/a' }), 'Quota has exceeded : /a'],
    [new KeeperError('UNIMPLEMENTED', '', { path: '/a' }), 'KeeperErrorCode = Unimplemented for /a'],
    [new KeeperError('NOWATCHER', '', { path: '/a' }), 'KeeperErrorCode = No such watcher for /a'],
    [new ConnectionError('CONNECTIONLOSS', '', { path: '/a' }), 'KeeperErrorCode = ConnectionLoss for /a'],
    [new ConnectionError('CONNECTREFUSED', ''), 'KeeperErrorCode = ConnectionLoss'],
    [new ConnectionError('SESSIONEXPIRED', '', { path: '/a' }), 'KeeperErrorCode = Session expired for /a'],
    [new UsageError('ours'), 'ours'],
  ])('%o', (error, expected) => {
    expect(renderError(error, { ...PLAIN, format: 'zkcli' })).toBe(`${expected}\n`);
  });
});
