/**
 * A place where znodes are or go: a subtree of this ensemble, of another one, or a file that holds an export. Reads the
 * word; opens nothing.
 */
import type { Session } from '../client/api.js';
import { formatServer, parseConnectString } from '../client/connect-string.js';
import { UsageError } from '../errors.js';
import { ROOT, resolvePath, type ZnodePath } from '../protocol/path.js';
import type { CommandContext } from './context.js';

export type Location = ZnodeLocation | FileLocation;

export interface ZnodeLocation {
  readonly kind: 'znode';
  /** `host:port[,host:port]`, without a chroot; null: the ensemble of this run. */
  readonly servers: string | null;
  /** Of another ensemble: the server's own path. */
  readonly path: ZnodePath;
}

export interface FileLocation {
  readonly kind: 'file';
  /** Or a folder. `-` is stdin or stdout. */
  readonly file: string;
}

/** Begins a place on another ensemble. */
export const ENSEMBLE_SCHEME = 'zk://';
const FORMS = 'A place is a path, zk://HOST:PORT/PATH on another ensemble, or @FILE.';

/** @throws UsageError what is wrong with `text`, and the forms that there are */
export function parseLocation(text: string, cwd: string): Location {
  if (text.toLowerCase().startsWith(ENSEMBLE_SCHEME)) {
    return parseEnsemble(text);
  }
  if (text.startsWith('@') || text === '-') {
    const file = text === '-' ? text : text.slice(1);
    if (file === '') {
      throw new UsageError('a file name is missing behind @', { why: FORMS });
    }
    return { kind: 'file', file };
  }
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(text)?.[0];
  if (scheme !== undefined) {
    const rest = text.slice(scheme.length);
    throw new UsageError(`${scheme} is no place that there is`, {
      why: FORMS,
      hint: scheme.toLowerCase() === 'file://' ? `A file: @${rest}` : '',
    });
  }
  return { kind: 'znode', servers: null, path: resolvePath(cwd, text) };
}

function parseEnsemble(text: string): ZnodeLocation {
  const rest = text.slice(ENSEMBLE_SCHEME.length);
  const slash = rest.indexOf('/');
  const list = slash < 0 ? rest : rest.slice(0, slash);
  if (list.trim() === '') {
    throw new UsageError(`${text} names no server`, { why: FORMS });
  }
  const { servers } = parseConnectString(list);
  const path = slash < 0 || slash === rest.length - 1 ? ROOT : resolvePath(ROOT, rest.slice(slash));
  return { kind: 'znode', servers: servers.map(formatServer).join(','), path };
}

/** As parseLocation takes it back. */
export function formatLocation(location: Location): string {
  if (location.kind === 'file') {
    return location.file === '-' ? '-' : `@${location.file}`;
  }
  return location.servers === null ? location.path : `${ENSEMBLE_SCHEME}${location.servers}${location.path}`;
}

/** The session in which `location` is: the run's own, or one that ends with the command. */
export async function sessionAt({ session, openSession }: CommandContext, location: ZnodeLocation): Promise<Session> {
  return location.servers === null ? session : openSession(location.servers);
}

/** @throws UsageError for a file; `name` is that of the argument */
export function znodesOnly(location: Location, name: string): ZnodeLocation {
  if (location.kind === 'file') {
    throw new UsageError(`${name}: ${formatLocation(location)} is a file, and this verb works on znodes`, {
      hint: 'Files are written by export and read by import.',
    });
  }
  return location;
}
