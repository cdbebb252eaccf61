/**
 * What a random run does: a list of steps made from a seed alone, each of which means the same whatever was left out before it,
 * so that a list that shows a difference can be shortened. Nothing here is known to end a real server: no quota on the root, no
 * TTL creation that is none, no statistics that are none.
 */
import { type AclTuple, body, type Creation, multiBody, NO_READ, OP, OPEN, type Part, part } from '../requests.js';
import type { Random } from './random.js';

export interface Ask {
  readonly op: number;
  readonly text: string;
  /** @param zxid the last one of the server: setWatches counts back from it */
  body(zxid: number): Buffer;
}

export type Step =
  /** Several at once: they are sent before the first reply is read. */
  | { readonly kind: 'ask'; readonly session: number; readonly asks: readonly Ask[] }
  /** A new session in its place; the one before, if it lives, is closed. */
  | { readonly kind: 'open'; readonly session: number }
  | { readonly kind: 'close'; readonly session: number }
  /** The connection is cut, and the session comes back. */
  | { readonly kind: 'reattach'; readonly session: number };

export const SESSIONS = 4;

/** Below this everything happens. */
export const ROOT = '/r';

const PATHS = ['/r/a', '/r/b', '/r/c', '/r/a/a', '/r/a/b', '/r/b/a', '/r/a/a/a', '/r/a/b/c', '/r/ab', '/r/é'];
const NUMBERED = ['/r/s0000000000', '/r/s0000000001', '/r/a/s0000000002', '/r/b/0000000001', '/r/s0000000003'];
const ODD = [
  '',
  '/',
  'r',
  '/r/',
  '/r//a',
  '/r/.',
  '/r/..',
  '/nope',
  '/nope/a',
  '/r/\u0001',
  '/r/a\u0000',
  '/r/😀',
  '/r/\ufffd',
];
const SYSTEM = ['/zookeeper', '/zookeeper/config', '/zookeeper/quota', '/zookeeper/config/x', '/zookeeper/x'];
const QUOTA = ['/zookeeper/quota/r', '/zookeeper/quota/r/a'];
const LIMITS = QUOTA.map((path) => `${path}/zookeeper_limits`);
const STATS = QUOTA.map((path) => `${path}/zookeeper_stats`);
const LIMIT_TEXTS = [
  'count=3,bytes=10',
  'count=-1,bytes=-1=;byteHardLimit=20;countHardLimit=4',
  'count=-1,bytes=-1=;byteHardLimit=-1;countHardLimit=6',
  'count=-1,bytes=-1=;byteHardLimit=8;countHardLimit=-1',
  'garbage',
];
const CREDENTIALS = ['a:b', 'c:d', 'nocolon', 'super:wrong', 'super:secret'];

/** The digests of a:b and c:d. */
const AB = 'a:3OptnM09ILoVSfbZtd3mB0IViII=';
const CD = 'c:TsDJ0BHAIJ5wKmlXzjNbM1I+yxI=';
const ACLS: readonly (readonly [number, readonly AclTuple[] | null])[] = [
  [30, OPEN],
  [4, NO_READ],
  [2, [[1, 'world', 'anyone']]],
  [
    2,
    [
      [3, 'world', 'anyone'],
      [31, 'digest', AB],
    ],
  ],
  [
    2,
    [
      [31, 'digest', CD],
      [16, 'world', 'anyone'],
    ],
  ],
  [2, [[31, 'auth', '']]],
  [
    1,
    [
      [31, 'ip', '127.0.0.0/8'],
      [1, 'world', 'anyone'],
      [1, 'world', 'anyone'],
    ],
  ],
  [
    1,
    [
      [31, 'ip', '10.0.0.1'],
      [17, 'world', 'anyone'],
    ],
  ],
  [1, [[0, 'world', 'anyone']]],
  [1, []],
  [1, null],
  [1, [[31, 'foo', 'x']]],
  [1, [[31, 'digest', 'x']]],
  [1, [[31, 'world', null]]],
];

/**
 * A real server checks a write while those before it are still on their way, with the quota figures of what has arrived: so there
 * are runs with quotas, and runs in which requests are sent without waiting, and none with both.
 */
export function randomSteps(random: Random, count: number): Step[] {
  const hasQuotas = random.chance(0.3);
  return Array.from({ length: count }, () => randomStep(random, hasQuotas));
}

function randomStep(random: Random, hasQuotas: boolean): Step {
  const session = random.int(SESSIONS);
  return random.weighted<() => Step>([
    [90, () => ({ kind: 'ask', session, asks: randomAsks(random, hasQuotas) })],
    [3, () => ({ kind: 'reattach', session })],
    [2, () => ({ kind: 'open', session })],
    [1, () => ({ kind: 'close', session })],
  ])();
}

