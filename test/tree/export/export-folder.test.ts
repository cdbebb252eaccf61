/** An export as a folder, on the disk of this machine. */
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createFiles } from '../../../src/cli/files.js';
import { createIo } from '../../../src/cli/io.js';
import type { ZnodeRecord } from '../../../src/protocol/znode-line.js';
import type { ExportHeader } from '../../../src/protocol/znode-lines.js';
import { createFolderSink, openExportFolder } from '../../../src/tree/export/export-folder.js';
import { temporaryFolder } from '../../helpers/reaper.js';

const files = createFiles(createIo({ stdin: Readable.from([]), stdout: new Writable(), stderr: new Writable() }));
const HEADER: ExportHeader = { root: '/r', chroot: '', server: 'zk:2181', timeMs: 0, zxid: 5n, isPartial: false };

function record(path: string, data: string | null = null): ZnodeRecord {
  return {
    path,
    data: data === null ? null : Buffer.from(data),
    acl: null,
    kind: 'persistent',
    ttlMs: null,
    stat: null,
  };
}

let home: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  home = temporaryFolder('export-folder');
});
afterEach(() => home.remove());

const place = (...names: string[]) => join(home.path, ...names);

async function write(folder: string, records: readonly ZnodeRecord[]): Promise<void> {
  const sink = await createFolderSink(files, folder, HEADER);
  await sink.write(records);
  await sink.end({ skippedCount: 0, unreadableCount: 0, zxid: 6n });
}

async function read(folder: string): Promise<ZnodeRecord[]> {
  const records: ZnodeRecord[] = [];
  for await (const batch of openExportFolder(files, folder).batches()) {
    records.push(...batch);
  }
  return records;
}

test('it has a folder a znode, data in a file of their own', async () => {
  await write(place('x'), [record('/r'), record('/r/Db', 'host=1'), record('/r/Db/empty', '')]);

  expect(readdirSync(home.path)).toEqual(['x']);
  expect(readdirSync(place('x')).sort()).toEqual(['@export.json', '@znode.json', '^Db']);
  expect(readFileSync(place('x', '^Db', '@data'), 'utf8')).toBe('host=1');
  expect(readFileSync(place('x', '^Db', '@znode.json'), 'utf8')).toBe('{}\n');
  expect(JSON.parse(readFileSync(place('x', '@export.json'), 'utf8'))).toMatchObject({
    zksh: 'export',
    format: 1,
    root: '/r',
    znodes: 3,
  });
  expect(await read(place('x'))).toEqual([record('/r'), record('/r/Db', 'host=1'), record('/r/Db/empty', '')]);
});

test('a tree deeper than any file system allows comes back, in order', async () => {
  const records = [record('/r')];
  for (let path = '/r'; records.length < 200; ) {
    path += `/${'n'.repeat(90)}${records.length}`;
    records.push(record(path, String(records.length)));
  }
  records.push(record('/r/z'));

  await write(place('deep'), records);

  expect(await read(place('deep'))).toEqual(records);
});

test('nothing is at its place before it is complete', async () => {
  const sink = await createFolderSink(files, place('x'), HEADER);
  await sink.write([record('/r')]);
  expect(readdirSync(home.path)).toEqual(['x.zksh-part']);

  await sink.discard();
  expect(readdirSync(home.path)).toEqual([]);
});

test('an export that is there is replaced; what begins with a dot in it stays', async () => {
  await write(place('x'), [record('/r'), record('/r/old')]);
  mkdirSync(place('x', '.git'));
  writeFileSync(place('x', '.git', 'HEAD'), 'ref');

  await write(`${place('x')}/`, [record('/r'), record('/r/new')]);

  expect(readdirSync(home.path)).toEqual(['x']);
  expect(readdirSync(place('x')).sort()).toEqual(['.git', '@export.json', '@znode.json', 'new']);
  expect((await read(place('x'))).map(({ path }) => path)).toEqual(['/r', '/r/new']);
});

describe('what it does not overwrite', () => {
  test('a folder with something else in it', async () => {
    mkdirSync(place('mine'));
    writeFileSync(place('mine', 'letter.txt'), 'dear');

    await expect(write(place('mine'), [record('/r')])).rejects.toThrow('mine is not empty, and no export');
    expect(readdirSync(place('mine'))).toEqual(['letter.txt']);
  });

  test('a file', async () => {
    writeFileSync(place('file'), '');
    await expect(write(place('file'), [record('/r')])).rejects.toThrow('file is no folder');
  });
});

describe('one made or changed by hand', () => {
  beforeEach(() => write(place('x'), [record('/r'), record('/r/a', '1')]));

  test('may have folders without metadata, in whatever letters', async () => {
    mkdirSync(place('x', 'Plain Name'));
    writeFileSync(place('x', 'Plain Name', '@data'), 'x');
    mkdirSync(place('x', 'a', 'b'));

    expect(await read(place('x'))).toEqual([
      record('/r'),
      record('/r/Plain Name', 'x'),
      record('/r/a', '1'),
      record('/r/a/b'),
    ]);
  });

  test('without its first file begins at /', async () => {
    renameSync(place('x', '@export.json'), place('gone'));
    expect((await read(place('x'))).map(({ path }) => path)).toEqual(['/', '/a']);
  });

  test.each([
    ['a file that is no znode', () => writeFileSync(place('x', 'README'), ''), /README is no folder/],
    ['a name that no server takes', () => mkdirSync(place('x', '%00')), /%00 is no name of a znode: the control/],
    ['a name with a slash in it', () => mkdirSync(place('x', '%2f')), /%2f is no name of a znode: a name has no slash/],
    ['one znode twice', () => mkdirSync(place('x', '%61')), /are the same znode: \/r\/a/],
    [
      'metadata that are no JSON',
      () => writeFileSync(place('x', 'a', '@znode.json'), '{'),
      /a.@znode\.json: it is not JSON/,
    ],
    [
      'an unknown kind',
      () => writeFileSync(place('x', 'a', '@znode.json'), '{"kind":"x"}'),
      /a.@znode\.json: kind: "x"/,
    ],
    ['a cut name that nothing tells', () => mkdirSync(place('x', 'x%-00')), /cannot read .*@znode\.json/],
  ])('with %s is refused, and its place named', async (_, change, message) => {
    change();
    await expect(read(place('x'))).rejects.toThrow(message);
  });
});
