/**
 * Records, described once: a name and its fields in the order of the wire. The type of the values, the decoder and the
 * encoder follow from the description. What a field can be is here too; which records there are is records.ts.
 */
import { ProtocolError, UsageError } from '../errors.js';
import { type JuteReader, JuteWriter, Malformed, Misfit } from './jute.js';
import type { StringForm } from './strings.js';

/**
 * One kind of value on the wire: what reading gives, and what writing takes, which may be less strict (any readonly list).
 * `read` throws Malformed and `write` Misfit; decodeRecord and writeRecord make errors for people of them.
 */
export interface FieldType<Out, In = Out> {
  read(reader: JuteReader): Out;
  write(writer: JuteWriter, value: In): void;
  /** Fewest bytes a value takes: what a count can promise at most. */
  readonly bytesMin: number;
}

/** A record. Being a field type as well, it can stand inside another one. */
export interface RecordType<Out, In = Out> extends FieldType<Out, In> {
  readonly name: string;
  readonly fields: readonly string[];
}

/** A record that still knows its fields' types, so that another one can be described from it. */
export interface RecordOf<S> extends RecordType<ValuesOf<S>, InputsOf<S>> {
  readonly shape: S;
}

/** What decoding a record gives. */
export type ValueOf<F> = F extends { read(reader: JuteReader): infer Out } ? Out : never;
/** What encoding a record takes. */
export type InputOf<F> = F extends { write(writer: JuteWriter, value: infer In): void } ? In : never;

type Shape = Readonly<Record<string, FieldType<unknown, never>>>;
type ValuesOf<S> = { readonly [K in keyof S]: ValueOf<S[K]> };
type InputsOf<S> = { readonly [K in keyof S]: InputOf<S[K]> };

/** Describes a record. The order of `shape` is the order on the wire. */
export function record<const S extends Shape>(name: string, shape: S): RecordOf<S> {
  const fields = Object.keys(shape);
  const types: readonly FieldType<unknown, unknown>[] = Object.values(shape);
  // A copy of this has its final shape at once; filling in fields one by one would pass through as many shapes.
  const blank: Record<string, unknown> = Object.fromEntries(fields.map((field) => [field, null]));
  return {
    name,
    fields,
    shape,
    bytesMin: types.reduce((sum, type) => sum + type.bytesMin, 0),
    read(reader) {
      const value = { ...blank };
      let index = 0;
      try {
        for (const type of types) {
          value[fields[index] as string] = type.read(reader);
          index++;
        }
      } catch (error) {
        throw within(error, fields[index]);
      }
      return value as ValuesOf<S>;
    },
    write(writer, value: Readonly<Record<string, unknown>>) {
      let index = 0;
      try {
        for (const type of types) {
          type.write(writer, value[fields[index] as string]);
          index++;
        }
      } catch (error) {
        throw within(error, fields[index]);
      }
    },
  };
}

/**
 * Reads one record.
 * @throws ProtocolError with the record, the field (`stat.mtime`, `acl[2].id`) and the offset in the frame
 */
export function decodeRecord<Out>(type: RecordType<Out, never>, reader: JuteReader): Out {
  try {
    return type.read(reader);
  } catch (error) {
    throw error instanceof Malformed ? malformed(type.name, error) : error;
  }
}

/** @throws ProtocolError where bytes are left: then they are not what they were taken for */
export function expectEnd(record: string, reader: JuteReader): void {
  if (reader.remaining > 0) {
    const offset = reader.offset;
    throw new ProtocolError(`${record} at offset ${offset}: ${reader.remaining} bytes behind its end`, {
      record,
      offset,
    });
  }
}

/**
 * Appends one record.
 * @throws UsageError where a value does not fit its field; then nothing has been written
 */
export function writeRecord<In>(type: RecordType<unknown, In>, writer: JuteWriter, value: In): void {
  const start = writer.length;
  try {
    type.write(writer, value);
  } catch (error) {
    writer.truncate(start);
    throw error instanceof Misfit
      ? new UsageError(`${fieldPath([type.name, ...error.fields])}: ${error.message}`)
      : error;
  }
}

/** The bytes of one record, without header or length. */
export function encodeRecord<In>(type: RecordType<unknown, In>, value: In, form?: StringForm): Buffer {
  const writer = new JuteWriter(form);
  writeRecord(type, writer, value);
  return writer.take();
}

export const int: FieldType<number> = {
  read: (reader) => reader.int(),
  write: (writer, value) => writer.int(value),
  bytesMin: 4,
};