function randomAsks(random: Random, hasQuotas: boolean): Ask[] {
  const isBatch = !hasQuotas && random.chance(0.15);
  const asks = Array.from({ length: isBatch ? 2 + random.int(5) : 1 }, () => {
    const ask = randomAsk(random, hasQuotas);
    if (!random.chance(0.02)) return ask;
    return random.chance(0.5) ? cutShort(random, ask) : garbled(random, ask);
  });
  // Matters of threads in a real server: credentials and operations that nobody knows overtake the requests in front of them, a
  // multi that is undone takes back too much of what is on its way, a write may be held against the ACL of before, and a container
  // on its way may count as an ephemeral.
  const alone = asks.find(({ op }) => ALONE.has(op) || !KNOWN.has(op));
  return alone === undefined ? asks : [alone];
}

const ALONE: ReadonlySet<number> = new Set([OP.auth, OP.multi, OP.setACL, OP.createContainer, OP.deleteContainer]);
const KNOWN: ReadonlySet<number> = new Set(Object.values(OP).filter((op) => op !== OP.check));

function randomAsk(random: Random, hasQuotas: boolean): Ask {
  return random.weighted<() => Ask>([
    [22, () => create(random)],
    [10, () => remove(random)],
    [12, () => setData(random)],
    [4, () => setAcl(random)],
    [12, () => multi(random)],
    [5, () => multiRead(random)],
    [18, () => read(random)],
    [3, () => simple(random)],
    [5, () => addWatch(random)],
    [3, () => removeWatches(random)],
    [3, () => setWatches(random)],
    [3, () => auth(random)],
    [hasQuotas ? 6 : 0, () => quota(random)],
    [1, () => odd(random)],
  ])();
}

function randomPath(random: Random): string {
  return random.weighted<() => string>([
    [60, () => random.pick(PATHS)],
    [8, () => random.pick(NUMBERED)],
    [6, () => ROOT],
    [4, () => random.pick(ODD)],
    [1, () => random.pick(SYSTEM)],
    [1, () => random.pick([...QUOTA, ...LIMITS, ...STATS])],
  ])();
}

/** Where something may be put: never below /zookeeper. */
function writePath(random: Random): string {
  return random.weighted<() => string>([
    [60, () => random.pick(PATHS)],
    [5, () => random.pick(NUMBERED)],
    [3, () => random.pick(ODD)],
  ])();
}

function randomData(random: Random): string | null {
  return random.weighted<() => string | null>([
    [1, () => null],
    [1, () => ''],
    [6, () => 'x'.repeat(random.int(12))],
  ])();
}

function randomVersion(random: Random): number {
  return random.weighted([
    [12, -1],
    [4, 0],
    [3, 1],
    [2, 2],
    [1, 3],
    [0.5, -2],
    [0.5, 2 ** 31 - 1],
  ]);
}

interface Chosen {
  readonly as: 'create' | 'create2' | 'createContainer' | 'createTTL';
  readonly creation: Creation;
  readonly text: string;
}

function randomCreation(random: Random, isInMulti: boolean): Chosen {
  const as = random.weighted<Chosen['as']>([
    [10, 'create'],
    [6, 'create2'],
    [2, 'createContainer'],
    [2, 'createTTL'],
  ]);
  const base = writePath(random);
  const flags =
    as === 'createTTL'
      ? random.weighted([
          [6, 5],
          [3, 6],
          [1, 7],
        ])
      : randomFlags(random);
  // A TTL creation without a TTL ends a real server, unless it is in a multi.
  const ttl = as === 'createTTL' ? random.pick([100_000n, 500_000n, isInMulti ? -1n : 0n, 1n << 41n]) : undefined;
  const path = [2, 3, 6].includes(flags)
    ? `${base.slice(0, base.lastIndexOf('/') + 1)}${random.pick(['s', 's', ''])}`
    : base;
  const acl = random.weighted(ACLS);
  const data = randomData(random);
  const creation = { path, flags, acl, data, ...(ttl === undefined ? {} : { ttl }) };
  const more = ttl === undefined ? '' : ` ttl ${ttl}`;
  return { as, creation, text: `${as} ${quoted(path)} ${quoted(data)} flags ${flags}${more} acl ${aclText(acl)}` };
}

function randomFlags(random: Random): number {
  return random.weighted([
    [20, 0],
    [8, 1],
    [6, 2],
    [4, 3],
    [2, 4],
    [0.3, 5],
    [0.3, 9],
    [0.3, -1],
  ]);
}

