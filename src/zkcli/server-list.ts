/** The connect string as ConnectStringParser (3.9) reads it, which takes more than zksh does. Resolves no names. */
import { Crash } from './crash.js';
import { parseInt32 } from './java-numbers.js';
import { splitJava } from './java-text.js';
import { pathFault } from './paths.js';

const DEFAULT_PORT = 2181;
const PORT_MAX = 65_535;

/** In the one form that the client takes. @throws Crash where Java ends with an IllegalArgumentException */
export function normalizeServers(text: string): string {
  const slash = text.indexOf('/');
  const chroot = slash < 0 ? '' : text.slice(slash);
  const fault = chroot.length > 1 ? pathFault(chroot) : null;
  if (fault !== null) {
    throw new Crash(`java.lang.IllegalArgumentException: ${fault}`);
  }
  const list = slash < 0 ? text : text.slice(0, slash);
  const servers = splitJava(list, ',')
    .map((server) => server.trim())
    .filter((server) => server !== '')
    .map(normalizeServer);
  if (servers.length === 0) {
    throw new Crash('java.lang.IllegalArgumentException: A HostProvider may not be empty!');
  }
  return `${servers.join(',')}${chroot === '/' ? '' : chroot}`;
}

function normalizeServer(server: string): string {
  const [host, port] = server.startsWith('[') ? splitBracketed(server) : splitPlain(server);
  const number = port === null ? DEFAULT_PORT : parseInt32(port);
  if (number === null) {
    throw new Crash(`java.lang.NumberFormatException: For input string: "${port}"`);
  }
  if (number < 0 || number > PORT_MAX) {
    throw new Crash(`java.lang.IllegalArgumentException: port out of range:${number}`);
  }
  // Java takes no host for this machine.
  const name = host === '' ? 'localhost' : host;
  return `${name.includes(':') ? `[${name}]` : name}:${number}`;
}

function splitPlain(server: string): readonly [string, string | null] {
  const colon = server.lastIndexOf(':');
  if (colon < 0) {
    return [server, null];
  }
  return [server.slice(0, colon), colon + 1 === server.length ? null : server.slice(colon + 1)];
}

function splitBracketed(server: string): readonly [string, string | null] {
  const end = server.lastIndexOf(']');
  if (end < 0) {
    throw new Crash(`java.lang.IllegalArgumentException: ${server} starts with '[' but has no matching ']'`);
  }
  const [host, rest] = [server.slice(1, end), server.slice(end + 1)];
  if (host === '') {
    throw new Crash('java.lang.IllegalArgumentException:  is empty.');
  }
  if (rest === '') {
    return [host, null];
  }
  if (!rest.startsWith(':')) {
    throw new Crash(`java.lang.IllegalArgumentException: ${server} does not have : after ]`);
  }
  if (rest === ':') {
    throw new Crash(`java.lang.IllegalArgumentException: ${server} doesn't have a port after colon.`);
  }
  return [host, rest.slice(1)];
}
