/**
 * One field of a JSON document: `a.b`, `a[0].b`, `a[*].b` and `*` for any, `["a.b"]` for a name with signs in it. No more
 * than that: whoever wants a query pipes into jq.
 */

/** A name, an index, or null for any of them. */
export type FieldPath = readonly (string | number | null)[];

const STEP = /^(?:\.?\*|\.?\[\*\])|^\.?\[(\d+)\]|^\.?\["((?:[^"\\]|\\.)*)"\]|^\.?([^.[\]"*=]+)/;

export interface FieldQuestion {
  readonly path: FieldPath;
  /** null: it only has to be there. */
  readonly wanted: { readonly text: string; readonly value: unknown } | null;
}

/** `PATH` or `PATH=VALUE`; null: the path is none. */
export function parseFieldQuestion(text: string): FieldQuestion | null {
  const [head = ''] = /^(?:"(?:[^"\\]|\\.)*"|[^="])*/.exec(text) ?? [];
  const path = parseFieldPath(head);
  const tail = text.slice(head.length);
  return path === null || (tail !== '' && !tail.startsWith('='))
    ? null
    : { path, wanted: tail === '' ? null : { text: tail.slice(1), value: parsed(tail.slice(1)) } };
}

/** null: not a path. The document itself is `.`. */
function parseFieldPath(text: string): FieldPath | null {
  const steps: (string | number | null)[] = [];
  for (let rest = text === '.' ? '' : text.replace(/^\$(?=[.[]|$)/, ''); rest !== ''; ) {
    const match = STEP.exec(rest);
    // Only the first step may do without its dot.
    if (match === null || (steps.length > 0 && !/^[.[]/.test(rest))) {
      return null;
    }
    const [step, index, quoted, name] = match;
    steps.push(index !== undefined ? Number(index) : quoted !== undefined ? unquote(quoted) : (name ?? null));
    rest = rest.slice(step.length);
  }
  return text === '' || steps.includes(BAD) ? null : steps;
}

const BAD = '\0bad';

function unquote(text: string): string {
  try {
    return JSON.parse(`"${text}"`) as string;
  } catch {
    return BAD;
  }
}

/**
 * Whether `data` is JSON and has the field, with that value where one is wanted: the same JSON value, or a string of these
 * letters.
 */
export function fieldMatches(data: Buffer, { path, wanted }: FieldQuestion): boolean {
  let document: unknown;
  try {
    document = JSON.parse(data.toString('utf8'));
  } catch {
    return false;
  }
  return reach(document, path, (found) => wanted === null || found === wanted.text || isSame(found, wanted.value));
}

/** Whether `accepts` says yes to what stands at `path`, or to one of several. */
function reach(at: unknown, path: FieldPath, accepts: (found: unknown) => boolean): boolean {
  const [step, ...rest] = path;
  if (step === undefined) {
    return accepts(at);
  }
  if (typeof at !== 'object' || at === null) {
    return false;
  }
  if (step === null) {
    return Object.values(at).some((each) => reach(each, rest, accepts));
  }
  // A number is an index of a list, and the name of a field as well; `length` is a field of objects only.
  return (
    !(Array.isArray(at) && step === 'length') &&
    Object.hasOwn(at, step) &&
    reach((at as Record<string | number, unknown>)[step], rest, accepts)
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isSame(left: unknown, right: unknown): boolean {
  if (left === right) {
    return right !== undefined;
  }
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) {
    return false;
  }
  const names = Object.keys(left);
  return (
    Array.isArray(left) === Array.isArray(right) &&
    names.length === Object.keys(right).length &&
    names.every(
      (name) =>
        Object.hasOwn(right, name) &&
        isSame((left as Record<string, unknown>)[name], (right as Record<string, unknown>)[name]),
    )
  );
}
