import { describe, expect, test } from 'vitest';
import type { ConnectionCode } from '../../src/errors.js';
import {
  ERROR_ENTRIES,
  errorCode,
  errorEntry,
  errorName,
  explainError,
  javaMessage,
} from '../../src/protocol/error-codes.js';

/** KeeperException.Code of ZooKeeper 3.9, and the text of each. */
const KEEPER_CODES = [
  [0, 'OK', 'ok'],
  [-1, 'SYSTEMERROR', 'SystemError'],
  [-2, 'RUNTIMEINCONSISTENCY', 'RuntimeInconsistency'],
  [-3, 'DATAINCONSISTENCY', 'DataInconsistency'],
  [-4, 'CONNECTIONLOSS', 'ConnectionLoss'],
  [-5, 'MARSHALLINGERROR', 'MarshallingError'],
  [-6, 'UNIMPLEMENTED', 'Unimplemented'],
  [-7, 'OPERATIONTIMEOUT', 'OperationTimeout'],
  [-8, 'BADARGUMENTS', 'BadArguments'],
  [-12, 'UNKNOWNSESSION', 'Unknown error UNKNOWNSESSION'],
  [-13, 'NEWCONFIGNOQUORUM', 'NewConfigNoQuorum'],
  [-14, 'RECONFIGINPROGRESS', 'ReconfigInProgress'],
  [-100, 'APIERROR', 'APIError'],
  [-101, 'NONODE', 'NoNode'],
  [-102, 'NOAUTH', 'NoAuth'],
  [-103, 'BADVERSION', 'BadVersion'],
  [-108, 'NOCHILDRENFOREPHEMERALS', 'NoChildrenForEphemerals'],
  [-110, 'NODEEXISTS', 'NodeExists'],
  [-111, 'NOTEMPTY', 'Directory not empty'],
  [-112, 'SESSIONEXPIRED', 'Session expired'],
  [-113, 'INVALIDCALLBACK', 'Invalid callback'],
  [-114, 'INVALIDACL', 'InvalidACL'],
  [-115, 'AUTHFAILED', 'AuthFailed'],
  [-118, 'SESSIONMOVED', 'Session moved'],
  [-119, 'NOTREADONLY', 'Not a read-only call'],
  [-120, 'EPHEMERALONLOCALSESSION', 'Ephemeral node on local session'],
  [-121, 'NOWATCHER', 'No such watcher'],
  [-122, 'REQUESTTIMEOUT', 'Unknown error REQUESTTIMEOUT'],
  [-123, 'RECONFIGDISABLED', 'Reconfig is disabled'],
  [-124, 'SESSIONCLOSEDREQUIRESASLAUTH', 'Session closed because client failed to authenticate'],
  [-125, 'QUOTAEXCEEDED', 'Quota has exceeded'],
  [-127, 'THROTTLEDOP', 'Op throttled due to high load'],
] as const;

const CONNECTION_CODES = [
  'CONNECTREFUSED',
  'CONNECTTIMEOUT',
  'UNKNOWNHOST',
  'CONNECTIONLOSS',
  'SESSIONEXPIRED',
  'AUTHFAILED',
  'SESSIONCLOSED',
  'TIMEOUT',
  'TLS',
  'NOTREADONLY',
  'INTERRUPTED',
] as const satisfies readonly ConnectionCode[];

test.each(KEEPER_CODES)('%d is %s', (code, name, text) => {
  expect(errorName(code)).toBe(name);
  expect(errorCode(name)).toBe(code);
  expect(errorEntry(name)).toMatchObject({ code, name, text });
});

test('there are no other numbers', () => {
  const numbers = ERROR_ENTRIES.flatMap((entry) => (entry.code === null ? [] : [entry.code]));
  expect(numbers).toEqual(KEEPER_CODES.map(([code]) => code));
});

test('names and numbers are unique', () => {
  const names = ERROR_ENTRIES.map((entry) => entry.name);
  const numbers = ERROR_ENTRIES.map((entry) => entry.code).filter((code) => code !== null);
  expect(new Set(names).size).toBe(names.length);
  expect(new Set(numbers).size).toBe(numbers.length);
});

test('every code of a connection error is explained', () => {
  expect(CONNECTION_CODES.filter((code) => errorEntry(code).text.startsWith('Unknown'))).toEqual([]);
  expect(ERROR_ENTRIES.map((entry) => entry.name)).toEqual(expect.arrayContaining([...CONNECTION_CODES]));
});

