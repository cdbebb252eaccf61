/** The ways to give the data of a znode: the word itself, or an option instead of it. Shared by the verbs that write data. */
import { UsageError } from '../errors.js';
import type { CommandIo } from './context.js';
import { type DataSource, flag, option } from './spec.js';

export const DATA_OPTIONS = {
  null: flag('null', null, 'no data at all, which is not the same as empty data'),
  base64: option('base64', null, 'TEXT', 'text', 'data in base64'),
  hex: option('hex', null, 'TEXT', 'text', 'data in hex: two digits a byte, blanks between them as you like'),
} as const;

export interface DataValues {
  readonly data: DataSource | undefined;
  readonly null: boolean;
  readonly base64: string | undefined;
  readonly hex: string | undefined;
}

/**
 * Which of them was given; undefined where none was.
 * @throws UsageError for two of them, and for text that is no base64 or hex
 */
export function dataSource({ data, null: isNull, base64, hex }: DataValues): DataSource | undefined {
  const given: DataSource[] = [
    ...(data === undefined ? [] : [data]),
    ...(isNull ? [{ from: 'null' } as const] : []),
    ...(base64 === undefined ? [] : [{ from: 'bytes', bytes: fromBase64(base64) } as const]),
    ...(hex === undefined ? [] : [{ from: 'bytes', bytes: fromHex(hex) } as const]),
  ];
  if (given.length > 1) {
    throw new UsageError('data is given twice', {
      why: 'DATA, --null, --base64 and --hex are ways to say the same thing; give one of them.',
    });
  }
  return given[0];
}

/** The bytes to write; `undefined` where no data was given. */
export async function readData(values: DataValues, io: CommandIo): Promise<Buffer | null | undefined> {
  const source = dataSource(values);
  return source === undefined ? undefined : io.readData(source);
}

/** RFC 4648 with or without padding, also the alphabet for URLs; line breaks as base64(1) makes them. */
function fromBase64(text: string): Buffer {
  const packed = text.replace(/\s+/g, '');
  const body = packed.replace(/={0,2}$/, '');
  if (!/^([A-Za-z0-9+/]*|[A-Za-z0-9_-]*)$/.test(body) || body.length % 4 === 1) {
    throw new UsageError('--base64: this is not base64', {
      why: 'Letters, digits, + and / (or - and _), four for three bytes.',
    });
  }
  return Buffer.from(body, 'base64');
}

function fromHex(text: string): Buffer {
  const packed = text.replace(/\s+/g, '').replace(/^0x/i, '');
  if (!/^([0-9a-f]{2})*$/i.test(packed)) {
    throw new UsageError('--hex: this is not hex', {
      why: 'Two digits of 0-9 and a-f for each byte, such as: 00 ff 7a',
    });
  }
  return Buffer.from(packed, 'hex');
}
