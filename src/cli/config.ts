/**
 * Global options to what the client is opened with. Reads the files that they name (credentials, TLS); the client reads
 * none. Resolves nothing: options, variables and defaults are syntax/resolve-options.ts's business.
 */
import { readFileSync, statSync } from 'node:fs';
import type { AuthInfo, ConnectOptions, TlsOptions } from '../client/api.js';
import { isZkshError, UsageError } from '../errors.js';
import type { GlobalOptions } from '../syntax/global-options.js';
import { parseAuth, readAuth } from '../syntax/resolve-options.js';
import { explainFileError } from './file-errors.js';

export interface Access {
  readonly auth: readonly AuthInfo[];
  readonly tls: TlsOptions | null;
  /** For the user; nothing fails for it. */
  readonly warnings: readonly string[];
}

/** For runs that ask no server. */
export const NO_ACCESS: Access = { auth: [], tls: null, warnings: [] };

/** @throws LocalError a file that cannot be read; UsageError a credentials file that makes no sense */
export function readAccess(options: GlobalOptions): Access {
  const { auth, authFile } = options;
  const fromFile = authFile === null ? [] : readAuthFile(authFile);
  const tls = readTls(options);
  const secrets = [authFile, options.tlsKey, options.tlsPassphraseFile];
  const warnings = secrets.flatMap((file) => (file === null ? [] : permissionWarning(file)));
  return { auth: [...auth, ...fromFile].map(parseAuth), tls, warnings };
}

export function connectOptions(options: GlobalOptions, { auth, tls }: Access): ConnectOptions {
  return {
    servers: options.server,
    sessionTimeoutMs: options.sessionTimeoutMs,
    connectTimeoutMs: options.connectTimeoutMs,
    readOnly: options.readOnly,
    auth,
    ...(options.waitMs === null ? {} : { waitMs: options.waitMs }),
    ...(tls === null ? {} : { tls }),
  };
}

function readTls(options: GlobalOptions): TlsOptions | null {
  const { tls, tlsCa, tlsCert, tlsKey, tlsP12, tlsPassphraseFile, tlsServerName, tlsInsecure } = options;
  if (!tls) {
    return null;
  }
  return {
    ...(tlsCa === null ? {} : { ca: readBytes(tlsCa, '--tls-ca') }),
    ...(tlsCert === null ? {} : { cert: readBytes(tlsCert, '--tls-cert') }),
    ...(tlsKey === null ? {} : { key: readBytes(tlsKey, '--tls-key') }),
    ...(tlsP12 === null ? {} : { pkcs12: readBytes(tlsP12, '--tls-p12') }),
    ...(tlsPassphraseFile === null ? {} : { passphrase: readPassphrase(tlsPassphraseFile) }),
    ...(tlsServerName === null ? {} : { serverName: tlsServerName }),
    ...(tlsInsecure ? { insecure: true } : {}),
  };
}

function readAuthFile(file: string): string[] {
  const text = readBytes(file, '--auth-file').toString('utf8');
  try {
    return readAuth(text);
  } catch (error) {
    if (isZkshError(error) && error.kind === 'usage') {
      const { message, hint } = error;
      throw new UsageError(`--auth-file ${file}: ${message}`, hint === undefined ? {} : { hint });
    }
    throw error;
  }
}

/** The first line, whatever ends it: editors put a newline there. */
function readPassphrase(file: string): string {
  const text = readBytes(file, '--tls-passphrase-file').toString('utf8');
  return text.split(/\r?\n/, 1)[0] ?? '';
}

function readBytes(file: string, option: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw explainFileError(error, `${file} (${option})`, 'read');
  }
}

/** Others can read it. Not where the system knows no such bits, nor for what is no file (a pipe). */
function permissionWarning(file: string): string[] {
  const info = statSync(file, { throwIfNoEntry: false });
  const isOpen = info?.isFile() === true && (info.mode & 0o077) !== 0 && process.platform !== 'win32';
  return isOpen ? [`others can read ${file}; to keep it secret: chmod 600 ${file}`] : [];
}