test.each(ERROR_ENTRIES.map((entry) => [entry.name, entry] as const))(
  '%s says what, why and what to do',
  (_, entry) => {
    const told = [entry, ...Object.values(entry.ops ?? {})];
    for (const { what, why, do: next } of told) {
      for (const sentence of [what, why, next]) {
        expect(sentence === undefined || sentence.trim() === sentence).toBe(true);
        expect(sentence).not.toBe('');
        expect(sentence ?? '').not.toMatch(/!|sorry|please/i);
        expect((sentence ?? '').replaceAll('{path}', '').replaceAll('{parent}', '')).not.toMatch(/[{}]/);
      }
      expect(what ?? 'a clause').toMatch(/^(?:\{path\}|[a-z]|API|TLS)/);
      expect(what ?? 'a clause').not.toMatch(/\.$/);
      expect(why ?? 'A sentence.').toMatch(/^[A-Z/{].*\.$/);
    }
  },
);

test('the session is over only where the server has ended it, or will have nothing more to do with it', () => {
  const over = ERROR_ENTRIES.flatMap((entry) => (entry.sessionOver ? [entry.name] : []));
  expect(over).toEqual([
    'UNKNOWNSESSION',
    'SESSIONEXPIRED',
    'AUTHFAILED',
    'SESSIONCLOSEDREQUIRESASLAUTH',
    'SESSIONCLOSED',
  ]);
});

test('a refusal of the server was not applied; only silence and faults leave it open', () => {
  const open = ERROR_ENTRIES.flatMap((entry) => (entry.applied === 'no' ? [] : [entry.name]));
  expect(open).toEqual([
    'SYSTEMERROR',
    'DATAINCONSISTENCY',
    'CONNECTIONLOSS',
    'OPERATIONTIMEOUT',
    'REQUESTTIMEOUT',
    'TIMEOUT',
    'INTERRUPTED',
    'PROTOCOL',
  ]);
});

describe('a code that nobody knows', () => {
  test('has a name, and the name leads back to it', () => {
    expect(errorName(-126)).toBe('ERROR-126');
    expect(errorCode('ERROR-126')).toBe(-126);
    expect(errorName(7)).toBe('ERROR7');
  });

  test('is explained as unknown', () => {
    expect(explainError('ERROR-126').what).toBe('error -126, which this version of zksh does not know');
    expect(errorEntry('ERROR-126')).toMatchObject({ applied: 'unknown', sessionOver: false });
  });

  test.each(['', 'toString', '__proto__', 'ERROR', 'NoNode'])('or a name like %o never throws', (name) => {
    expect(errorEntry(name)).toMatchObject({ code: null, name });
    expect(Object.values(explainError(name)).every((sentence) => sentence.length > 0)).toBe(true);
  });
});

describe('explanations', () => {
  test('name the znode and its parent', () => {
    expect(explainError('NONODE', { op: 'getData', path: '/a/b' })).toEqual({
      what: 'no such znode',
      why: 'Nothing exists at /a/b.',
      do: 'See what does: ls /a',
    });
  });

  test('differ by operation where the reason does', () => {
    expect(explainError('NONODE', { op: 'create', path: '/a/b' })).toEqual({
      what: 'its parent does not exist',
      why: 'A znode can only be created below one that exists; /a does not.',
      do: 'To create the missing parents as well: create -p /a/b',
    });
    expect(explainError('NOAUTH', { op: 'delete', path: '/a/b' })).toMatchObject({
      what: 'not allowed',
      why: expect.stringContaining('/a, does not grant'),
      do: expect.stringContaining('getAcl /a.'),
    });
  });

  test('quote the path only in the line to paste', () => {
    const told = explainError('NODEEXISTS', { path: '/a b', quote: (path) => `'${path}'` });
    expect(told.do).toBe("To write to it whether it exists or not: put '/a b' DATA");
    expect(explainError('NONODE', { path: '/a b', quote: (path) => `'${path}'` }).why).toBe('Nothing exists at /a b.');
  });

  test('are not confused by what is in the path', () => {
    expect(explainError('NONODE', { path: '/{parent}$&' }).why).toBe('Nothing exists at /{parent}$&.');
  });
});

test('the Java client’s message', () => {
  expect(javaMessage('NONODE', '/a')).toBe('KeeperErrorCode = NoNode for /a');
  expect(javaMessage('UNIMPLEMENTED')).toBe('KeeperErrorCode = Unimplemented');
  expect(javaMessage('NOTEMPTY', '')).toBe('KeeperErrorCode = Directory not empty');
});
