/** Bytes as `hexdump -C` writes them: offset, 16 bytes, their text. */

export const BYTES_A_ROW = 16;

/** Whole lines. */
export function hexDump(data: Buffer): string {
  const rows: string[] = [];
  for (let from = 0; from < data.length; from += BYTES_A_ROW) {
    rows.push(`${hexRow(data.subarray(from, from + BYTES_A_ROW), from)}\n`);
  }
  return rows.join('');
}

/** At most BYTES_A_ROW of them. */
export function hexRow(data: Buffer, offset: number): string {
  const bytes = [...data];
  const hex = bytes.map((byte, index) => `${index === 8 ? ' ' : ''}${byte.toString(16).padStart(2, '0')} `).join('');
  const text = bytes.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
  return `${offset.toString(16).padStart(8, '0')}  ${hex.padEnd(HEX_WIDTH)} |${text}|`;
}

/** Two digits and a blank a byte, and a gap in the middle. */
const HEX_WIDTH = 3 * BYTES_A_ROW + 1;
