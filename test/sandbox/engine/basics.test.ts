import { expect, test } from 'vitest';
import { acl, Scene } from './scene.js';

test('a fresh server has the four system znodes with the stats of a real one', () => {
  const client = new Scene().client();
  expect(client.stat('/')).toMatchObject({ czxid: 0n, cversion: -1, numChildren: 1, aversion: 0 });
  expect(client.stat('/zookeeper')).toMatchObject({ cversion: -2, numChildren: 2 });
  expect(client.stat('/zookeeper/quota')).toMatchObject({ cversion: 0, numChildren: 0 });
  expect(client.stat('/zookeeper/config')).toMatchObject({ aversion: -1 });
  expect(client.children('/zookeeper')).toEqual(['config', 'quota']);
  expect(client.ask('getACL', { path: '/zookeeper/config' }).acl).toEqual(acl('world:anyone:1'));
});

test('a znode can be made, read, changed and deleted, each with its zxid', () => {
  const scene = new Scene();
  const client = scene.client();
  expect(client.create('/a', { data: 'x' })).toBe('/a');
  expect(client.text('/a')).toBe('x');
  scene.now += 5;
  expect(client.send('setData', { path: '/a', data: Buffer.from('yy'), version: 0 }).zxid).toBe(3);
  expect(client.stat('/a')).toEqual({
    czxid: 2n,
    mzxid: 3n,
    pzxid: 2n,
    ctime: scene.now - 5,
    mtime: scene.now,
    version: 1,
    cversion: 0,
    aversion: 0,
    ephemeralOwner: 0n,
    dataLength: 2,
    numChildren: 0,
  });
  expect(client.try('delete', { path: '/a', version: 0 })).toBe(-103);
  expect(client.send('delete', { path: '/a', version: 1 })).toMatchObject({ err: 0, zxid: 5 });
  expect(client.stat('/')).toMatchObject({ cversion: 1, numChildren: 1, pzxid: 5n, mzxid: 0n });
});
