import { describe, expect, test } from 'vitest';
import { Chroot } from '../../src/client/chroot.js';

describe('below /app', () => {
  const chroot = new Chroot('/app');

  test.each([
    ['/', '/app'],
    ['/a', '/app/a'],
    ['/app', '/app/app'],
  ])('%s is %s on the server, and back', (user, server) => {
    expect(chroot.toServer(user, 'getData')).toBe(server);
    expect(chroot.fromServer(server)).toBe(user);
  });

  test.each(['/', '/application', '/zookeeper/config'])('%s lies outside and stays as it is', (path) => {
    expect(chroot.covers(path)).toBe(false);
    expect(chroot.fromServer(path)).toBe(path);
  });
});

test('without a chroot both forms are the same', () => {
  const chroot = new Chroot('');
  expect([chroot.toServer('/', 'exists'), chroot.toServer('/a', 'exists'), chroot.fromServer('/a')]).toEqual([
    '/',
    '/a',
    '/a',
  ]);
});

test('a path that no server takes is refused with the reason', () => {
  expect(() => new Chroot('').toServer('a/b', 'getData')).toThrow('not a path: "a/b": it does not start with /');
});

test('a sequential create may end in a slash', () => {
  expect(new Chroot('/app').toServer('/queue/', 'create', { sequential: true })).toBe('/app/queue/');
  expect(new Chroot('/app').toServer('/', 'create', { sequential: true })).toBe('/app/');
  expect(() => new Chroot('').toServer('/queue/', 'create')).toThrow('it ends with /');
});
