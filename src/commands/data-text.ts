/** Whether the data of a znode are text, as an editor or a diff wants them. */
import { isUtf8 } from 'node:buffer';

/** null: no UTF-8, or with a NUL in it, which no text has. */
export function decodeText(data: Buffer): string | null {
  return isUtf8(data) && !data.includes(0) ? data.toString('utf8') : null;
}
