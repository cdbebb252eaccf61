/** The one ordered list of verbs: help, completion, man and parsing all read it. A new verb is a file and a line here. */
import { addauth } from './addauth.js';
import { addWatch } from './addwatch.js';
import { apply } from './apply.js';
import { cd } from './cd.js';
import { check } from './check.js';
import { close } from './close.js';
import { config } from './config.js';
import { connect } from './connect.js';
import { count } from './count.js';
import { cp } from './cp.js';
import { create } from './create.js';
import { deleteZnode } from './delete.js';
import { deleteall } from './deleteall.js';
import { delquota } from './delquota.js';
import { diff } from './diff.js';
import { du } from './du.js';
import { exists } from './exists.js';
import { exportVerb } from './export.js';
import { fault } from './fault.js';
import { fill } from './fill.js';
import { find } from './find.js';
import { findIn } from './find-command.js';
import { get } from './get.js';
import { getAcl } from './getacl.js';
import { getAllChildrenNumber } from './getallchildrennumber.js';
import { getEphemerals } from './getephemerals.js';
import { grep } from './grep.js';
import { help } from './help.js';
import { history } from './history.js';
import { importVerb } from './import.js';
import { listquota } from './listquota.js';
import { ls } from './ls.js';
import { mirror } from './mirror.js';
import { abort, commit, multi } from './multi.js';
import { mv } from './mv.js';
import { plan } from './plan.js';
import { printwatches } from './printwatches.js';
import { put } from './put.js';
import { pwd } from './pwd.js';
import { quit } from './quit.js';
import { reconfig } from './reconfig.js';
import { redo } from './redo.js';
import { removewatches } from './removewatches.js';
import { sandbox } from './sandbox.js';
import { set } from './set.js';
import { setAcl } from './setacl.js';
import { setquota } from './setquota.js';
import type { CommandSpec } from './spec.js';
import { stat } from './stat.js';
import { sync } from './sync.js';
import { touch } from './touch.js';
import { tree } from './tree.js';
import { version } from './version.js';
import { wait } from './wait.js';
import { watch } from './watch.js';
import { watches } from './watches.js';
import { whoami } from './whoami.js';

export const COMMANDS: readonly CommandSpec[] = [
  ls,
  get,
  stat,
  exists,
  create,
  set,
  put,
  touch,
  deleteZnode,
  deleteall,
  getEphemerals,
  getAllChildrenNumber,
  sync,
  cp,
  mv,
  fill,
  tree,
  find,
  grep,
  du,
  count,
  diff,
  exportVerb,
  importVerb,
  mirror,
  plan,
  apply,
  watch,
  wait,
  addWatch,
  removewatches,
  watches,
  printwatches,
  getAcl,
  setAcl,
  addauth,
  whoami,
  multi,
  check,
  commit,
  abort,
  listquota,
  setquota,
  delquota,
  config,
  reconfig,
  help,
  history,
  redo,
  cd,
  pwd,
  connect,
  close,
  sandbox,
  fault,
  version,
  quit,
];

/** The verb that was meant by `word`: any letter case, hyphens ignored, aliases too. */
export function findCommand(word: string): CommandSpec | undefined {
  return findIn(COMMANDS, word);
}
