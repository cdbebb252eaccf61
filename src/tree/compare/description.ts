/**
 * Descriptions of subtrees, as people keep them in files: YAML, and so JSON too. Reads text into what is wanted of each znode;
 * compares and changes nothing (plan.ts, apply.ts).
 *
 *   /app:                        a path, below where the description is applied
 *     data: hello                or json: {…}, base64: …, file: NAME, data: null
 *     acl: world:anyone:r        a text or a list of them
 *     kind: container            or ttl: 10m
 *     prune: true                children that are not described go
 *     children:
 *       db: host=db1             a text by itself is the data
 *       features:                nothing by itself: it exists, whatever its data are
 */
import type { Document, LineCounter, Node, Pair, Scalar, YAMLMap } from 'yaml';
import { UsageError } from '../../errors.js';
import { type AclEntry, parseAcl } from '../../protocol/acl.js';
import { TTL_MS_MAX } from '../../protocol/modes.js';
import { parentOf, ROOT, resolvePath, validatePath, type ZnodePath } from '../../protocol/path.js';

/** What a description says of a znode's data; undefined elsewhere: nothing, so it stays as it is. */
export interface WantedData {
  readonly bytes: Buffer | null;
  /** For `json`: any spelling of the same value will do. */
  readonly json?: unknown;
}

export interface WantedZnode {
  readonly path: ZnodePath;
  readonly data: WantedData | undefined;
  readonly acl: readonly AclEntry[] | undefined;
  /** Only for creating it: a server does not tell the kind of a container. */
  readonly kind: 'persistent' | 'container' | 'ttl';
  readonly ttlMs: number | null;
  readonly prunes: boolean;
  /** In the description; null: a parent that it does not name. */
  readonly line: number | null;
}

export interface DescriptionOptions {
  /** What the paths of the description are below. */
  readonly root: ZnodePath;
  /** The name of the file, for messages. */
  readonly source: string;
  /** `file:` names. @throws LocalError */
  readFile(name: string): Promise<Buffer>;
  /** `ttl:` durations. null: none that makes sense. */
  readDuration(text: string): number | null;
}

/**
 * Every znode of the description and the parents that they need, a parent before its children, siblings as they stand.
 * @throws UsageError with file and line: no YAML, an unknown word, a path that no server takes, one path twice
 */
export async function readDescription(text: string, options: DescriptionOptions): Promise<WantedZnode[]> {
  // Only those who describe trees wait for it.
  const yaml = await import('yaml');
  const lines = new yaml.LineCounter();
  const document = yaml.parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: true,
    version: '1.2',
  });
  const reading = { ...options, yaml, lines, document, wanted: new Map<ZnodePath, WantedZnode>() };
  const [error] = document.errors;
  if (error !== undefined) {
    throw refusal(reading, error.pos[0], error.message);
  }
  const { contents } = document;
  if (contents === null) {
    return [];
  }
  for (const { name, key, value } of entriesOf(contents, reading)) {
    const path = name === '' || name === '.' || name === '/' ? options.root : below(options.root, name, key, reading);
    addParents(path, reading);
    await readZnode(path, key, value, reading);
  }
  return [...reading.wanted.values()];
}

interface Reading extends DescriptionOptions {
  readonly yaml: typeof import('yaml');
  readonly lines: LineCounter;
  readonly document: Document.Parsed;
  readonly wanted: Map<ZnodePath, WantedZnode>;
}

interface Entry {
  readonly name: string;
  readonly key: Node;
  readonly value: Node | null;
}

const WORDS = ['data', 'json', 'base64', 'file', 'acl', 'kind', 'ttl', 'prune', 'children'] as const;
type Word = (typeof WORDS)[number];

