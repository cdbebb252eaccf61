/**
 * The connect string, `host[:port][,host…][/chroot]`, as in ZooKeeper's ConnectStringParser but stricter: what Java
 * takes silently and misreads (`a:1/x,b:2`, a port of 99999, an IPv6 address without brackets) is refused here with
 * the right spelling. Resolves no names.
 */
import { UsageError } from '../errors.js';
import { validatePath } from '../protocol/path.js';
import type { ServerAddress } from './api.js';

export const DEFAULT_PORT = 2181;
export const DEFAULT_SERVERS = `localhost:${DEFAULT_PORT}`;

export interface ConnectString {
  /** At least one, in the order given. */
  readonly servers: readonly ServerAddress[];
  /** `''` or `/path`. */
  readonly chroot: string;
}

const FORM = 'host[:port][,host…][/chroot], for example zk1:2181,zk2:2181/app';
const PORT_MAX = 65_535;

/** @throws UsageError: what is wrong, why, and the right form */
export function parseConnectString(text: string): ConnectString {
  const trimmed = text.trim();
  if (trimmed === '') throw refuse(text, 'it is empty');
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed)) {
    throw refuse(text, 'it has a URL scheme', `without it: ${trimmed.replace(/^[^:]*:\/\//, '')}`);
  }
  const slash = trimmed.indexOf('/');
  const list = slash < 0 ? trimmed : trimmed.slice(0, slash);
  const chroot = slash < 0 ? '' : parseChroot(text, list, trimmed.slice(slash));
  const servers = list.split(',').map((server) => parseServer(text, server.trim()));
  return { servers, chroot };
}

/** The text that parseConnectString takes back. */
export function formatConnectString({ servers, chroot }: ConnectString): string {
  return servers.map(formatServer).join(',') + chroot;
}

/** `host:port`, IPv6 in brackets. */
export function formatServer({ host, port }: ServerAddress): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function parseChroot(text: string, list: string, chroot: string): string {
  const otherServers = /^(\/[^,]*)((?:,\s*(?:[\w.-]+|\[[\da-f:.]+\]):\d+)+)(\/.*)?$/i.exec(chroot);
  if (otherServers !== null) {
    const [, path = '', servers = ''] = otherServers;
    throw refuse(
      text,
      'a chroot stands once, behind the last server',
      `all servers first: ${list}${servers.replace(/\s/g, '')}${path}`,
    );
  }
  if (chroot === '/') return '';
  if (chroot.endsWith('/')) {
    const stripped = chroot.replace(/\/+$/, '');
    throw refuse(text, `the chroot ${chroot} ends with a slash`, `without it: ${list}${stripped}`);
  }
  const wrong = validatePath(chroot);
  if (wrong !== null) throw refuse(text, `the chroot ${chroot} is not a path: ${wrong}`);
  return chroot;
}

function parseServer(text: string, server: string): ServerAddress {
  if (server === '') throw refuse(text, 'a server is missing at a comma or before the chroot');
  const parts = /^(?:\[([^[\]]*)\]|([^:[\]]*))(?::([^:]*))?$/.exec(server);
  if (parts === null) throw refuseServer(text, server);
  const [, bracketed, name, port] = parts;
  if (bracketed !== undefined && !/^[\da-f:.]*:[\da-f:.]*(%\w+)?$/i.test(bracketed)) {
    throw refuse(text, `[${bracketed}] is not an IPv6 address; only those stand in brackets`);
  }
  const host = bracketed ?? name ?? '';
  if (host === '') throw refuse(text, `${server} has no host`, `name one: localhost${server}`);
  if (/[\s@?#;\\"']/.test(host)) throw refuse(text, `${JSON.stringify(host)} is not a host name`);
  return { host, port: port === undefined ? DEFAULT_PORT : parsePort(text, server, port) };
}

function parsePort(text: string, server: string, port: string): number {
  const number = Number(port);
  if (/^\d+$/.test(port) && number >= 1 && number <= PORT_MAX) return number;
  const what = port === '' ? 'no port behind the colon' : `the port ${JSON.stringify(port)}`;
  throw refuse(text, `${server} has ${what}; a port is a number from 1 to ${PORT_MAX}`);
}

/** More than one colon, or brackets in the wrong place. */
function refuseServer(text: string, server: string): UsageError {
  const colons = server.split(':').length - 1;
  if (!/[[\]]/.test(server) && colons >= 2 && /^[\da-f:.]+$/i.test(server)) {
    return refuse(text, `${server} is an IPv6 address without brackets`, `in brackets: [${server}]:${DEFAULT_PORT}`);
  }
  return refuse(text, `${server} is not host:port`);
}

function refuse(text: string, why: string, right?: string): UsageError {
  return new UsageError(`the connect string ${JSON.stringify(text)}: ${why}`, {
    why: `A connect string is ${FORM}.`,
    ...(right === undefined ? {} : { hint: `${right.charAt(0).toUpperCase()}${right.slice(1)}` }),
  });
}
