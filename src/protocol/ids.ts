/** Numbers that name things: zxids and session ids (64 bits, signed on the wire, shown unsigned in hex) and the reserved xids. */

/** xids that are no request's own number. */
export const XID = { notification: -1, ping: -2, auth: -4, setWatches: -8 } as const;

/** `0x…`, lower case, no leading zeros: 64 bits, unsigned. */
export function formatZxid(zxid: bigint): string {
  return `0x${BigInt.asUintN(64, zxid).toString(16)}`;
}

/** Session ids look like zxids: `0x100003bbac20001`. */
export const formatSessionId: (sessionId: bigint) => string = formatZxid;

/** `0x…` of at most 16 digits, or a decimal number, as the signed 64-bit number of the wire; null for anything else. */
export function parseZxid(text: string): bigint | null {
  if (/^0x[0-9a-f]{1,16}$/i.test(text)) {
    return BigInt.asIntN(64, BigInt(text));
  }
  if (!/^-?[0-9]{1,20}$/.test(text)) {
    return null;
  }
  const number = BigInt(text);
  return BigInt.asIntN(64, number) === number ? number : null;
}

export const parseSessionId: (text: string) => bigint | null = parseZxid;
