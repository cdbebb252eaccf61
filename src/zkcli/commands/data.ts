/** create, delete, deleteall, get, set, ls, stat. Follow the classes of org.apache.zookeeper.cli (3.9). */

import { OPEN_ACL } from '../../protocol/acl.js';
import { type CreateMode, TTL_MS_MAX } from '../../protocol/modes.js';
import { ANY_VERSION } from '../../protocol/stat.js';
import { parseAclWords } from '../acl-words.js';
import { type CommandContext, usageLine, type ZkCliCommand } from '../context.js';
import { Crash, Refusal } from '../crash.js';
import { KeeperFailure } from '../handle.js';
import { parseInt32, parseInt64 } from '../java-numbers.js';
import { decodeUtf8, wellFormed } from '../java-text.js';
import { messageOf } from '../messages.js';
import { type OptionTable, type ParsedOptions, parseOptions } from '../options.js';
import { hexDump, listOf } from '../render.js';
import { byCodeUnit, deleteSubtree, visitSubtree } from '../subtree.js';
import * as znodes from '../znodes.js';

const BATCH_SIZE = 1000;

export const create: ZkCliCommand = {
  name: 'create',
  usage: '[-s] [-e] [-c] [-t ttl] path [data] [acl]',
  async run(words, context) {
    const options = parseOptions({ options: { e: 'flag', s: 'flag', c: 'flag', t: 'value' } }, words);
    const [, path, data, acl] = options.words;
    if (path === undefined) {
      throw new Refusal(usageLine(create));
    }
    const { mode, ttlMs } = readMode(options);
    const entries = acl === undefined ? OPEN_ACL : parseAclWords(acl, context.complain);
    try {
      const created = await znodes.create(
        context.handle,
        path,
        data === undefined ? null : Buffer.from(wellFormed(data)),
        {
          mode,
          acl: entries,
          ...(ttlMs === null ? {} : { ttlMs }),
        },
      );
      context.complain(`Created ${created}`);
    } catch (error) {
      tellCreateFailure(error, context);
      throw error;
    }
  },
};

/** CreateCommand says these twice. */
function tellCreateFailure(error: unknown, { complain }: CommandContext): void {
  if (!(error instanceof KeeperFailure)) {
    return;
  }
  if (error.code === 'EPHEMERALONLOCALSESSION') {
    complain('Unable to create ephemeral node on a local session');
  } else if (error.code === 'INVALIDACL') {
    complain(messageOf(error));
  }
}

function readMode(options: ParsedOptions): { readonly mode: CreateMode; readonly ttlMs: number | null } {
  const [e, s, c, t] = ['e', 's', 'c', 't'].map((name) => options.has(name));
  if (c && (e || s)) {
    throw new Refusal('-c cannot be combined with -s or -e. Containers cannot be ephemeral or sequential.');
  }
  const ttl = t ? parseInt64(options.value('t') ?? '') : 0n;
  if (ttl === null) {
    throw new Refusal('-t argument must be a long value');
  }
  if (t && e) {
    throw new Refusal('TTLs cannot be used with Ephemeral znodes');
  }
  if (t && c) {
    throw new Refusal('TTLs cannot be used with Container znodes');
  }
  if (t && (ttl <= 0n || ttl > BigInt(TTL_MS_MAX))) {
    throw new Refusal(`ttl must be positive and cannot be larger than: ${TTL_MS_MAX}`);
  }
  if (c) {
    return { mode: 'container', ttlMs: null };
  }
  if (e) {
    return { mode: s ? 'ephemeralSequential' : 'ephemeral', ttlMs: null };
  }
  return t
    ? { mode: s ? 'ttlSequential' : 'ttl', ttlMs: Number(ttl) }
    : { mode: s ? 'persistentSequential' : 'persistent', ttlMs: null };
}

export const remove: ZkCliCommand = {
  name: 'delete',
  usage: '[-v version] path',
  async run(words, { handle, complain }) {
    const options = parseOptions({ options: { v: 'value' } }, words);
    const [, path] = options.words;
    if (path === undefined) {
      throw new Refusal(usageLine(remove));
    }
    if (options.words.length > 2) {
      complain("'delete path [version]' has been deprecated. Please use 'delete [-v version] path' instead.");
    }
    await znodes.remove(handle, path, readVersion(options));
  },
};

/** -v. @throws Crash */
export function readVersion(options: ParsedOptions): number {
  const text = options.value('v');
  if (text === undefined) {
    return ANY_VERSION;
  }
  const version = parseInt32(text);
  if (version === null) {
    throw new Crash(`java.lang.NumberFormatException: For input string: "${text}"`);
  }
  return version;
}

export const deleteAll: ZkCliCommand = {
  name: 'deleteall',
  usage: 'path [-b batch size]',
  async run(words, { handle, complain }) {
    const options = parseOptions({ options: { b: 'value' } }, words);
    const [, path] = options.words;
    if (path === undefined) {
      throw new Refusal(usageLine(deleteAll));
    }
    const batchSize = parseInt32(options.value('b') ?? String(BATCH_SIZE));
    if (batchSize === null) {
      throw new Refusal('-b argument must be an int value');
    }
    if (!(await deleteSubtree(handle, path, batchSize))) {
      complain('Failed to delete some node(s) in the subtree!');
    }
  },
};