/** Zxids, session ids: 64 bits, signed. */
export const long: FieldType<bigint> = {
  read: (reader) => reader.long(),
  write: (writer, value) => writer.long(value),
  bytesMin: 8,
};

/** A long that is a span of time, ms. */
export const milliseconds: FieldType<number> = {
  read: (reader) => reader.longNumber(),
  write: (writer, value) => writer.longNumber(value),
  bytesMin: 8,
};

/** A long that is a time, ms since the epoch. Beyond what a Date holds it can only be bytes read at the wrong place. */
export const time: FieldType<number> = {
  read(reader) {
    const at = reader.offset;
    const value = reader.longNumber();
    if (value > DATE_MS_MAX || value < -DATE_MS_MAX) {
      throw new Malformed(`a time of ${value} ms`, at);
    }
    return value;
  },
  write: (writer, value) => writer.longNumber(value),
  bytesMin: 8,
};

const DATE_MS_MAX = 8_640_000_000_000_000;

export const boolean: FieldType<boolean> = {
  read: (reader) => reader.boolean(),
  write: (writer, value) => writer.boolean(value),
  bytesMin: 1,
};

/** null and '' differ, and stay different. */
export const nullableString: FieldType<string | null> = {
  read: (reader) => reader.string(),
  write: (writer, value) => writer.string(value),
  bytesMin: 4,
};

/** Where null makes no sense. */
export const string: FieldType<string> = {
  read(reader) {
    const at = reader.offset;
    return reader.string() ?? refuseNull('string', at);
  },
  write: (writer, value) => writer.string(value),
  bytesMin: 4,
};

/** null and empty differ, and stay different. */
export const nullableBuffer: FieldType<Buffer | null, Uint8Array | null> = {
  read: (reader) => reader.buffer(),
  write: (writer, value) => writer.buffer(value),
  bytesMin: 4,
};

/** A list that may be null, which is not the same as empty. */
export function nullableVector<Out, In>(element: FieldType<Out, In>): FieldType<Out[] | null, readonly In[] | null> {
  return {
    read(reader) {
      const count = reader.count(element.bytesMin);
      return count < 0 ? null : readElements(reader, element, count);
    },
    write(writer, value) {
      if (value === null) {
        writer.int(-1);
      } else {
        writeElements(writer, element, value);
      }
    },
    bytesMin: 4,
  };
}

export function vector<Out, In>(element: FieldType<Out, In>): FieldType<Out[], readonly In[]> {
  return {
    read(reader) {
      const at = reader.offset;
      const count = reader.count(element.bytesMin);
      return count < 0 ? refuseNull('list', at) : readElements(reader, element, count);
    },
    write: (writer, value) => writeElements(writer, element, value),
    bytesMin: 4,
  };
}

/** Not on the wire at all: gives each value of a record the same mark, so that unions can tell them apart. */
export function mark<const T extends string>(value: T): FieldType<T> {
  return { read: () => value, write: () => undefined, bytesMin: 0 };
}

/** Notes, on its way out, in which field something went wrong. */
export function within(error: unknown, field: string | undefined): unknown {
  if ((error instanceof Malformed || error instanceof Misfit) && field !== undefined) {
    error.fields.unshift(field);
  }
  return error;
}

function malformed(name: string, error: Malformed): ProtocolError {
  const field = fieldPath(error.fields);
  const place = fieldPath([name, ...error.fields]);
  return new ProtocolError(`${place} at offset ${error.offset}: ${error.message}`, {
    record: name,
    offset: error.offset,
    ...(field === '' ? {} : { field }),
  });
}

/** `acl`, `[2]`, `id` is `acl[2].id`. */
function fieldPath(fields: readonly string[]): string {
  return fields.join('.').replaceAll('.[', '[');
}

function refuseNull(what: string, offset: number): never {
  throw new Malformed(`null, where a ${what} must be`, offset);
}

function readElements<Out>(reader: JuteReader, element: FieldType<Out, never>, count: number): Out[] {
  const elements: Out[] = [];
  try {
    while (elements.length < count) {
      elements.push(element.read(reader));
    }
  } catch (error) {
    throw within(error, `[${elements.length}]`);
  }
  return elements;
}

function writeElements<In>(writer: JuteWriter, element: FieldType<unknown, In>, values: readonly In[]): void {
  writer.int(values.length);
  let index = 0;
  try {
    for (; index < values.length; index++) {
      element.write(writer, values[index] as In);
    }
  } catch (error) {
    throw within(error, `[${index}]`);
  }
}