function create(random: Random): Ask {
  const { as, creation, text } = randomCreation(random, false);
  return ask(OP[as], text, body.create(creation).done());
}

function remove(random: Random): Ask {
  const path = randomPath(random);
  const version = randomVersion(random);
  // It takes any empty znode; also what a quota is made of.
  if (random.chance(0.05)) return ask(OP.deleteContainer, `deleteContainer ${quoted(path)}`, body.path(path).done());
  return ask(OP.delete, `delete ${quoted(path)} ${version}`, body.pathVersion(path, version).done());
}

function setData(random: Random): Ask {
  const path = random.chance(0.1) ? ROOT : writePath(random);
  const [data, version] = [randomData(random), randomVersion(random)];
  return ask(
    OP.setData,
    `setData ${quoted(path)} ${quoted(data)} ${version}`,
    body.setData(path, data, version).done(),
  );
}

function setAcl(random: Random): Ask {
  const [path, acl, version] = [writePath(random), random.weighted(ACLS), randomVersion(random)];
  return ask(OP.setACL, `setACL ${quoted(path)} ${aclText(acl)} ${version}`, body.setACL(path, acl, version).done());
}

function multi(random: Random): Ask {
  const parts: { part: Part; text: string }[] = Array.from({ length: random.int(6) }, () =>
    random.weighted<() => { part: Part; text: string }>([
      [8, () => creationPart(random)],
      [4, () => pathPart(random, 'delete')],
      [3, () => pathPart(random, 'check')],
      [5, () => dataPart(random)],
      [0.2, () => ({ part: part.raw(OP.exists, body.pathWatch('/r', false)), text: 'exists /r' })],
    ])(),
  );
  return ask(
    OP.multi,
    `multi [${parts.map(({ text }) => text).join('; ')}]`,
    multiBody(parts.map((one) => one.part)).done(),
  );
}

function creationPart(random: Random): { part: Part; text: string } {
  const { as, creation, text } = randomCreation(random, true);
  return { part: part.create(creation.path, { ...creation, ...(as === 'create' ? {} : { as }) }), text };
}

function pathPart(random: Random, kind: 'delete' | 'check'): { part: Part; text: string } {
  const [path, version] = [randomPath(random), randomVersion(random)];
  return { part: part[kind](path, version), text: `${kind} ${quoted(path)} ${version}` };
}

function dataPart(random: Random): { part: Part; text: string } {
  const [path, data, version] = [writePath(random), randomData(random), randomVersion(random)];
  return { part: part.setData(path, data, version), text: `setData ${quoted(path)} ${quoted(data)} ${version}` };
}

function multiRead(random: Random): Ask {
  const names = Array.from({ length: random.int(5) }, () => ({
    kind: random.pick(['getData', 'getChildren'] as const),
    path: randomPath(random),
  }));
  const text = names.map(({ kind, path }) => `${kind} ${quoted(path)}`).join('; ');
  return ask(
    OP.multiRead,
    `multiRead [${text}]`,
    multiBody(names.map(({ kind, path }) => part[kind](path, true))).done(),
  );
}

function read(random: Random): Ask {
  const name = random.pick(['exists', 'getData', 'getChildren', 'getChildren2', 'getACL'] as const);
  const [path, watch] = [randomPath(random), random.chance(0.5)];
  if (name === 'getACL') return ask(OP.getACL, `getACL ${quoted(path)}`, body.path(path).done());
  return ask(OP[name], `${name} ${quoted(path)}${watch ? ' watch' : ''}`, body.pathWatch(path, watch).done());
}

function simple(random: Random): Ask {
  const name = random.pick(['sync', 'ping', 'whoAmI', 'getEphemerals', 'getAllChildrenNumber', 'reconfig'] as const);
  const path = randomPath(random);
  if (name === 'ping' || name === 'whoAmI') return ask(OP[name], name, Buffer.alloc(0));
  if (name === 'reconfig') return ask(OP.reconfig, name, body.reconfig(null, null, 'server.1=a:1:2;3', -1n).done());
  return ask(OP[name], `${name} ${quoted(path)}`, body.path(path).done());
}

function addWatch(random: Random): Ask {
  const [path, mode] = [
    randomPath(random),
    random.weighted([
      [5, 0],
      [5, 1],
      [0.3, 2],
    ]),
  ];
  return ask(OP.addWatch, `addWatch ${quoted(path)} ${mode}`, body.pathInt(path, mode).done());
}

