/** config, reconfig, sync, version, getEphemerals, getAllChildrenNumber. Follow org.apache.zookeeper.cli (3.9). */
import { readFileSync } from 'node:fs';
import { clientServers } from '../client-servers.js';
import { usageLine, type ZkCliCommand } from '../context.js';
import { Refusal } from '../crash.js';
import { KeeperFailure } from '../handle.js';
import { parseInt64 } from '../java-numbers.js';
import { decodeUtf8 } from '../java-text.js';
import { numberOf } from '../messages.js';
import { type ParsedOptions, parseOptions } from '../options.js';
import { checkPath } from '../paths.js';
import { parseProperties } from '../properties.js';
import { listOf } from '../render.js';
import { ask } from '../znodes.js';

const CONFIG_PATH = '/zookeeper/config';

export const config: ZkCliCommand = {
  name: 'config',
  usage: '[-c] [-w] [-s]',
  async run(words, { handle, print, printStat }) {
    const options = parseOptions({ options: { s: 'flag', w: 'flag', c: 'flag' } }, words);
    const watching = options.has('w') ? { watcher: handle.watcher } : {};
    const { data, stat } = await handle.ask(CONFIG_PATH, (session) => session.getConfig(watching));
    const text = decodeUtf8(data ?? Buffer.from('null'));
    print(`${options.has('c') ? clientServers(text) : text}\n`);
    if (options.has('s')) {
      printStat(stat);
    }
  },
};

const RECONFIG_OPTIONS = {
  s: 'flag',
  v: 'value',
  file: 'value',
  members: 'value',
  add: 'value',
  remove: 'value',
} as const;

export const reconfig: ZkCliCommand = {
  name: 'reconfig',
  usage:
    '[-s] [-v version] [[-file path] | [-members serverID=host:port1:port2;port3[,...]*]] | [-add serverId=host:port1:port2;port3[,...]]* [-remove serverId[,...]*]',
  async run(words, context) {
    const options = parseOptions({ options: RECONFIG_OPTIONS }, words);
    const change = readChange(options);
    const { data, stat } = await context.handle.ask('', (session) => session.reconfig(change));
    // Its own watch events come before its output.
    context.tellEvents();
    context.print(`Committed new configuration:\n${decodeUtf8(data ?? Buffer.alloc(0))}\n`);
    if (options.has('s')) {
      context.printStat(stat);
    }
  },
};

interface Change {
  readonly joining?: string;
  readonly leaving?: string;
  readonly newMembers?: string;
  readonly fromConfig: bigint;
}

/** @throws Refusal modes that exclude each other, a version that is not hexadecimal */
function readChange(options: ParsedOptions): Change {
  const [file, members, add, remove] = ['file', 'members', 'add', 'remove'].map((name) => options.value(name));
  const isWhole = file !== undefined || members !== undefined;
  const isStep = add !== undefined || remove !== undefined;
  if (!isWhole && !isStep) {
    throw new Refusal(usageLine(reconfig));
  }
  const version = options.value('v');
  const fromConfig = version === undefined ? -1n : parseInt64(version, 16);
  if (fromConfig === null) {
    throw new Refusal('-v must be followed by a long (configuration version)');
  }
  if (isWhole && isStep) {
    throw new Refusal(
      "Can't use -file or -members together with -add or -remove (mixing incremental and non-incremental modes is not allowed)",
    );
  }
  if (file !== undefined && members !== undefined) {
    throw new Refusal("Can't use -file and -members together (conflicting non-incremental modes)");
  }
  const newMembers = file === undefined ? members?.toLowerCase() : readMembers(file);
  return {
    fromConfig,
    ...(add === undefined ? {} : { joining: add.toLowerCase() }),
    ...(remove === undefined ? {} : { leaving: remove.toLowerCase() }),
    ...(newMembers === undefined ? {} : { newMembers }),
  };
}

/** The servers of a dynamic configuration file, for the leader to check. @throws Refusal */
function readMembers(file: string): string {
  try {
    const entries = parseProperties(readFileSync(file, 'latin1'));
    const unknown = [...entries.keys()].find((key) => !/^(server\.|group|weight|version$)/.test(key.trim()));
    if (unknown !== undefined) {
      throw new Error(`Unrecognised parameter: ${unknown}`);
    }
    const lines = [...entries].map(([key, value]) => `${key.trim()}=${value.trim()}`);
    return lines.filter((line) => !line.startsWith('version=')).join('\n');
  } catch (error) {
    throw new Refusal(`Error processing ${file}${explain(file, error as NodeJS.ErrnoException)}`);
  }
}

/** FileInputStream's words. */
function explain(file: string, { code, message }: NodeJS.ErrnoException): string {
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: 'No such file or directory',
    EISDIR: 'Is a directory',
    EACCES: 'Permission denied',
    ENOTDIR: 'Not a directory',
  };
  const reason = reasons[code ?? ''];
  return reason === undefined ? message : `${file} (${reason})`;
}

export const sync: ZkCliCommand = {
  name: 'sync',
  usage: 'path',
  async run(words, { handle, print }) {
    const [, path] = parseOptions({ options: {} }, words).words;
    if (path === undefined) {
      throw new Refusal(usageLine(sync));
    }
    checkPath(path);
    try {
      await handle.ask(path, (session) => session.sync(path, { deadlineMs: SYNC_MS }));
      print('Sync is OK\n');
    } catch (error) {
      if (!(error instanceof KeeperFailure)) {
        throw error;
      }
      if (error.code === 'REQUESTTIMEOUT') {
        // Java's TimeoutException has no text.
        throw new Refusal(null);
      }
      print(`Sync has failed. rc=${numberOf(error.code)}\n`);
    }
  },
};

const SYNC_MS = 30_000;

export const version: ZkCliCommand = {
  name: 'version',
  usage: '',
  async run(words, { print }) {
    if (parseOptions({ options: {} }, words).words.length > 1) {
      throw new Refusal(usageLine(version));
    }
    print(`ZooKeeper CLI version: ${JAVA_VERSION}\n`);
  },
};

/** Of the zkCli.sh whose place this takes: scripts look at it. */
const JAVA_VERSION = '3.9.5-293c895a8d966a3ecb92872be4a1daf87d725da2, built on 2026-02-11 20:18 UTC';

export const getEphemerals: ZkCliCommand = {
  name: 'getEphemerals',
  usage: 'path',
  async run(words, { handle, print }) {
    const [, prefix] = parseOptions({ options: {} }, words).words;
    if (prefix !== undefined) {
      checkPath(prefix);
    }
    const paths = await handle.ask(null, async (session) => {
      const found = await session.getEphemerals();
      return found.map((path) => session.chroot + path);
    });
    // Below a chroot, Java compares and prints the paths that the server knows.
    print(`${listOf(paths.filter((path) => path.startsWith(prefix ?? '/')))}\n`);
  },
};

export const getAllChildrenNumber: ZkCliCommand = {
  name: 'getAllChildrenNumber',
  usage: 'path',
  async run(words, { handle, print }) {
    const [, path] = parseOptions({ options: {} }, words).words;
    if (path === undefined) {
      throw new Refusal(usageLine(getAllChildrenNumber));
    }
    print(`${await ask(handle, path, (session) => session.getAllChildrenNumber(path))}\n`);
  },
};
