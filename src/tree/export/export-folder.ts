/**
 * An export as a folder: a folder for each znode, its data in a file of their own, the rest in another, so that editors,
 * grep and git can work on it (docs/export-format.md). It may be edited: there is no checksum.
 */
import { createHash } from 'node:crypto';
import { LocalError } from '../../errors.js';
import { joinPath, nameOf, parentOf, validatePath } from '../../protocol/path.js';
import { decodeZnode, encodeZnode, isObject, LineFault, type ZnodeRecord } from '../../protocol/znode-line.js';
import { decodeHeader, type ExportHeader, headerJson } from '../../protocol/znode-lines.js';
import { compareNames } from '../order.js';
import type { ExportInput } from './export-input.js';
import type { ExportSink } from './export-sink.js';
import type { Files } from './files.js';
import { folderNameOf, hashOf, nameOfFolder } from './folder-names.js';

/** No folder of a znode is called so: there `@` at the beginning is escaped. */
const DATA_FILE = '@data';
const ZNODE_FILE = '@znode.json';
const EXPORT_FILE = '@export.json';
/** Znodes whose folders would lie too deep for a file system, by the hash of their path. */
const DEEP_FOLDER = '@deep';
/** Of the way from the export's folder to a znode's; what systems allow for the whole is 4,096. */
const WAY_CHARS_MAX = 2_000;
const BATCH_COUNT = 500;

interface Place {
  readonly path: string;
  readonly folder: string;
  readonly wayChars: number;
  /** What the names of the folders do not tell and the metadata must. */
  readonly untold: 'nothing' | 'name' | 'path';
}

/**
 * Made beside `folder` and put at its place when it is complete. An export that is there is replaced; what begins with a dot
 * in it (.git) stays.
 * @throws LocalError where there is something else
 */
export async function createFolderSink(files: Files, folder: string, header: ExportHeader): Promise<ExportSink> {
  const target = folder.replace(/(?<=.)[/\\]+$/, '');
  const isOld = await isExport(files, target);
  const draft = `${target}.zksh-part`;
  await files.remove(draft);
  await files.makeFolder(draft);
  /** From the root down to the last znode written. */
  const trail: Place[] = [];
  const rootPlace: Place = { path: header.root, folder: draft, wayChars: 0, untold: 'nothing' };
  let znodesCount = 0;
  let isOver = false;

  async function write(record: ZnodeRecord): Promise<void> {
    const { path, data } = record;
    for (let last = trail.at(-1); last !== undefined && last.path !== parentOf(path); last = trail.at(-1)) {
      trail.pop();
    }
    const place = path === header.root ? rootPlace : placeFor(path, trail.at(-1));
    trail.push(place);
    await files.makeFolder(place.folder);
    await files.write(files.join(place.folder, ZNODE_FILE), metadataOf(record, place));
    if (data !== null) {
      await files.write(files.join(place.folder, DATA_FILE), data);
    }
    znodesCount += 1;
  }

  function placeFor(path: string, parent: Place | undefined): Place {
    if (parent === undefined) {
      throw new Error(`${path} came before its parent`);
    }
    const name = folderNameOf(nameOf(path));
    const wayChars = parent.wayChars + name.length + 1;
    return wayChars <= WAY_CHARS_MAX
      ? {
          path,
          folder: files.join(parent.folder, name),
          wayChars,
          untold: nameOfFolder(name) === null ? 'name' : 'nothing',
        }
      : { path, folder: files.join(draft, DEEP_FOLDER, hashOf(path)), wayChars: 0, untold: 'path' };
  }

  return {
    async write(records) {
      for (const record of records) {
        await write(record);
      }
    },
    async end({ skippedCount, unreadableCount }) {
      const head: object = JSON.parse(headerJson(header));
      const counts = { znodes: znodesCount, skipped: skippedCount, unreadable: unreadableCount };
      await files.write(files.join(draft, EXPORT_FILE), pretty({ ...head, ...counts }));
      isOver = true;
      await (isOld ? replace(files, target, draft) : putInPlace(files, target, draft));
    },
    async discard() {
      if (!isOver) {
        isOver = true;
        await files.remove(draft).catch(() => undefined);
      }
    },
  };
}

/** @throws LocalError where `folder` holds something else */
async function isExport(files: Files, folder: string): Promise<boolean> {
  const kind = await files.kindOf(folder);
  const names = kind === 'folder' ? await files.list(folder) : [];
  if (names.includes(EXPORT_FILE)) {
    return true;
  }
  if (kind === null || (kind === 'folder' && names.length === 0)) {
    return false;
  }
  throw new LocalError(`${folder} is ${kind === 'folder' ? 'not empty, and no export' : 'no folder'}`, {
    why: 'Nothing was written.',
    hint: 'Take the name of a folder that does not exist.',
  });
}

async function replace(files: Files, target: string, draft: string): Promise<void> {
  const old = `${target}.zksh-old`;
  await files.remove(old);
  await files.rename(target, old);
  await files.rename(draft, target);
  for (const name of await files.list(old)) {
    if (name.startsWith('.')) {
      await files.rename(files.join(old, name), files.join(target, name));
    }
  }
  await files.remove(old);
}

async function putInPlace(files: Files, target: string, draft: string): Promise<void> {
  await files.remove(target);
  await files.rename(draft, target);
}

/** Everything but the data; the name, or the whole path, only where the folder does not tell it. */
function metadataOf(record: ZnodeRecord, { untold }: Place): Buffer {
  const { path, data: _, ...rest } = JSON.parse(encodeZnode({ ...record, data: null })) as Record<string, unknown>;
  const told = { nothing: {}, name: { name: nameOf(record.path) }, path: { path } }[untold];
  return pretty({ ...told, ...rest });
}

