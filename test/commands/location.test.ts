import { describe, expect, test } from 'vitest';
import { formatLocation, parseLocation } from '../../src/commands/location.js';

describe('a place', () => {
  test.each([
    ['/a/b', { kind: 'znode', servers: null, path: '/a/b' }],
    ['b', { kind: 'znode', servers: null, path: '/cwd/b' }],
    ['../b', { kind: 'znode', servers: null, path: '/b' }],
    ['./@b', { kind: 'znode', servers: null, path: '/cwd/@b' }],
    ['zk://zk1:2181/a', { kind: 'znode', servers: 'zk1:2181', path: '/a' }],
    ['ZK://zk1/a/../b', { kind: 'znode', servers: 'zk1:2181', path: '/b' }],
    ['zk://zk1:2181,zk2:2182/a/b', { kind: 'znode', servers: 'zk1:2181,zk2:2182', path: '/a/b' }],
    ['zk://[::1]:2181/a', { kind: 'znode', servers: '[::1]:2181', path: '/a' }],
    ['zk://zk1:2181', { kind: 'znode', servers: 'zk1:2181', path: '/' }],
    ['zk://zk1:2181/', { kind: 'znode', servers: 'zk1:2181', path: '/' }],
    ['@backup.jsonl.gz', { kind: 'file', file: 'backup.jsonl.gz' }],
    ['@/var/backups/all', { kind: 'file', file: '/var/backups/all' }],
    ['-', { kind: 'file', file: '-' }],
  ])('%s', (text, location) => {
    expect(parseLocation(text, '/cwd')).toEqual(location);
  });

  test.each([
    ['zk:///a', 'zk:///a names no server'],
    ['zk://zk1:2181/a//b', 'not a path: /a//b: the component at position 3 is empty (//)'],
    ['zk://zk1:99999/a', 'zk1:99999'],
    ['zk://user:secret@zk1/a', 'zk1'],
    ['file:///tmp/x', 'file:// is no place that there is'],
    ['http://zk1/a', 'http:// is no place that there is'],
    ['@', 'a file name is missing behind @'],
    ['/a/', 'not a path: /a/: it ends with /'],
    ['', "not a path: '': it is empty"],
  ])('%s is refused: %s', (text, message) => {
    expect(() => parseLocation(text, '/cwd')).toThrow(expect.objectContaining({ kind: 'usage' }));
    expect(() => parseLocation(text, '/cwd')).toThrow(message);
  });

  test.each(['/a/b', 'zk://zk1:2181,zk2:2182/a', 'zk://zk1:2181/', '@file', '-'])(
    '%s is written as it is read',
    (text) => {
      expect(formatLocation(parseLocation(text, '/'))).toBe(text);
    },
  );
});
