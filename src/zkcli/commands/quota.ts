/** setquota, listquota, delquota. Follow SetQuotaCommand, ListQuotaCommand, DelQuotaCommand (3.9). */

import { LIMITS_NAME, QUOTA_ROOT } from '../../protocol/quota.js';
import { type CommandContext, usageLine, type ZkCliCommand } from '../context.js';
import { Refusal } from '../crash.js';
import { type Handle, KeeperFailure } from '../handle.js';
import { parseInt32, parseInt64 } from '../java-numbers.js';
import { splitJava } from '../java-text.js';
import { type ParsedOptions, parseOptions } from '../options.js';
import { limitPath, type QuotaKey, quotaPath, StatsTrack, statPath } from '../quota.js';
import { isFailure, visitSubtree } from '../subtree.js';
import { create, exists, getChildren, getData, remove, setData } from '../znodes.js';

/** In the order in which they are looked at. */
const KEYS: readonly (readonly [option: string, key: QuotaKey])[] = [
  ['n', 'count'],
  ['b', 'bytes'],
  ['N', 'countHardLimit'],
  ['B', 'byteHardLimit'],
];

const SET_TABLE = {
  options: { n: 'value', b: 'value', N: 'value', B: 'value' },
  group: { required: '-n num soft quota, -b bytes soft quota, -N num hard quota, -B bytes hard quota' },
} as const;
const DELETE_TABLE = { options: { n: 'flag', b: 'flag', N: 'flag', B: 'flag' }, group: {} } as const;

export const setQuota: ZkCliCommand = {
  name: 'setquota',
  usage: '-n|-b|-N|-B val path',
  async run(words, context) {
    const options = parseOptions(SET_TABLE, words);
    const path = requirePath(options, setQuota);
    if (path.startsWith(QUOTA_ROOT)) {
      context.complain(`cannot set a quota under the path: ${QUOTA_ROOT}`);
      return;
    }
    const wanted = readLimit(options, context);
    if (wanted !== null) {
      await storeLimit(path, wanted, context);
    }
  },
};

export const listQuota: ZkCliCommand = {
  name: 'listquota',
  usage: 'path',
  async run(words, context) {
    const path = requirePath(parseOptions({ options: {} }, words), listQuota);
    context.complain(`absolute path is ${limitPath(path)}`);
    await toleratingNoNode(path, context, async () => {
      const limits = StatsTrack.parse((await getData(context.handle, limitPath(path))).data);
      const usage = StatsTrack.parse((await getData(context.handle, statPath(path))).data);
      context.print(`Output quota for ${path} ${limits}\nOutput stat for ${path} ${usage}\n`);
    });
  },
};

export const deleteQuota: ZkCliCommand = {
  name: 'delquota',
  usage: '[-n|-b|-N|-B] path',
  async run(words, context) {
    const options = parseOptions(DELETE_TABLE, words);
    const path = requirePath(options, deleteQuota);
    await toleratingNoNode(path, context, () => dropLimits(path, options, context));
  },
};

function requirePath({ words }: ParsedOptions, command: ZkCliCommand): string {
  const [, path] = words;
  if (path === undefined) {
    throw new Refusal(usageLine(command));
  }
  return path;
}

async function toleratingNoNode(path: string, context: CommandContext, body: () => Promise<void>): Promise<void> {
  try {
    await body();
  } catch (error) {
    if (!isFailure(error, 'NONODE')) {
      throw error;
    }
    context.complain(`quota for ${path} does not exist.`);
  }
}

/** null: the value is wrong, and that is said; the status stays 0. */
function readLimit(options: ParsedOptions, context: CommandContext): readonly [QuotaKey, bigint] | null {
  for (const [option, key] of KEYS) {
    const text = options.value(option);
    if (text === undefined) {
      continue;
    }
    const isCount = option.toLowerCase() === 'n';
    const count = isCount ? parseInt32(text) : null;
    const value = isCount ? (count === null ? null : BigInt(count)) : parseInt64(text);
    if (value === null) {
      context.complain('NumberFormatException happens when parsing the option value');
      return null;
    }
    if (value < (isCount ? 1n : 0n)) {
      context.complain(
        isCount ? 'the num quota must be greater than zero' : 'the bytes quota must be greater than or equal to zero',
      );
      return null;
    }
    return [key, value];
  }
  return null;
}

