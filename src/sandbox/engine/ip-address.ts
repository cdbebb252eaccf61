/** Addresses as the ACL scheme ip reads them: `address` or `address/bits`. Follows IPAuthenticationProvider (3.9.5). */

/** Whether an ACL entry may have this id. */
export function isIpExpression(text: string): boolean {
  return parseExpression(text) !== null;
}

/** Whether the address is one of those that the expression means. */
export function matchesIp(address: string, expression: string): boolean {
  const wanted = parseExpression(expression);
  const bytes = parseAddress(address);
  if (wanted === null || bytes === null || bytes.length !== wanted.bytes.length) {
    return false;
  }
  return bytes.every((byte, index) => (byte & maskAt(index, wanted.bits)) === wanted.bytes[index]);
}

interface Expression {
  /** Masked. */
  readonly bytes: readonly number[];
  readonly bits: number;
}

function parseExpression(text: string): Expression | null {
  const slash = text.indexOf('/');
  const bytes = parseAddress(slash < 0 ? text : text.slice(0, slash));
  if (bytes === null) {
    return null;
  }
  const bits = slash < 0 ? bytes.length * 8 : parseJavaInt(text.slice(slash + 1), 10);
  if (bits === null || bits < 0 || bits > bytes.length * 8) {
    return null;
  }
  return { bytes: bytes.map((byte, index) => byte & maskAt(index, bits)), bits };
}

/** The mask of the byte at `index` where the first `bits` of the address count. */
function maskAt(index: number, bits: number): number {
  const kept = Math.min(8, Math.max(0, bits - index * 8));
  return (0xff << (8 - kept)) & 0xff;
}

function parseAddress(text: string): number[] | null {
  return text.includes(':') ? parseIpv6(text) : text.includes('.') ? parseIpv4(text) : null;
}

function parseIpv4(text: string): number[] | null {
  const parts = text.split('.').map((part) => parseJavaInt(part, 10));
  return parts.length === 4 && parts.every(isByte) ? parts : null;
}

function isByte(value: number | null): value is number {
  return value !== null && value >= 0 && value <= 255;
}

/** Eight groups, or fewer with one `::`; no IPv4 inside. */
function parseIpv6(text: string): number[] | null {
  const halves = text.split('::');
  const [before, after] = halves.map((half) => (half === '' ? [] : half.split(':')));
  if (before === undefined || halves.length > 2) {
    return null;
  }
  const given = before.length + (after?.length ?? 0);
  if (after === undefined ? given !== 8 : given >= 8) {
    return null;
  }
  const groups = [...before, ...Array<string>(8 - given).fill('0'), ...(after ?? [])];
  const bytes = groups.flatMap((group) => {
    const value = group.length <= 4 ? parseJavaInt(group, 16) : null;
    // A sign is taken, as Java's parser takes it.
    return value === null ? [] : [(value >> 8) & 0xff, value & 0xff];
  });
  return bytes.length === 16 ? bytes : null;
}

/** Integer.parseInt: an optional sign, digits, nothing else. */
function parseJavaInt(text: string, radix: 10 | 16): number | null {
  if (!(radix === 10 ? /^[+-]?[0-9]+$/ : /^[+-]?[0-9a-f]+$/i).test(text)) {
    return null;
  }
  const value = Number.parseInt(text, radix);
  return value >= -0x8000_0000 && value <= 0x7fff_ffff ? value : null;
}
