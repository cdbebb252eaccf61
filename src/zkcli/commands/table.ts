/** The commands that have a class of their own in zkCli.sh. The others (quit, history …) are shell.ts's. */
import type { ZkCliCommand } from '../context.js';
import { addAuth, getAcl, setAcl, whoAmI } from './access.js';
import { create, deleteAll, get, ls, remove, set, stat } from './data.js';
import { config, getAllChildrenNumber, getEphemerals, reconfig, sync, version } from './ensemble.js';
import { deleteQuota, listQuota, setQuota } from './quota.js';
import { addWatch, removeWatches } from './watches.js';

const close: ZkCliCommand = {
  name: 'close',
  usage: '',
  run: (_words, { handle }) => handle.close(),
};

const COMMANDS: readonly ZkCliCommand[] = [
  addAuth,
  addWatch,
  close,
  config,
  create,
  deleteAll,
  deleteQuota,
  get,
  getAcl,
  getAllChildrenNumber,
  getEphemerals,
  listQuota,
  ls,
  reconfig,
  remove,
  removeWatches,
  set,
  setAcl,
  setQuota,
  stat,
  sync,
  version,
  whoAmI,
];

export const COMMANDS_BY_NAME: ReadonlyMap<string, ZkCliCommand> = new Map(
  COMMANDS.map((command) => [command.name, command]),
);

/** Those of the shell itself, and their usage. */
export const SHELL_COMMANDS: ReadonlyMap<string, string> = new Map([
  ['connect', 'host:port'],
  ['history', ''],
  ['redo', 'cmdno'],
  ['printwatches', 'on|off'],
  ['quit', ''],
]);

/** All names, sorted by code unit. */
export function commandNames(): string[] {
  return [...COMMANDS_BY_NAME.keys(), ...SHELL_COMMANDS.keys()].sort();
}

/** What zkCli.sh says to a command that it does not know. */
export function usageText(): string {
  const lines = commandNames().map(
    (name) => `\t${name} ${COMMANDS_BY_NAME.get(name)?.usage ?? SHELL_COMMANDS.get(name) ?? ''}`,
  );
  return ['ZooKeeper -server host:port -client-configuration properties-file cmd args', ...lines].join('\n');
}
