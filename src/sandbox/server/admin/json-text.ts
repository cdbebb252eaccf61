/** JSON as Jackson's pretty printer writes it: what the AdminServer answers, to the byte. */

/** Objects are lists of pairs, because their order counts. `double`: with a point even where it is whole. */
export type JsonValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | { readonly double: number }
  | readonly JsonValue[]
  | JsonObject;

export class JsonObject {
  readonly entries: readonly (readonly [key: string, value: JsonValue])[];
  constructor(entries: readonly (readonly [key: string, value: JsonValue])[]) {
    this.entries = entries;
  }
}

/** Two blanks a level, ` : ` behind keys; arrays on one line, and no level of their own. */
export function formatJson(value: JsonValue, indent = ''): string {
  if (value instanceof JsonObject) {
    return formatObject(value, indent);
  }
  if (isArray(value)) {
    return value.length === 0 ? '[ ]' : `[ ${value.map((each) => formatJson(each, indent)).join(', ')} ]`;
  }
  if (typeof value === 'string') {
    return quote(value);
  }
  if (typeof value === 'object' && value !== null) {
    return Number.isInteger(value.double) ? `${value.double}.0` : String(value.double);
  }
  return String(value);
}

function formatObject({ entries }: JsonObject, indent: string): string {
  if (entries.length === 0) {
    return '{ }';
  }
  const inner = `${indent}  `;
  const lines = entries.map(([key, value]) => `${inner}${quote(key)} : ${formatJson(value, inner)}`);
  return `{\n${lines.join(',\n')}\n${indent}}`;
}

/** Jackson writes the hex of control characters in capitals. */
function quote(text: string): string {
  return JSON.stringify(text).replace(/\\u00[0-9a-f]{2}/g, (match) => `\\u${match.slice(2).toUpperCase()}`);
}

function isArray(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