async function readZnode(path: ZnodePath, key: Node, value: Node | null, reading: Reading): Promise<void> {
  const known = reading.wanted.get(path);
  if (known !== undefined && known.line !== null) {
    throw refusal(reading, startOf(key), `${path} is described twice (line ${known.line})`);
  }
  const line = lineOf(key, reading);
  const plain = {
    path,
    data: undefined,
    acl: undefined,
    kind: 'persistent',
    ttlMs: null,
    prunes: false,
    line,
  } as const;
  const { isMap, isScalar } = reading.yaml;
  const node = resolved(value, reading);
  if (node === null || (isScalar(node) && node.value === null)) {
    reading.wanted.set(path, plain);
    return;
  }
  if (isScalar(node)) {
    reading.wanted.set(path, { ...plain, data: { bytes: Buffer.from(textOf(node)) } });
    return;
  }
  if (!isMap(node)) {
    throw refusal(reading, startOf(node), `${path}: neither a text nor ${WORDS.join(', ')}`);
  }
  const words = wordsOf(path, node, reading);
  reading.wanted.set(path, { ...plain, ...(await readWords(path, words, reading)) });
  const children = words.get('children');
  if (children !== undefined && children.value !== null) {
    for (const entry of entriesOf(children.value, reading)) {
      const child = below(path, entry.name, entry.key, reading);
      addParents(child, reading);
      await readZnode(child, entry.key, entry.value, reading);
    }
  }
}

async function readWords(
  path: ZnodePath,
  words: ReadonlyMap<Word, Entry>,
  reading: Reading,
): Promise<Pick<WantedZnode, 'data' | 'acl' | 'kind' | 'ttlMs' | 'prunes'>> {
  const kind = scalarText(words.get('kind'), reading) ?? (words.has('ttl') ? 'ttl' : 'persistent');
  if (kind !== 'persistent' && kind !== 'container' && kind !== 'ttl') {
    throw refusalAt(words.get('kind'), reading, `${path}: kind is persistent, container or ttl, not ${kind}`);
  }
  const ttlText = scalarText(words.get('ttl'), reading);
  const ttlMs = ttlText === null ? null : reading.readDuration(ttlText);
  if ((kind === 'ttl') !== (ttlText !== null) || (ttlText !== null && !isTtl(ttlMs))) {
    throw refusalAt(
      words.get('ttl') ?? words.get('kind'),
      reading,
      `${path}: a znode of kind ttl has one, such as ttl: 10m`,
    );
  }
  const prunes = scalarText(words.get('prune'), reading) ?? 'false';
  if (prunes !== 'true' && prunes !== 'false') {
    throw refusalAt(words.get('prune'), reading, `${path}: prune is true or false, not ${prunes}`);
  }
  const data = await readData(path, words, reading);
  return { data, acl: readAcl(path, words.get('acl'), reading), kind, ttlMs, prunes: prunes === 'true' };
}

function isTtl(ttlMs: number | null): boolean {
  return ttlMs !== null && ttlMs >= 1 && ttlMs <= TTL_MS_MAX;
}

async function readData(
  path: ZnodePath,
  words: ReadonlyMap<Word, Entry>,
  reading: Reading,
): Promise<WantedData | undefined> {
  const [first, second] = (['data', 'json', 'base64', 'file'] as const).filter((word) => words.has(word));
  if (first === undefined) {
    return undefined;
  }
  const entry = words.get(first);
  if (second !== undefined) {
    throw refusalAt(words.get(second), reading, `${path}: ${first} and ${second}: one of them`);
  }
  if (first === 'json') {
    const json: unknown = resolved(entry?.value ?? null, reading)?.toJS(reading.document) ?? null;
    return { bytes: Buffer.from(JSON.stringify(json)), json };
  }
  const text = scalarText(entry, reading);
  if (first === 'data') {
    return { bytes: text === null ? null : Buffer.from(text) };
  }
  if (text === null) {
    throw refusalAt(entry, reading, `${path}: ${first} says nothing`);
  }
  if (first === 'file') {
    return { bytes: await reading.readFile(text) };
  }
  const packed = text.replace(/\s+/g, '');
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(packed)) {
    throw refusalAt(entry, reading, `${path}: not base64`);
  }
  return { bytes: Buffer.from(packed, 'base64') };
}