function pretty(value: object): Buffer {
  return Buffer.from(`${JSON.stringify(value, null, 2)}\n`, 'utf8');
}

/** @throws LocalError with the name of the file that is wrong, as it is met */
export function openExportFolder(files: Files, folder: string): ExportInput {
  const hash = createHash('sha256');
  let header: ExportHeader | null = null;
  return {
    get header() {
      return header;
    },
    trailer: null,
    checksum: () => hash.copy().digest('hex'),
    async *batches() {
      const names = await files.list(folder);
      if (names.every((name) => name.startsWith('.'))) {
        throw new LocalError(`${folder} is empty: that is no export`);
      }
      header = names.includes(EXPORT_FILE) ? await readHeader(files, files.join(folder, EXPORT_FILE)) : null;
      const deep = names.includes(DEEP_FOLDER) ? await readDeep(files, files.join(folder, DEEP_FOLDER)) : new Map();
      let batch: ZnodeRecord[] = [];
      /** Still to be read, the next one last. */
      const open: Found[] = [{ path: header?.root ?? '/', folder, isRoot: true }];
      for (let next = open.pop(); next !== undefined; next = open.pop()) {
        const { record, children } = await readZnode(files, next);
        batch.push(record);
        hash.update(encodeZnode(record)).update('\n');
        const all = [...children, ...(deep.get(next.path) ?? [])];
        for (const child of sorted(all).reverse()) {
          open.push(child);
        }
        if (batch.length === BATCH_COUNT) {
          yield batch;
          batch = [];
        }
      }
      if (batch.length > 0) {
        yield batch;
      }
    },
  };
}

interface Found {
  readonly path: string;
  readonly folder: string;
  readonly isRoot?: boolean;
}

async function readZnode(
  files: Files,
  { path, folder, isRoot = false }: Found,
): Promise<{ readonly record: ZnodeRecord; readonly children: readonly Found[] }> {
  const names = await files.list(folder).catch((error: unknown) => refuseFile(files, folder, error));
  const values = names.includes(ZNODE_FILE) ? await readObject(files, files.join(folder, ZNODE_FILE)) : {};
  const data = names.includes(DATA_FILE) ? await files.readWhole(files.join(folder, DATA_FILE)) : null;
  const { name: _, ...known } = values;
  const record = inFile(files.join(folder, ZNODE_FILE), () => decodeZnode({ ...known, path }, false));
  const children: Found[] = [];
  for (const each of names) {
    if (each.startsWith('.') || each === DATA_FILE || each === ZNODE_FILE || (isRoot && isOfRoot(each))) {
      continue;
    }
    children.push(await childIn(files, path, files.join(folder, each), each));
  }
  return { record: { ...record, data }, children };
}

/** @throws LocalError */
async function refuseFile(files: Files, folder: string, error: unknown): Promise<never> {
  throw (await files.kindOf(folder)) === 'folder'
    ? error
    : new LocalError(`${folder} is no folder`, {
        why: `In the folder of a znode there are ${DATA_FILE}, ${ZNODE_FILE} and the folders of its children.`,
        hint: 'What begins with a dot is not looked at.',
      });
}

function isOfRoot(name: string): boolean {
  return name === EXPORT_FILE || name === DEEP_FOLDER;
}

async function childIn(files: Files, parent: string, folder: string, folderName: string): Promise<Found> {
  const name = nameOfFolder(folderName) ?? (await storedText(files, folder, 'name'));
  const path = joinPath(parent, name);
  const fault = name.includes('/') ? 'a name has no slash in it' : validatePath(path);
  if (fault !== null) {
    throw new LocalError(`${folder} is no name of a znode: ${fault}`);
  }
  return { path, folder };
}

/** Where the folder's own name does not say it. */
async function storedText(files: Files, folder: string, key: 'name' | 'path'): Promise<string> {
  const file = files.join(folder, ZNODE_FILE);
  const value = (await readObject(files, file))[key];
  if (typeof value !== 'string') {
    throw new LocalError(`${file}: ${key} is missing`, { why: 'The name of its folder was cut and does not tell it.' });
  }
  return value;
}

/** By the path of their parent. */
async function readDeep(files: Files, folder: string): Promise<Map<string, Found[]>> {
  const deep = new Map<string, Found[]>();
  for (const name of await files.list(folder)) {
    const place = files.join(folder, name);
    const path = await storedText(files, place, 'path');
    const siblings = deep.get(parentOf(path)) ?? [];
    siblings.push({ path, folder: place });
    deep.set(parentOf(path), siblings);
  }
  return deep;
}

function sorted(children: readonly Found[]): Found[] {
  const inOrder = [...children].sort((left, right) => compareNames(left.path, right.path));
  for (const [index, { path, folder }] of inOrder.entries()) {
    if (inOrder[index + 1]?.path === path) {
      throw new LocalError(`${folder} and ${inOrder[index + 1]?.folder} are the same znode: ${path}`);
    }
  }
  return inOrder;
}

async function readHeader(files: Files, file: string): Promise<ExportHeader> {
  const values = await readObject(files, file);
  return inFile(file, () => decodeHeader(values));
}

async function readObject(files: Files, file: string): Promise<Readonly<Record<string, unknown>>> {
  const text = (await files.readWhole(file)).toString('utf8');
  return inFile(file, () => {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (error) {
      throw new LineFault(`it is not JSON: ${error instanceof Error ? error.message : String(error)}`);
    }
    if (!isObject(value)) {
      throw new LineFault('it is no JSON object');
    }
    return value;
  });
}

function inFile<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof LineFault ? new LocalError(`${file}: ${error.message}`) : error;
  }
}
