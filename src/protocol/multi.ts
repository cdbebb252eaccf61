/**
 * multi and multiRead: lists of operations and of results, each behind a MultiHeader, up to a header that says done.
 * Follows MultiOperationRecord and MultiResponse of ZooKeeper 3.9.
 */
import { type JuteReader, Malformed } from './jute.js';
import {
  boolean,
  type FieldType,
  type InputOf,
  int,
  mark,
  type RecordType,
  record,
  type ValueOf,
  within,
} from './record.js';
import {
  CheckVersionRequest,
  Create2Response,
  CreateRequest,
  CreateResponse,
  CreateTtlRequest,
  DeleteRequest,
  ErrorResponse,
  GetChildrenRequest,
  GetChildrenResponse,
  GetDataRequest,
  GetDataResponse,
  SetDataRequest,
  SetDataResponse,
} from './records.js';

/** What stands in front of each operation and result. */
export const MultiHeader = record('MultiHeader', { type: int, done: boolean, err: int });

const create = record('CreateRequest', { op: mark('create'), ...CreateRequest.shape });
const create2 = record('CreateRequest', { op: mark('create2'), ...CreateRequest.shape });
const createContainer = record('CreateRequest', { op: mark('createContainer'), ...CreateRequest.shape });
const createTTL = record('CreateTTLRequest', { op: mark('createTTL'), ...CreateTtlRequest.shape });
const remove = record('DeleteRequest', { op: mark('delete'), ...DeleteRequest.shape });
const setData = record('SetDataRequest', { op: mark('setData'), ...SetDataRequest.shape });
const check = record('CheckVersionRequest', { op: mark('check'), ...CheckVersionRequest.shape });
const getData = record('GetDataRequest', { op: mark('getData'), ...GetDataRequest.shape });
const getChildren = record('GetChildrenRequest', { op: mark('getChildren'), ...GetChildrenRequest.shape });

const created = record('CreateResult', { op: mark('create'), ...CreateResponse.shape });
const created2 = record('Create2Result', { op: mark('create2'), ...Create2Response.shape });
const removed = record('DeleteResult', { op: mark('delete') });
const dataSet = record('SetDataResult', { op: mark('setData'), ...SetDataResponse.shape });
const checked = record('CheckResult', { op: mark('check') });
const dataGot = record('GetDataResult', { op: mark('getData'), ...GetDataResponse.shape });
const childrenGot = record('GetChildrenResult', { op: mark('getChildren'), ...GetChildrenResponse.shape });
/** In a failed multi 0 before the operation that failed, its code, and -2 behind it. */
const failed = record('ErrorResult', { op: mark('error'), ...ErrorResponse.shape });

type Write = typeof create | typeof create2 | typeof createContainer | typeof createTTL;
type WriteType = Write | typeof remove | typeof setData | typeof check;
type WriteResultType =
  | typeof created
  | typeof created2
  | typeof removed
  | typeof dataSet
  | typeof checked
  | typeof failed;
type ReadType = typeof getData | typeof getChildren;
type ReadResultType = typeof dataGot | typeof childrenGot | typeof failed;

/** One operation of a multi, as a server reads it; MultiOperationInput is what a client writes. */
export type MultiOperation = ValueOf<WriteType>;
export type MultiOperationInput = InputOf<WriteType>;
export type MultiResultRecord = ValueOf<WriteResultType>;
export type MultiReadOperation = ValueOf<ReadType>;
export type MultiReadOperationInput = InputOf<ReadType>;
export type MultiReadResultRecord = ValueOf<ReadResultType>;

/** createTTL and createContainer are answered like create2, and a create with flags 4 as well. */
const WRITES = { create, delete: remove, setData, check, create2, createContainer, createTTL };
const WRITE_CODES = { create: 1, delete: 2, setData: 5, check: 13, create2: 15, createContainer: 19, createTTL: 21 };
const WRITE_RESULTS = {
  create: created,
  delete: removed,
  setData: dataSet,
  check: checked,
  create2: created2,
  error: failed,
};
const WRITE_RESULT_CODES = { create: 1, delete: 2, setData: 5, check: 13, create2: 15, error: -1 };
const READS = { getData, getChildren };
const READ_CODES = { getData: 4, getChildren: 8 };
const READ_RESULTS = { getData: dataGot, getChildren: childrenGot, error: failed };
const READ_RESULT_CODES = { getData: 4, getChildren: 8, error: -1 };

/** The err of an operation's header; nobody reads it. */
const REQUEST_ERR = -1;

export const MultiRequest = listOf<MultiOperation, MultiOperationInput>(
  'MultiRequest',
  WRITES,
  WRITE_CODES,
  REQUEST_ERR,
);
export const MultiResponse = listOf<MultiResultRecord, InputOf<WriteResultType>>(
  'MultiResponse',
  WRITE_RESULTS,
  WRITE_RESULT_CODES,
  0,
);
export const MultiReadRequest = listOf<MultiReadOperation, MultiReadOperationInput>(
  'MultiReadRequest',
  READS,
  READ_CODES,
  REQUEST_ERR,
);
export const MultiReadResponse = listOf<MultiReadResultRecord, InputOf<ReadResultType>>(
  'MultiReadResponse',
  READ_RESULTS,
  READ_RESULT_CODES,
  0,
);

/** Where a multi failed: the first result that is neither "fine, but rolled back" (0) nor "never tried" (-2). */
export function findMultiFailure(results: readonly MultiResultRecord[]): { index: number; err: number } | null {
  let fallback: { index: number; err: number } | null = null;
  for (const [index, result] of results.entries()) {
    if (result.op === 'error') {
      if (result.err !== 0 && result.err !== -2) {
        return { index, err: result.err };
      }
      fallback ??= { index, err: result.err };
    }
  }
  return fallback;
}

type Tagged = { readonly op: string; readonly err?: unknown };

function listOf<Out, In extends Tagged>(
  name: string,
  types: Readonly<Record<string, FieldType<unknown, never>>>,
  codes: Readonly<Record<string, number>>,
  err: number,
): RecordType<Out[], readonly In[]> {
  const byCode = new Map(Object.entries(types).map(([op, type]) => [codes[op], type as FieldType<Out, In>]));
  return {
    name,
    fields: [],
    bytesMin: MultiHeader.bytesMin,
    read: (reader) => readList(reader, byCode),
    write(writer, values) {
      for (const [index, value] of values.entries()) {
        const code = codes[value.op] as number;
        MultiHeader.write(writer, { type: code, done: false, err: value.op === 'error' ? (value.err as number) : err });
        try {
          (types[value.op] as FieldType<Out, In>).write(writer, value);
        } catch (error) {
          throw within(error, `[${index}]`);
        }
      }
      MultiHeader.write(writer, { type: -1, done: true, err: -1 });
    },
  };
}

function readList<Out>(reader: JuteReader, byCode: ReadonlyMap<number | undefined, FieldType<Out, never>>): Out[] {
  const values: Out[] = [];
  try {
    for (;;) {
      const at = reader.offset;
      const code = reader.int();
      const isDone = reader.boolean();
      reader.int();
      if (isDone) {
        return values;
      }
      const type = byCode.get(code);
      if (type === undefined) {
        throw new Malformed(`an operation of type ${code}, which cannot stand here`, at);
      }
      values.push(type.read(reader));
    }
  } catch (error) {
    throw within(error, `[${values.length}]`);
  }
}
