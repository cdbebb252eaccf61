/** How many connections, how large a request, how long a wait: the settings that limit clients. */
import { expect, test } from 'vitest';
import { Wire } from '../../contract/wire.js';
import { eventually } from '../../helpers/eventually.js';
import { askWord } from '../../helpers/four-letter-word.js';
import { open, start } from './scene.js';

test('connections from one address beyond maxClientCnxns are closed at once, words too; one that ends makes room', async () => {
  const sandbox = await start({ settings: { maxClientCnxns: 2 } });
  const first = await open(sandbox);
  await open(sandbox);
  const third = await Wire.open(sandbox.port);
  expect(await third.rest()).toEqual(Buffer.alloc(0));
  await expect(askWord(sandbox.port, 'ruok').catch(() => '')).resolves.toBe('');
  first.cut();
  await eventually(async () => (await askWord(sandbox.port, 'ruok').catch(() => '')) === 'imok', { what: 'imok' });
});

test('connections of all addresses together beyond maxCnxns are closed at once', async () => {
  const sandbox = await start({ settings: { maxClientCnxns: 0, maxCnxns: 1 } });
  await open(sandbox);
  expect(await (await Wire.open(sandbox.port)).rest()).toEqual(Buffer.alloc(0));
});

test('a request larger than jute.maxbuffer ends its connection, not its session', async () => {
  const sandbox = await start({ settings: { 'jute.maxbuffer': 1000 } });
  const session = await open(sandbox);
  await session.create('/x');
  await session.setData('/x', 'y'.repeat(1000 - 8 - 4 - 2 - 4 - 4));
  const lost = session.setData('/x', 'y'.repeat(1000)).catch((error: Error) => error);
  await session.ends();
  await lost;
  expect((await (await session.reattach()).getData('/x')).data).toHaveLength(978);
});

test('ports of the other kind are told by conf, and -1 where there is none', async () => {
  const sandbox = await start({ settings: { tickTime: 500 } });
  const conf = await askWord(sandbox.port, 'conf');
  expect(conf).toContain(`clientPort=${sandbox.port}\nsecureClientPort=-1\n`);
  expect(conf).toContain('tickTime=500\n');
  expect(conf).toContain('minSessionTimeout=1000\nmaxSessionTimeout=10000\n');
});

test('a port that is taken is said so, and nothing is left behind', async () => {
  const sandbox = await start();
  await expect(start({ port: sandbox.port })).rejects.toMatchObject({
    kind: 'local',
    message: `cannot listen on 127.0.0.1:${sandbox.port}: something else listens there already`,
  });
});
