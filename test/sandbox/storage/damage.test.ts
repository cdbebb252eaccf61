/** Damaged directories: what loses nothing is taken up, what would lose something is refused in words that help. */
import { cpSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { LocalError } from '../../../src/errors.js';
import { OPEN_ACL } from '../../../src/protocol/acl.js';
import { writeSnapshot } from '../../../src/protocol/files/snapshot-writer.js';
import { readLog } from '../../../src/protocol/files/transaction-log.js';
import { pieces } from '../../protocol/files/recorded.js';
import { newDataDir, openScene } from './scene.js';

/** Snapshots 0, 6 and c; logs 1, 7 and d, of six transactions each. */
let original: string;

beforeAll(async () => {
  const { scene, directory, dataDir } = await openScene();
  const client = scene.client();
  for (const [index, name] of [...'abcdefghijklmnopq'].entries()) {
    client.create(`/${name}`, { data: 'x'.repeat(50) });
    if (index === 4 || index === 10) await directory.snapshot();
  }
  await directory.close();
  original = dataDir;
  expect(readdirSync(join(dataDir, 'version-2'))).toEqual([
    'log.1',
    'log.7',
    'log.d',
    'snapshot.0',
    'snapshot.6',
    'snapshot.c',
  ]);
});

/** A copy, changed by `damage`. */
function damaged(damage: (files: string) => void): string {
  const dataDir = newDataDir();
  cpSync(original, dataDir, { recursive: true });
  damage(join(dataDir, 'version-2'));
  return dataDir;
}

function flip(file: string, at: number): void {
  const bytes = readFileSync(file);
  bytes[at] = bytes[at]! ^ 0xff;
  writeFileSync(file, bytes);
}

function remove(files: string, ...names: readonly string[]): void {
  for (const name of names) rmSync(join(files, name));
}

/** Where the entry of that number is in its log. */
async function place(file: string, number: number): Promise<{ offset: number; end: number }> {
  for await (const { entries } of readLog(pieces(readFileSync(file)))) {
    const entry = entries[number];
    if (entry !== undefined) return entry;
  }
  throw new Error(`${file} has no entry ${number}`);
}

describe('nothing is lost', () => {
  test.each<[string, (files: string) => void, RegExp[]]>([
    ['nothing', () => undefined, []],
    [
      'newest snapshot: a byte turned over',
      (files) => flip(join(files, 'snapshot.c'), 300),
      [/snapshot\.c: .*: passed over/],
    ],
    ['newest snapshot: cut', (files) => truncateSync(join(files, 'snapshot.c'), 400), [/snapshot\.c: .*: passed over/]],
    ['newest snapshot: empty', (files) => truncateSync(join(files, 'snapshot.c'), 0), [/snapshot\.c: .*: passed over/]],
    [
      'newest snapshot: something else',
      (files) => writeFileSync(join(files, 'snapshot.c'), 'hello'),
      [/snapshot\.c: at offset 0/],
    ],
    [
      'both newest snapshots',
      (files) => {
        truncateSync(join(files, 'snapshot.c'), 200);
        flip(join(files, 'snapshot.6'), 100);
      },
      [/snapshot\.c: .*: passed over/, /snapshot\.6: .*: passed over/],
    ],
    ['only the first snapshot left', (files) => remove(files, 'snapshot.6', 'snapshot.c'), []],
    ['older logs and snapshots gone', (files) => remove(files, 'log.1', 'log.7', 'snapshot.0', 'snapshot.6'), []],
    [
      'the newest log cut at the end of an entry',
      (files) => truncateSync(join(files, 'log.d'), readFileSync(join(files, 'log.d')).lastIndexOf(0x42) + 1),
      [],
    ],
    [
      'files that do not belong there',
      (files) => {
        writeFileSync(join(files, 'notes.txt'), 'hello');
        writeFileSync(join(files, 'currentEpoch'), '0');
      },
      [],
    ],
  ])('%s', async (_name, damage, notes) => {
    const { engine, report, directory } = await openScene(damaged(damage));
    expect(report.lastZxid).toBe(18);
    expect(engine.tree.get('/q')).not.toBeNull();
    expect(engine.tree.childNames('/')?.length).toBe(18);
    expect(report.notes.length).toBe(notes.length);
    for (const [index, note] of notes.entries()) expect(report.notes[index]).toMatch(note);
    await directory.close();
  });
});

async function refusal(dataDir: string): Promise<LocalError> {
  return openScene(dataDir).then(
    async ({ directory }) => {
      await directory.close();
      throw new Error('it was taken');
    },
    (error: LocalError) => error,
  );
}

describe('refused, with what, where and what to do', () => {
  test('a byte turned over in the last entry of the newest log', async () => {
    const { offset } = await place(join(original, 'version-2', 'log.d'), 5);
    const dataDir = damaged((files) => flip(join(files, 'log.d'), offset + 30));
    const error = await refusal(dataDir);
    const file = join(dataDir, 'version-2', 'log.d');
    expect(error.kind).toBe('local');
    expect(error.message).toBe(
      `${file} is damaged: the checksum of the entry at offset ${offset} does not fit its bytes`,
    );
    expect(error.why).toBe('Transactions up to 0x11 can be read, those behind that place cannot.');
    expect(error.hint).toBe(
      `Put the file back from a backup. To go on without them, with a copy kept: truncate -s ${offset} ${file}`,
    );
    // What the hint says does what it says.
    truncateSync(file, offset);
    const { report, directory } = await openScene(dataDir);
    expect(report.lastZxid).toBe(0x11);
    await directory.close();
  });

  test('zeros in the middle of the newest log', async () => {
    const { offset, end } = await place(join(original, 'version-2', 'log.d'), 2);
    const error = await refusal(
      damaged((files) => {
        const bytes = readFileSync(join(files, 'log.d'));
        writeFileSync(join(files, 'log.d'), bytes.fill(0, offset, end));
      }),
    );
    expect(error.message).toMatch(
      new RegExp(
        `log\\.d is damaged: zeros at offset ${offset}, where an entry should be, and more bytes at offset ${end + 4}$`,
      ),
    );
  });

  test('a missing end mark in the middle of the newest log', async () => {
    const { end } = await place(join(original, 'version-2', 'log.d'), 2);
    const error = await refusal(damaged((files) => flip(join(files, 'log.d'), end - 1)));
    expect(error.message).toMatch(/has no end mark, and more bytes follow/);
  });

  test('a log that is needed and gone', async () => {
    const error = await refusal(damaged((files) => remove(files, 'log.7', 'snapshot.6', 'snapshot.c')));
    expect(error.message).toMatch(/^transactions are missing between 0x6 and 0xd: .*log\.d, offset 16$/);
    expect(error.why).toMatch(/log\.1 ends with 0x6\.$/);
  });

  test('an older log that is cut', async () => {
    const { end } = await place(join(original, 'version-2', 'log.1'), 3);
    const error = await refusal(
      damaged((files) => {
        truncateSync(join(files, 'log.1'), end + 20);
        remove(files, 'snapshot.6', 'snapshot.c');
      }),
    );
    expect(error.message).toMatch(/^transactions are missing between 0x4 and 0x7: .*log\.7, offset 16$/);
    expect(error.why).toMatch(new RegExp(`log\\.1 ends with 0x4 \\(unfinished entry at offset ${end}\\)\\.$`));
  });

  test('an older log that ends in the middle of an entry that its successor has again is no damage', async () => {
    const { report, directory } = await openScene(
      damaged((files) => {
        const bytes = readFileSync(join(files, 'log.1'));
        const end = bytes.lastIndexOf(0x42) + 1;
        writeFileSync(
          join(files, 'log.1'),
          Buffer.concat([bytes.subarray(0, end), Buffer.from('00000000abcd', 'hex')]),
        );
        remove(files, 'snapshot.6', 'snapshot.c');
      }),
    );
    expect(report.lastZxid).toBe(18);
    expect(report.notes).toEqual([expect.stringMatching(/log\.1: unfinished entry at offset/)]);
    await directory.close();
  });

  test('no snapshot that can be read', async () => {
    const error = await refusal(
      damaged((files) => {
        for (const zxid of ['0', '6', 'c']) truncateSync(join(files, `snapshot.${zxid}`), 100);
      }),
    );
    expect(error.message).toMatch(/^no snapshot in .* can be read$/);
    expect(error.why).toMatch(/snapshot\.c: at offset .*; .*snapshot\.0: at offset/);
  });

  test('logs without any snapshot, unless that is wanted', async () => {
    const dataDir = damaged((files) => remove(files, 'snapshot.0', 'snapshot.6', 'snapshot.c'));
    expect((await refusal(dataDir)).message).toMatch(/has no snapshot, and .*log\.1 has transactions$/);
    const { report, directory } = await openScene(dataDir, { trustEmpty: true });
    expect(report).toMatchObject({ snapshot: null, lastZxid: 18, replayedCount: 18 });
    await directory.close();
  });

  test('a file that is called a log and is none', async () => {
    const error = await refusal(damaged((files) => writeFileSync(join(files, 'log.13'), 'hello')));
    expect(error.message).toMatch(/log\.13 is no transaction log: it does not begin with ZKLG$/);
  });
});

test('a snapshot with a znode that has no parent is passed over, as by a Java server', async () => {
  const znode = {
    ...{ data: null, acl: OPEN_ACL, czxid: 1, mzxid: 1, pzxid: 1, ctime: 1, mtime: 1, version: 0 },
    ...{ createCounter: 0, aversion: 0, ephemeralOwner: 0n },
  };
  const orphan = Buffer.concat([
    ...writeSnapshot({
      sessions: [],
      aclLists: [],
      znodes: ['', '/x', '/y/z'].map((path) => ({ ...znode, path })),
      trailer: () => ({ digest: null, lastZxid: 0x12 }),
    }),
  ]);
  const dataDir = damaged((files) => writeFileSync(join(files, 'snapshot.12'), orphan));
  const { engine, report, directory } = await openScene(dataDir);
  expect(report.notes).toEqual([expect.stringMatching(/snapshot\.12: .*without a parent.*: passed over$/)]);
  expect(engine.tree.get('/q')).not.toBeNull();
  expect(engine.tree.get('/x')).toBeNull();
  await directory.close();
});

test('a refusal changes no file', async () => {
  const dataDir = damaged((files) => flip(join(files, 'log.d'), 60));
  const files = join(dataDir, 'version-2');
  const before = readdirSync(files).map((name) => [name, readFileSync(join(files, name))]);
  await refusal(dataDir);
  expect(readdirSync(files).map((name) => [name, readFileSync(join(files, name))])).toEqual(before);
  expect(readdirSync(dataDir)).toEqual(['version-2']);
});