export const get: ZkCliCommand = {
  name: 'get',
  usage: '[-s] [-w] [-b] [-x] path',
  async run(words, context) {
    const table: OptionTable = { options: { s: 'flag', w: 'flag', b: 'flag', x: 'flag' } };
    const first = parseOptions(table, words);
    if (first.words.length < 2) {
      throw new Refusal(`${usageLine(get)}\n${GET_HELP}`);
    }
    const options = rewriteWatchWord(first, words, table, context.complain, 'get path [watch]', 'get [-s] [-w] path');
    const path = pathOf(options);
    const { data, stat } = await znodes.getData(context.handle, path, { watch: options.has('w') });
    const bytes = data ?? Buffer.from('null');
    const shown = options.has('x') ? hexDump(bytes) : options.has('b') ? bytes.toString('base64') : decodeUtf8(bytes);
    context.print(`${shown}\n`);
    if (options.has('s')) {
      context.printStat(stat);
    }
  },
};

/** HelpFormatter's table, which ends in a line of its own. */
const GET_HELP = ` -b   Output data in base64 format
 -s   Print znode stats additionally
 -w   Watch for changes on the znode
 -x   Output data in hexdump format
`;

export const set: ZkCliCommand = {
  name: 'set',
  usage: 'path data [-s] [-v version] [-b]',
  async run(words, { handle, printStat }) {
    const options = parseOptions({ options: { s: 'flag', v: 'value', b: 'flag' } }, words);
    const [, path, text] = options.words;
    if (path === undefined || text === undefined) {
      throw new Refusal(`${usageLine(set)}\n${SET_HELP}`);
    }
    const data = options.has('b') ? decodeBase64(text) : Buffer.from(wellFormed(text));
    const stat = await znodes.setData(handle, path, data, readVersion(options));
    if (options.has('s')) {
      printStat(stat);
    }
  },
};

const SET_HELP = ` -b         Supply data in base64 format
 -s         Print znode stats additionally
 -v <arg>   Set with an expected version
`;

/** Base64.getDecoder: no line breaks, no URL alphabet; the padding may be missing. @throws Crash */
function decodeBase64(text: string): Buffer {
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/.test(text) || text.endsWith('\n')) {
    throw new Crash('java.lang.IllegalArgumentException: the data is not base64');
  }
  return Buffer.from(text, 'base64');
}

export const ls: ZkCliCommand = {
  name: 'ls',
  usage: '[-s] [-w] [-R] path',
  async run(words, context) {
    const table: OptionTable = { options: { '?': 'flag', s: 'flag', w: 'flag', R: 'flag' } };
    const first = parseOptions(table, words);
    if (first.has('?')) {
      context.print(LS_HELP);
    }
    const options = rewriteWatchWord(first, words, table, context.complain, 'ls path [watch]', 'ls [-w] path');
    if (options.words.length < 2) {
      throw new Refusal(usageLine(ls));
    }
    await list(pathOf(options), options, context);
  },
};

const LS_HELP = `usage: ls [options] path
 -?   help
 -R   recurse
 -s   stat
 -w   watch
`;

async function list(path: string, options: ParsedOptions, { handle, print, printStat }: CommandContext): Promise<void> {
  const watch = options.has('w');
  if (options.has('R')) {
    await visitSubtree(handle, path, { watch, readAhead: true }, (at) => print(`${at}\n`));
    return;
  }
  const { children, stat } = await znodes.getChildren(handle, path, { watch });
  print(`${listOf(children.sort(byCodeUnit))}\n`);
  if (options.has('s')) {
    printStat(stat);
  }
}

export const stat: ZkCliCommand = {
  name: 'stat',
  usage: '[-w] path',
  async run(words, { handle, printStat, complain }) {
    const table: OptionTable = { options: { w: 'flag' } };
    const first = parseOptions(table, words);
    if (first.words.length < 2) {
      throw new Refusal(usageLine(stat));
    }
    const options = rewriteWatchWord(first, words, table, complain, 'stat path [watch]', 'stat [-w] path');
    const path = pathOf(options);
    const found = await znodes.exists(handle, path, { watch: options.has('w') });
    if (found === null) {
      throw new KeeperFailure('NONODE', path);
    }
    printStat(found);
  },
};

/**
 * The old form `get path watch`: the third word of the line becomes -w, whatever it is, and the line is read again. With
 * an option in front that is the path, and the word behind it is taken for one.
 */
function rewriteWatchWord(
  options: ParsedOptions,
  words: readonly string[],
  table: OptionTable,
  complain: (line: string) => void,
  old: string,
  right: string,
): ParsedOptions {
  if (options.words.length <= 2) {
    return options;
  }
  complain(`'${old}' has been deprecated. Please use '${right}' instead.`);
  return parseOptions(table, words.with(2, '-w'));
}

/** Java reads the second word even where the rewriting has left none. @throws Crash */
function pathOf({ words }: ParsedOptions): string {
  const [, path] = words;
  if (path === undefined) {
    throw new Crash('java.lang.ArrayIndexOutOfBoundsException: Index 1 out of bounds for length 1');
  }
  return path;
}
