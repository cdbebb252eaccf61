/** Which file has the text forms of which kind. */
import type { Result, ResultKind } from '../../commands/results.js';
import { type KindForms, nothing } from '../forms.js';
import { acl } from './acl.js';
import { bytes } from './bytes.js';
import { change } from './change.js';
import { changed } from './changed.js';
import { children } from './children.js';
import { config } from './config.js';
import { connection } from './connection.js';
import { count } from './count.js';
import { created } from './created.js';
import { deleted } from './deleted.js';
import { difference } from './difference.js';
import { done } from './done.js';
import { drawing } from './drawing.js';
import { failure } from './error.js';
import { exists } from './exists.js';
import { help } from './help.js';
import { history } from './history.js';
import { identity } from './identity.js';
import { listing } from './listing.js';
import { matches } from './matches.js';
import { message } from './message.js';
import { mirrored } from './mirrored.js';
import { operation } from './operation.js';
import { paths } from './paths.js';
import { planned } from './planned.js';
import { progress } from './progress.js';
import { quota } from './quota.js';
import { stat } from './stat.js';
import { summary } from './summary.js';
import { text } from './text.js';
import { usage } from './usage.js';
import { value } from './value.js';
import { watchEvent } from './watch-event.js';
import { watches } from './watches.js';

type FormsOf = { readonly [K in ResultKind]: KindForms<Extract<Result, { kind: K }>> };

export const KINDS: FormsOf = {
  children,
  listing,
  count,
  drawing,
  value,
  stat,
  exists,
  created,
  changed,
  done,
  acl,
  identity,
  watchEvent,
  text,
  connection,
  help,
  matches,
  usage,
  message,
  bytes,
  difference,
  progress,
  summary,
  planned,
  change,
  mirrored,
  failure,
  deleted,
  paths,
  quota,
  config,
  operation,
  watches,
  history,
  ended: { human: nothing, plain: nothing, zkcli: nothing },
};