async function storeLimit(path: string, wanted: readonly [QuotaKey, bigint], context: CommandContext): Promise<void> {
  const { handle } = context;
  if ((await exists(handle, path)) === null) {
    throw new Refusal(`${path} does not exist.`);
  }
  await refuseLimitBelow(handle, path);
  await refuseLimitAbove(handle, path);
  await createAncestors(handle, path);
  const [limits, stats] = [limitPath(path), statPath(path)];
  if ((await exists(handle, limits)) === null) {
    const track = new StatsTrack();
    for (const [, key] of KEYS) {
      track.set(key, -1n);
    }
    await create(handle, limits, track.set(...wanted).toBytes());
    await create(handle, stats, new StatsTrack().set('count', 0n).set('bytes', 0n).toBytes());
    warn(await read(handle, limits), await read(handle, stats), context);
  } else {
    const track = (await read(handle, limits)).set(...wanted);
    warn(track, await read(handle, stats), context);
    await setData(handle, limits, track.toBytes());
  }
}

async function read(handle: Handle, path: string): Promise<StatsTrack> {
  return StatsTrack.parse((await getData(handle, path)).data);
}

/** checkIfChildQuota. */
async function refuseLimitBelow(handle: Handle, path: string): Promise<void> {
  const root = quotaPath(path);
  try {
    await visitSubtree(handle, root, {}, async (at) => {
      const children = await childrenOrNone(handle, at);
      if (at !== root && children.includes(LIMITS_NAME)) {
        throw new Refusal(`${path} has a child ${at.slice(QUOTA_ROOT.length)} which has a quota`);
      }
    });
  } catch (error) {
    if (!isFailure(error, 'NONODE')) {
      throw error;
    }
  }
}

async function childrenOrNone(handle: Handle, path: string): Promise<string[]> {
  try {
    return (await getChildren(handle, path)).children;
  } catch (error) {
    if (error instanceof KeeperFailure) {
      return [];
    }
    throw error;
  }
}

/** checkIfParentQuota. */
async function refuseLimitAbove(handle: Handle, path: string): Promise<void> {
  const names = splitJava(path, '/').slice(1, -1);
  let at = QUOTA_ROOT;
  for (const name of names) {
    at = `${at}/${name}`;
    try {
      const { children } = await getChildren(handle, at);
      if (children.length === 0) {
        return;
      }
      if (children.includes(LIMITS_NAME)) {
        throw new Refusal(`${path} has a parent ${at.slice(QUOTA_ROOT.length)} which has a quota`);
      }
    } catch (error) {
      if (!isFailure(error, 'NONODE')) {
        throw error;
      }
      return;
    }
  }
}

async function createAncestors(handle: Handle, path: string): Promise<void> {
  if ((await exists(handle, QUOTA_ROOT)) === null) {
    await toleratingNodeExists(async () => {
      await create(handle, '/zookeeper', null);
      await create(handle, QUOTA_ROOT, null);
    });
  }
  let at = QUOTA_ROOT;
  for (const name of splitJava(path, '/').slice(1)) {
    at = `${at}/${name}`;
    if ((await exists(handle, at)) === null) {
      await toleratingNodeExists(() => create(handle, at, null));
    }
  }
}

async function toleratingNodeExists(body: () => Promise<unknown>): Promise<void> {
  try {
    await body();
  } catch (error) {
    if (!isFailure(error, 'NODEEXISTS')) {
      throw error;
    }
  }
}

/** checkQuota. */
function warn(limits: StatsTrack, usage: StatsTrack, { print }: CommandContext): void {
  const [count, bytes] = [usage.get('count'), usage.get('bytes')];
  const isBelow = (key: QuotaKey, used: bigint) => limits.get(key) > -1n && limits.get(key) < used;
  if (isBelow('count', count) || isBelow('countHardLimit', count)) {
    print(`[Warning]: the count quota you create is less than the existing count:${count}\n`);
  }
  if (isBelow('bytes', bytes) || isBelow('byteHardLimit', bytes)) {
    print(`[Warning]: the bytes quota you create is less than the existing bytes:${bytes}\n`);
  }
}

async function dropLimits(path: string, options: ParsedOptions, { handle, print }: CommandContext): Promise<void> {
  const limits = limitPath(path);
  if ((await exists(handle, limits)) === null) {
    print(`Quota does not exist for ${path}\n`);
    return;
  }
  const track = await read(handle, limits);
  const keys = KEYS.filter(([option]) => options.has(option));
  if (keys.length > 0) {
    for (const [, key] of keys) {
      track.set(key, -1n);
    }
    await setData(handle, limits, track.toBytes());
    return;
  }
  const parent = quotaPath(path);
  for (const name of (await getChildren(handle, parent)).children) {
    await remove(handle, `${parent}/${name}`);
  }
  await trim(handle, parent);
}

/** trimProcQuotas: upwards, as long as there is nothing else. */
async function trim(handle: Handle, path: string): Promise<void> {
  for (let at = path; at !== QUOTA_ROOT; at = at.slice(0, at.lastIndexOf('/'))) {
    if ((await getChildren(handle, at)).children.length > 0) {
      return;
    }
    await remove(handle, at);
  }
}
