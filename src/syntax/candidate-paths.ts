/** Candidates for znode paths and for files of this machine, from listers that somebody else provides. */
import { resolvePath } from '../protocol/path.js';
import { matching, type RawCandidate, type SuggestContext } from './candidate.js';
import { shown } from './values.js';

/** More than anybody reads; the last one is always among them, so that what all have in common stays true. */
const CANDIDATES_MAX = 500;

/**
 * Children of the last whole component that begin as typed. Where that is exactly one znode and it is typed whole: its
 * children, so that Tab walks down. No candidate ends in `/`: no znode path may.
 */
export async function suggestPaths(typed: string, { cwd, listChildren }: SuggestContext): Promise<RawCandidate[]> {
  const slash = typed.lastIndexOf('/');
  const isAbsolute = slash >= 0 || cwd === '/';
  const folder = slash >= 0 ? typed.slice(0, slash + 1) : isAbsolute ? '/' : '';
  const partial = typed.slice(slash + 1);
  if (folder.includes('//')) {
    return [];
  }
  const parent = resolvePath(cwd, folder === '/' ? '/' : folder.replace(/\/$/, '') || '.');
  const names = matching(await listChildren(parent), partial, (name) => name);
  const [only] = names;
  if (names.length === 1 && only === partial && partial !== '') {
    const below = await listChildren(resolvePath(parent, only));
    return below.length === 0 ? pathCandidates(folder, names, false) : pathCandidates(`${folder}${only}/`, below, true);
  }
  return pathCandidates(folder, names, true);
}

/** A path, one on another ensemble, or a file. */
export async function suggestLocations(typed: string, context: SuggestContext): Promise<RawCandidate[]> {
  if (typed.startsWith('@')) {
    return prefixed('@', await suggestFiles(typed.slice(1), context));
  }
  const [ensemble = '', servers = ''] = /^zk:\/\/([^/]+)(?=\/)/i.exec(typed) ?? [];
  const { listChildrenAt } = context;
  if (ensemble === '') {
    return suggestPaths(typed, context);
  }
  if (listChildrenAt === undefined) {
    return [];
  }
  const listChildren = (path: string) => listChildrenAt(servers, path);
  return prefixed(ensemble, await suggestPaths(typed.slice(ensemble.length), { ...context, cwd: '/', listChildren }));
}

export function prefixed(prefix: string, candidates: readonly RawCandidate[]): RawCandidate[] {
  return candidates.map((each) => ({ ...each, text: prefix + each.text }));
}

function pathCandidates(folder: string, names: readonly string[], more: boolean): RawCandidate[] {
  return cut([...names].sort()).map((name) => ({
    text: asPath(folder, name),
    display: shown(name),
    summary: '',
    more,
  }));
}

/** A relative name that begins with a hyphen would be an option. */
function asPath(folder: string, name: string): string {
  return folder === '' && name.startsWith('-') ? `./${name}` : folder + name;
}

/** Names of folders end in `/`. Hidden ones only where a dot is typed. */
export async function suggestFiles(typed: string, { listFiles }: SuggestContext): Promise<RawCandidate[]> {
  const slash = typed.lastIndexOf('/');
  const folder = typed.slice(0, slash + 1);
  const partial = typed.slice(slash + 1);
  const entries = (await listFiles?.(folder === '' ? '.' : folder)) ?? [];
  const seen = entries.filter((name) => partial.startsWith('.') || !name.startsWith('.'));
  return cut(matching(seen, partial, (name) => name).sort()).map((name) => ({
    text: folder + name,
    display: shown(name),
    summary: '',
    more: name.endsWith('/'),
  }));
}

function cut(names: readonly string[]): readonly string[] {
  return names.length <= CANDIDATES_MAX ? names : [...names.slice(0, CANDIDATES_MAX - 1), names.at(-1) as string];
}
