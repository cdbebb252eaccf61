/** A disk in memory, for verbs that read and write exports. Folders are there when something is in them, or was made. */
import { LocalError } from '../../src/errors.js';
import type { Files } from '../../src/tree/export/files.js';

export function memoryFiles(disk: Map<string, Buffer>): Files {
  const folders = new Set<string>();

  function isFolder(path: string): boolean {
    return folders.has(path) || [...disk.keys()].some((name) => name.startsWith(`${path}/`));
  }

  function bytesOf(file: string): Buffer {
    const bytes = disk.get(file);
    if (bytes === undefined) {
      throw new LocalError(`cannot read ${file}: there is no such file`);
    }
    return bytes;
  }

  function removeAll(path: string): void {
    for (const name of [...disk.keys(), ...folders]) {
      if (name === path || name.startsWith(`${path}/`)) {
        disk.delete(name);
        folders.delete(name);
      }
    }
  }

  return {
    kindOf: async (path) => (path === '-' ? 'stream' : disk.has(path) ? 'file' : isFolder(path) ? 'folder' : null),
    async *read(file) {
      yield bytesOf(file);
    },
    readWhole: async (file) => bytesOf(file),
    async draft(file) {
      const written: Buffer[] = [];
      return {
        write: async (bytes) => void written.push(Buffer.from(bytes)),
        commit: async () => void disk.set(file, Buffer.concat(written)),
        discard: async () => {},
      };
    },
    write: async (file, bytes) => void disk.set(file, Buffer.from(bytes)),
    async list(folder) {
      const inside = [...disk.keys(), ...folders].filter((name) => name.startsWith(`${folder}/`));
      return [...new Set(inside.map((name) => name.slice(folder.length + 1).split('/')[0] as string))];
    },
    makeFolder: async (folder) => void folders.add(folder),
    async rename(from, to) {
      for (const [name, bytes] of [...disk]) {
        if (name === from || name.startsWith(`${from}/`)) {
          disk.set(to + name.slice(from.length), bytes);
        }
      }
      for (const name of [...folders]) {
        if (name === from || name.startsWith(`${from}/`)) {
          folders.add(to + name.slice(from.length));
        }
      }
      removeAll(from);
    },
    remove: async (path) => removeAll(path),
    join: (...names) => names.join('/'),
  };
}