function removeWatches(random: Random): Ask {
  const name = random.pick(['removeWatches', 'checkWatches'] as const);
  const [path, type] = [
    randomPath(random),
    random.weighted([
      [2, 1],
      [2, 2],
      [3, 3],
      [2, 4],
      [2, 5],
      [0.2, 6],
    ]),
  ];
  return ask(OP[name], `${name} ${quoted(path)} ${type}`, body.pathInt(path, type).done());
}

function setWatches(random: Random): Ask {
  const count = random.chance(0.5) ? 3 : 5;
  const lists = Array.from({ length: count }, () => Array.from({ length: random.int(4) }, () => randomPath(random)));
  const back = random.int(20);
  const name = count === 5 ? 'setWatches2' : 'setWatches';
  const text = `${name} zxid-${back} ${JSON.stringify(lists)}`;
  return { op: OP[name], text, body: (zxid) => body.setWatches(Math.max(0, zxid - back), lists).done() };
}

function auth(random: Random): Ask {
  const [scheme, credentials] = random.weighted<readonly [string, string]>([
    [10, ['digest', random.pick(CREDENTIALS)]],
    [1, ['ip', '1.2.3.4']],
    [0.5, ['world', 'anyone']],
    [0.5, ['foo', 'x']],
  ]);
  return ask(OP.auth, `auth ${scheme} ${credentials}`, body.auth(scheme, credentials).done());
}

/** Building, changing and tearing down quotas on /r and /r/a. */
function quota(random: Random): Ask {
  const limits = random.pick(LIMITS);
  const stats = random.pick(STATS);
  const creation = (path: string, data: string): Ask =>
    ask(OP.create, `create ${path} ${quoted(data)}`, body.create({ path, data }).done());
  return random.weighted<() => Ask>([
    [4, () => creation(random.pick(QUOTA), '')],
    [4, () => creation(limits, random.pick(LIMIT_TEXTS))],
    [4, () => creation(stats, 'count=0,bytes=0')],
    [2, () => ask(OP.getData, `getData ${stats} watch`, body.pathWatch(stats, true).done())],
    [1, () => ask(OP.delete, `delete ${limits}`, body.pathVersion(limits, -1).done())],
    [1, () => ask(OP.delete, `delete ${stats}`, body.pathVersion(stats, -1).done())],
    [1, () => changed(limits, random.pick(LIMIT_TEXTS))],
    [1, () => changed(stats, 'count=2,bytes=3')],
  ])();
}

function changed(path: string, data: string): Ask {
  return ask(OP.setData, `setData ${path} ${quoted(data)}`, body.setData(path, data, -1).done());
}

/** Operations that nobody knows, and the one that stands in a multi only. */
function odd(random: Random): Ask {
  const op = random.pick([0, 10, 13, 23, 99, 108, 1000]);
  return ask(op, `operation ${op}`, body.pathVersion('/r', -1).done());
}

function cutShort(random: Random, whole: Ask): Ask {
  const share = random.next();
  return {
    op: whole.op,
    text: `${whole.text} (cut at ${share.toFixed(3)})`,
    body: (zxid) => {
      const bytes = whole.body(zxid);
      return bytes.subarray(0, Math.floor(bytes.length * share));
    },
  };
}

/** One byte is another one. Not where that could make what ends a real server. */
function garbled(random: Random, whole: Ask): Ask {
  const [share, value] = [random.next(), random.int(256)];
  if (whole.op === OP.createTTL || whole.text.includes('zookeeper')) return whole;
  return {
    op: whole.op,
    text: `${whole.text} (byte at ${share.toFixed(3)} is ${value})`,
    body: (zxid) => {
      const bytes = Buffer.from(whole.body(zxid));
      if (bytes.length > 0) bytes[Math.floor(bytes.length * share)] = value;
      return bytes;
    },
  };
}

function ask(op: number, text: string, bytes: Buffer): Ask {
  return { op, text, body: () => bytes };
}

/** In front of every run, so that it has something to work on. */
export function firstSteps(): Step[] {
  const creation = (path: string): Ask => ask(OP.create, `create ${path}`, body.create({ path, data: 'abc' }).done());
  return [{ kind: 'ask', session: 0, asks: ['/r', '/r/a', '/r/a/b', '/r/b'].map(creation) }];
}

function aclText(acl: readonly AclTuple[] | null): string {
  return acl === null ? 'null' : `[${acl.map(([perms, scheme, id]) => `${scheme}:${id}:${perms}`).join(',')}]`;
}

function quoted(text: string | null): string {
  return JSON.stringify(text);
}

export function stepText(step: Step): string {
  if (step.kind !== 'ask') return `${step.session} ${step.kind}`;
  return `${step.session} ${step.asks.map(({ text }) => text).join(' | ')}`;
}
