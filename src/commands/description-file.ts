/** The description that plan and apply are given: its file, and how its own words are read. */
import { UsageError } from '../errors.js';
import { parentOf, ROOT, type ZnodePath } from '../protocol/path.js';
import { readDescription, type WantedZnode } from '../tree/compare/description.js';
import { createPathMap } from '../tree/copy/path-map.js';
import { openExportFolder } from '../tree/export/export-folder.js';
import { type ExportInput, openExportFile } from '../tree/export/export-input.js';
import type { CommandContext } from './context.js';
import { readDuration } from './duration.js';

/**
 * @param file `-` is stdin; a folder, or a name in .jsonl, is what export wrote
 * @param root what its paths are below; undefined: /, or where an export was
 * @param prunes everywhere, not only where the description says so
 * @throws UsageError with file and line; LocalError a file that cannot be read
 */
export async function readDescriptionFile(
  { io }: CommandContext,
  file: string,
  { root, prunes }: { readonly root: ZnodePath | undefined; readonly prunes: boolean },
): Promise<readonly WantedZnode[]> {
  const isFolder = file !== '-' && (await io.files.kindOf(file)) === 'folder';
  const wanted =
    isFolder || /\.jsonl(\.gz)?$/.test(file)
      ? await readExport(isFolder ? openExportFolder(io.files, file) : openExportFile(io.files, file), root)
      : await readText(io, file, root ?? ROOT);
  return prunes ? wanted.map((znode) => ({ ...znode, prunes: znode.line !== null })) : wanted;
}

/** Ephemerals belong to their sessions: nobody describes them. */
async function readExport(input: ExportInput, root: ZnodePath | undefined): Promise<WantedZnode[]> {
  const wanted: WantedZnode[] = [];
  for await (const records of input.batches()) {
    const from = input.header?.root ?? ROOT;
    const place = createPathMap([{ from, to: root ?? from }]);
    for (const { path, data, acl, kind, ttlMs } of records) {
      const there = place(path);
      if (there !== null && there !== ROOT && kind !== 'ephemeral') {
        const line = wanted.length + 1;
        wanted.push({ path: there, data: { bytes: data }, acl: acl ?? undefined, kind, ttlMs, prunes: false, line });
      }
    }
  }
  return [...parentsAbove(wanted[0]?.path), ...wanted];
}

/** Of the first, which stands above all others. */
function parentsAbove(path: ZnodePath | undefined): WantedZnode[] {
  const parents: WantedZnode[] = [];
  for (let at = parentOf(path ?? ROOT); at !== ROOT; at = parentOf(at)) {
    const nothing = { data: undefined, acl: undefined, kind: 'persistent', ttlMs: null, prunes: false } as const;
    parents.unshift({ path: at, ...nothing, line: null });
  }
  return parents;
}

async function readText(io: CommandContext['io'], file: string, root: ZnodePath): Promise<WantedZnode[]> {
  const bytes = await io.readData(file === '-' ? { from: 'stdin' } : { from: 'file', file });
  const source = file === '-' ? 'stdin' : file;
  return readDescription(decode(bytes ?? Buffer.alloc(0), source), {
    root,
    source,
    readDuration(text) {
      const ms = readDuration(text);
      return typeof ms === 'number' ? ms : null;
    },
    async readFile(name) {
      return (await io.readData({ from: 'file', file: besides(file, name) })) ?? Buffer.alloc(0);
    },
  });
}

/** `name`, seen from the folder in which `file` is. */
function besides(file: string, name: string): string {
  const folder = file.slice(0, file.lastIndexOf('/') + 1);
  return name.startsWith('/') ? name : `${folder}${name}`;
}

function decode(bytes: Buffer, source: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UsageError(`${source} is not UTF-8`, {
      why: 'A description is text; binary data go into it as base64: or file:.',
      hint: '',
    });
  }
}
