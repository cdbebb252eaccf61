/** A snapshot during which everything changes: what was there, what was not yet, what goes and comes back. */
import { HeldFiles } from './narrow-files.js';
import { newDataDir, type Opened, openScene } from './scene.js';

const READ_ONLY = [{ perms: 1, scheme: 'world', id: 'anyone' }];
const LOCAL = [{ perms: 31, scheme: 'ip', id: '127.0.0.1' }];

/** `zxid`: of its name. All transactions are on disk. */
export async function makeFuzzySnapshot(): Promise<Opened & { readonly zxid: number }> {
  const held = new HeldFiles();
  const opened = await openScene(newDataDir(), {}, { fileSystem: held });
  const { scene, engine, directory } = opened;
  const client = scene.client();
  // More than is taken at once, so that the rest is read while others write.
  for (let number = 0; number < 40; number++) client.create(`/a${number}`, { data: 'x'.repeat(50_000) });
  for (const name of ['first', 'second']) client.create(`/a39/${name}`, { acl: READ_ONLY });
  const zxid = engine.lastZxid;
  held.hold('unfinished-');
  const writing = directory.snapshot();
  await held.reached();
  for (let number = 0; number < 38; number += 2) client.delete(`/a${number}`);
  for (let number = 1; number < 40; number += 4) client.set(`/a${number}`, 'changed meanwhile');
  for (let number = 0; number < 38; number += 8) {
    client.create(`/a${number}`, { acl: LOCAL });
    client.create(`/a${number}/child`, { data: 'new' });
    client.create(`/a${number}/child/of-child`);
  }
  // Gone, with those below, and made anew; with a list of ACLs that nobody had before.
  for (const name of ['a39/first', 'a39/second', 'a39']) client.delete(`/${name}`);
  client.create('/a39', { acl: LOCAL });
  client.create('/a39/second');
  client.ask('setACL', { path: '/a37', acl: LOCAL, version: 0 });
  client.create('/a37/child');
  held.release();
  await writing;
  await directory.journal.flushed();
  return { ...opened, zxid };
}
