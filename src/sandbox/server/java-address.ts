/** IP addresses as Java writes them (InetAddress.getHostAddress): what ACLs of scheme ip are compared with, and words show. */

/** Without a zone; IPv4 as itself where it comes mapped into IPv6; IPv6 as eight groups without leading zeros. */
export function javaAddress(address: string): string {
  const plain = address.replace(/%.*$/, '').toLowerCase();
  if (!plain.includes(':')) {
    return plain;
  }
  if (plain.startsWith('::ffff:') && plain.includes('.')) {
    return plain.slice('::ffff:'.length);
  }
  const [head = '', tail] = plain.split('::');
  const before = groupsOf(head);
  const after = tail === undefined ? [] : groupsOf(tail);
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0');
  return [...before, ...zeros, ...after].join(':');
}

/** As part of `host:port`: IPv6 in brackets. */
export function hostPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function groupsOf(text: string): string[] {
  return text === '' ? [] : text.split(':').map((group) => group.replace(/^0+(?=.)/, ''));
}
