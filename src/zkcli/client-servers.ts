/** `config -c`: the version and the servers' client addresses, as ConfigUtils.getClientConfigStr (3.9) has them. */
import { hashCode } from './java-text.js';
import { parseProperties } from './properties.js';

/** `VERSION host:port,host:port` in the order of Java's hash table. */
export function clientServers(text: string): string {
  const entries = inHashOrder(parseProperties(text));
  const version = entries.find(([key]) => key === 'version')?.[1] ?? '';
  const addresses = entries.filter(([key]) => key.startsWith('server.')).map(([, value]) => clientAddress(value));
  return `${version.trim()} ${addresses.join(',')}`;
}

/** Properties are kept in a ConcurrentHashMap of 16 slots at first, twice as many when three quarters are used. */
function inHashOrder(entries: ReadonlyMap<string, string>): [string, string][] {
  let slots = 16;
  while (entries.size >= slots * 0.75) {
    slots *= 2;
  }
  const slotOf = (key: string) => {
    const hash = hashCode(key);
    return (hash ^ (hash >>> 16)) & (slots - 1);
  };
  return [...entries]
    .map(([key, value]): [string, string] => [key.trim(), value])
    .sort(([a], [b]) => slotOf(a) - slotOf(b));
}

/** Behind the semicolon; a port alone is that of every address. */
function clientAddress(value: string): string {
  const [, address = ''] = value.trim().split(';');
  const text = address.trim();
  return text === '' || text.includes(':')
    ? text.replace(/^\[(.*)\]/, (_, host: string) => allGroups(host))
    : `0.0.0.0:${text}`;
}

/** An IPv6 address as Java writes it: eight groups. */
function allGroups(address: string): string {
  const [before = '', after] = address.split('::');
  const [head, tail] = [before, after ?? ''].map((part) => part.split(':').filter((group) => group !== ''));
  const missing = after === undefined ? 0 : 8 - (head?.length ?? 0) - (tail?.length ?? 0);
  return [...(head ?? []), ...Array(Math.max(0, missing)).fill('0'), ...(tail ?? [])].join(':');
}