function readAcl(path: ZnodePath, entry: Entry | undefined, reading: Reading): readonly AclEntry[] | undefined {
  if (entry === undefined) {
    return undefined;
  }
  const { isSeq, isScalar } = reading.yaml;
  const node = resolved(entry.value, reading);
  const items = isSeq(node) ? (node.items as Node[]).map((item) => resolved(item, reading)) : [node];
  try {
    return items.flatMap((item) => {
      if (!isScalar(item) || item.value === null) {
        throw new UsageError('not a text');
      }
      return parseAcl(textOf(item));
    });
  } catch (error) {
    throw refusalAt(entry, reading, `${path}: acl: ${(error as Error).message}`);
  }
}

/** @throws UsageError an unknown word, with those that there are */
function wordsOf(path: ZnodePath, node: YAMLMap, reading: Reading): ReadonlyMap<Word, Entry> {
  const entries = entriesOf(node, reading);
  const stray = entries.find(({ name }) => !(WORDS as readonly string[]).includes(name));
  if (stray !== undefined) {
    const why = `${path}: ${stray.name} is none of ${WORDS.join(', ')}; children stand below children:`;
    throw refusalAt(stray, reading, why);
  }
  return new Map(entries.map((entry) => [entry.name as Word, entry]));
}

function entriesOf(contents: Node, reading: Reading): Entry[] {
  const { isMap, isScalar } = reading.yaml;
  const map = resolved(contents, reading);
  if (!isMap(map)) {
    throw refusal(reading, startOf(contents), 'here stand names of znodes, each with a colon');
  }
  return (map.items as Pair<Node, Node | null>[]).map(({ key, value }) => {
    if (!isScalar(key)) {
      throw refusal(reading, startOf(key), 'the name of a znode is a text');
    }
    return { name: key.value === null ? '' : textOf(key), key, value };
  });
}

/** `&name` and `*name`. */
function resolved(node: Node | null, reading: Reading): Node | null {
  if (!reading.yaml.isAlias(node)) {
    return node;
  }
  const target = node.resolve(reading.document);
  if (target === undefined) {
    throw refusal(reading, startOf(node), `*${node.source} stands for nothing: there is no &${node.source} before it`);
  }
  return target as Node;
}

/** As it is written: `007`, `1.0` and `on` are texts here, not numbers. */
function textOf(scalar: Scalar): string {
  return typeof scalar.value === 'string' ? scalar.value : (scalar.source ?? String(scalar.value));
}

function scalarText(entry: Entry | undefined, reading: Reading): string | null {
  const node = resolved(entry?.value ?? null, reading) as Scalar | null;
  if (entry === undefined || node === null || node.value === null) {
    return null;
  }
  if (!('value' in node)) {
    throw refusalAt(entry, reading, `${entry.name}: not a text`);
  }
  return textOf(node);
}

/** `name` may be several: `a/b`, `/a/b`. */
function below(parent: ZnodePath, name: string, key: Node, reading: Reading): ZnodePath {
  const relative = name.replace(/^\//, '');
  const path = parent === ROOT ? `/${relative}` : `${parent}/${relative}`;
  const wrong = validatePath(path);
  if (wrong !== null) {
    throw refusal(reading, startOf(key), `${path}: ${wrong}`);
  }
  return resolvePath(ROOT, path);
}

function addParents(path: ZnodePath, { wanted }: Reading): void {
  const missing: ZnodePath[] = [];
  for (let at = parentOf(path); at !== ROOT && !wanted.has(at); at = parentOf(at)) {
    missing.unshift(at);
  }
  for (const parent of missing) {
    const nothing = { data: undefined, acl: undefined, kind: 'persistent', ttlMs: null, prunes: false } as const;
    wanted.set(parent, { path: parent, ...nothing, line: null });
  }
}

function startOf(node: Node): number {
  return node.range?.[0] ?? 0;
}

function lineOf(node: Node, { lines }: Reading): number {
  return lines.linePos(startOf(node)).line;
}

function refusalAt(entry: Entry | undefined, reading: Reading, message: string): UsageError {
  return refusal(reading, entry === undefined ? 0 : startOf(entry.key), message);
}

function refusal({ lines, source }: Reading, offset: number, message: string): UsageError {
  const { line } = lines.linePos(offset);
  return new UsageError(`${source}:${line}: ${message}`, { why: 'Nothing was changed.', hint: '' });
}
