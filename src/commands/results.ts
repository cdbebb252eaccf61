/** What verbs yield. Data only: output/ holds every text form. One kind, one file in output/kinds. */

import type { ArmedWatch, ServerAddress, SessionState } from '../client/api.js';
import type { AclEntry } from '../protocol/acl.js';
import type { WatchEventType } from '../protocol/events.js';
import type { Stat } from '../protocol/stat.js';
import type { ZnodeRecord } from '../protocol/znode-line.js';
import type { Change } from '../tree/compare/plan.js';
import type { ProgressFigures, SummaryFigures } from '../tree/progress.js';
import type { DrawnZnode } from '../tree/read/branches.js';
import type { CommandSpec } from './spec.js';

/** The forms in which a result can be shown. */
export const OUTPUT_FORMATS = ['human', 'plain', 'json', 'zkcli'] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

/** ls: rows of one listing. `label` is what plain shows: the name below `parent`, or the full path. */
export interface ChildrenResult {
  readonly kind: 'children';
  readonly rows: readonly { readonly path: string; readonly label: string; readonly stat: Stat | null }[];
  readonly withStat: boolean;
  /** `-l`: for people in columns under a heading, which stands before the first of several results. */
  readonly long?: 'first' | 'more';
  /** `-R`: rows of a subtree, which may come in several results. */
  readonly recursive: boolean;
  /** Some of the children of `parent`; others come in other results. */
  readonly isPart?: boolean;
  /** find --print0: full paths as they are, each with a NUL behind it. */
  readonly endsWithNul?: boolean;
  /** The znode that was listed (zkCli.sh's `ls -s` shows its stat); null for a subtree. */
  readonly parent: { readonly path: string; readonly stat: Stat } | null;
}
/**
 * ls -R: paths of a subtree, each with a newline behind it, in one piece and not in rows, because there are so many. Only
 * printable ASCII without a backslash, so nothing in it needs escaping; other paths come as children, in their place.
 */
export interface ListingResult {
  readonly kind: 'listing';
  readonly text: Buffer;
}
/** count: how many znodes there are below one; by level where that was asked for. */
export interface CountResult {
  readonly kind: 'count';
  readonly path: string;
  /** One of several: the path stands beside the number. */
  readonly isNamed: boolean;
  readonly counts: readonly { readonly depth: number | null; readonly count: number }[];
}
/** tree: znodes of a subtree in tree order, some at a time. */
export interface DrawingResult {
  readonly kind: 'drawing';
  readonly rows: readonly DrawnZnode[];
  readonly shows: { readonly count: boolean; readonly size: boolean };
}
/** get. The stat is always there; `withStat` says whether it was asked for. */
export interface ValueResult {
  readonly kind: 'value';
  readonly path: string;
  readonly data: Buffer | null;
  readonly stat: Stat;
  readonly withStat: boolean;
  /** How the bytes are shown; default raw. */
  readonly encoding?: 'raw' | 'base64' | 'hex';
}
export interface StatResult {
  readonly kind: 'stat';
  readonly path: string;
  readonly stat: Stat;
}
export interface ExistsResult {
  readonly kind: 'exists';
  readonly path: string;
  readonly stat: Stat | null;
}
/** create. */
export interface CreatedResult {
  readonly kind: 'created';
  readonly path: string;
  readonly stat: Stat | null;
}
/** set, setAcl. `withStat`: plain shows the stat lines. */
export interface ChangedResult {
  readonly kind: 'changed';
  readonly path: string;
  readonly stat: Stat;
  readonly withStat: boolean;
}
/** Something was done (delete, sync, addauth, cd …): silent but in json, which shows `fields`. */
export interface DoneResult {
  readonly kind: 'done';
  readonly verb: string;
  readonly fields: Readonly<Record<string, string | number | boolean>>;
}
export interface AclResult {
  readonly kind: 'acl';
  readonly path: string;
  readonly acl: readonly AclEntry[];
  readonly stat: Stat;
  readonly withStat: boolean;
}
export interface IdentityResult {
  readonly kind: 'identity';
  readonly identities: readonly { readonly scheme: string; readonly id: string }[];
}
/** watch, and notifications in the REPL. `path` is null for events of the session. */
export interface WatchEventResult {
  readonly kind: 'watchEvent';
  /** ms since the epoch. */
  readonly time: number;
  readonly event: WatchEventType | 'connected' | 'disconnected' | 'expired' | 'gap';
  readonly path: string | null;
  readonly zxid: bigint | null;
  /** Only with --data, for a znode that exists. */
  readonly data?: Buffer | null;
  readonly stat?: Stat;
  /** Found by reading again after a gap, not by a notification. */
  readonly caughtUp?: boolean;
  /** For session events: why. */
  readonly reason?: string;
}
/** pwd and such: one line of text that is the data. */
export interface TextResult {
  readonly kind: 'text';
  readonly text: string;
  /** What json shows instead. */
  readonly fields: Readonly<Record<string, string | number | boolean | null>>;
}
/** connect, close: where the session stands. */
export interface ConnectionResult {
  readonly kind: 'connection';
  readonly state: SessionState;
  readonly server: ServerAddress | null;
  readonly chroot: string;
  readonly sessionId: bigint;
  readonly sessionTimeoutMs: number;
}
export interface HelpResult {
  readonly kind: 'help';
  /** null: the overview. */
  readonly command: CommandSpec | null;
  /** All commands, for the overview. */
  readonly commands: readonly CommandSpec[];
}
/** deleteall: what is gone, in the order in which it went. Silent but in json. */
export interface DeletedResult {
  readonly kind: 'deleted';
  readonly paths: readonly string[];
}
/** grep. */
export interface MatchesResult {
  readonly kind: 'matches';
  readonly znodes: readonly ZnodeMatches[];
  /** `names`: the pattern was looked for in names. */
  readonly shows: 'lines' | 'matches' | 'paths' | 'names' | 'counts';
  /** Lines around the matching ones were asked for. */
  readonly hasContext: boolean;
  /** Others came before. */
  readonly isFurther: boolean;
}
export interface ZnodeMatches {
  readonly path: string;
  /** Without context. */
  readonly linesCount: number;
  /** Its lines are not to be shown. */
  readonly isBinary: boolean;
  /** `latin1`: text and spans are bytes. */
  readonly encoding: 'utf8' | 'latin1';
  readonly lines: readonly MatchLine[];
  /** Of binary data: the bytes around what matches, in rows of 16. */
  readonly dump?: readonly { readonly offset: number; readonly bytes: Buffer }[];
}
export interface MatchLine {
  /** From 1. */
  readonly number: number;
  readonly text: string;
  readonly isContext: boolean;
  readonly spans: readonly (readonly [start: number, end: number])[];
}
/** du. */
export interface UsageResult {
  readonly kind: 'usage';
  readonly rows: readonly UsageRow[];
  /** People want to see every byte, too. */
  readonly isExact: boolean;
}
export interface UsageRow {
  readonly path: string;
  /** Of data, with everything below. */
  readonly bytes: number;
  /** Itself and everything below. */
  readonly znodesCount: number;
  readonly ownBytes: number;
  readonly childrenCount: number;
  /** Znodes that could not be read: the figures are too small. */
  readonly unreadCount: number;
}
/** getEphemerals. */
export interface PathsResult {
  readonly kind: 'paths';
  readonly paths: readonly string[];
}
/** listquota. A limit is null where there is none. */
export interface QuotaResult {
  readonly kind: 'quota';
  readonly path: string;
  /** As the server knows it. */
  readonly serverPath: string;
  /** One of several: plain puts the path in front of each line. */
  readonly isNamed: boolean;
  readonly limits: QuotaLimits;
  /** null: the server has not counted. */
  readonly used: { readonly count: number; readonly bytes: number } | null;
}
export interface QuotaLimits {
  readonly count: number | null;
  readonly bytes: number | null;
  readonly countHard: number | null;
  readonly bytesHard: number | null;
}
/** config, reconfig: the dynamic configuration of the ensemble. */
export interface ConfigResult {
  readonly kind: 'config';
  readonly text: string;
  /** null on a standalone server. */
  readonly version: bigint | null;
  readonly servers: readonly EnsembleServer[];
  readonly stat: Stat;
  /** `stat`: the stat too. `connectString`: only that. */
  readonly shows: { readonly stat: boolean; readonly connectString: boolean };
}
/** A `server.ID=…` line. */
export interface EnsembleServer {
  readonly id: number;
  readonly role: 'participant' | 'observer';
  readonly host: string;
  readonly quorumPort: number;
  readonly electionPort: number;
  readonly clientHost: string | null;
  readonly clientPort: number | null;
  /** What stands behind the `=`. */
  readonly text: string;
}
/** One operation of a multi, and what became of it. */
export interface OperationResult {
  readonly kind: 'operation';
  /** From 1. */
  readonly index: number;
  readonly op: 'check' | 'create' | 'set' | 'delete';
  /** Of a create that was done: the final one. */
  readonly path: string;
  /** `ok`, or ZooKeeper's name of what stood against it. */
  readonly result: string;
  readonly stat: Stat | null;
}
/** watches. */
export interface WatchesResult {
  readonly kind: 'watches';
  readonly watches: readonly ArmedWatch[];
}
/** history: what was typed, secrets blanked. */
export interface HistoryResult {
  readonly kind: 'history';
  readonly entries: readonly { readonly index: number; readonly line: string }[];
}
/** For people: on stderr in human format, elsewhere nowhere. */
export interface MessageResult {
  readonly kind: 'message';
  readonly text: string;
}
/** Bytes that are the data, the same in every format: what export writes to stdout. */
export interface BytesResult {
  readonly kind: 'bytes';
  readonly bytes: Buffer;
}
/**
 * How far a long run is (tree/progress.ts says when it is time for another): one line, drawn in place where somebody
 * watches stderr; elsewhere nowhere.
 */
export interface ProgressResult extends ProgressFigures {
  readonly kind: 'progress';
}
/**
 * The figures at the end of a run over many znodes, for stderr: shown where something was skipped or failed, and on a
 * terminal where the run was long enough for a line of progress. Never with -q.
 */
export interface SummaryResult extends SummaryFigures {
  readonly kind: 'summary';
  /** `read`, `deleted`, `copied`: what was done to `znodesCount` znodes. */
  readonly did: string;
  /** On a terminal also after a short run: for what changed many znodes. */
  readonly isNews?: boolean;
}
/** plan, apply: one change that makes a znode as described. */
export interface ChangeResult {
  readonly kind: 'change';
  readonly change: Change;
}
/** diff: one difference of one znode. A znode may have several. */
export interface DifferenceResult {
  readonly kind: 'difference';
  /** `removed`: only the left side has it. */
  readonly what: 'added' | 'removed' | 'data' | 'acl' | 'kind' | 'stat';
  readonly left: DifferenceSide | null;
  readonly right: DifferenceSide | null;
  /** The one that differs from the first, where servers of one ensemble are compared. */
  readonly server: string | null;
  /** For `stat`: those that differ. */
  readonly fields: readonly (keyof Stat)[];
  /** For `data` where both are text: what changed. */
  readonly hunks: readonly Hunk[] | null;
  /** Who is shown what changed; in `human`, only people are. */
  readonly detail: 'none' | 'human' | 'always';
}
export interface DifferenceSide {
  /** Its path there. */
  readonly place: string;
  readonly record: ZnodeRecord;
}
/** Lines of a text that changed, with some around them; each begins with a blank, `-`, `+` or a backslash (a note). */
export interface Hunk {
  readonly oldStart: number;
  readonly oldLines: number;
  readonly newStart: number;
  readonly newLines: number;
  readonly lines: readonly string[];
}
/** mirror: what was done to the copy, or where the mirror stands. `path` is null for the latter. */
export interface MirroredResult {
  readonly kind: 'mirrored';
  /** ms since the epoch. */
  readonly time: number;
  readonly event: 'created' | 'changed' | 'acl' | 'deleted' | 'inStep' | 'gap';
  readonly path: string | null;
  /** For a gap: why. */
  readonly reason?: string;
}
/** With --dry-run: what a writing verb would do. */
export interface PlannedResult {
  readonly kind: 'planned';
  readonly action: string;
  readonly path: string;
}

/**
 * Something failed and the verb goes on, as with the other paths: for stderr, as if it had been thrown. It does not decide the
 * status; an `ended` does where there is something to decide.
 */
export interface FailureResult {
  readonly kind: 'failure';
  readonly error: unknown;
}
/** The last result of a verb that ends with a status of its own though nothing was thrown. Shown nowhere. */
export interface EndedResult {
  readonly kind: 'ended';
  readonly status: number;
}

export type Result =
  | ChildrenResult
  | ListingResult
  | CountResult
  | DrawingResult
  | ValueResult
  | StatResult
  | ExistsResult
  | CreatedResult
  | ChangedResult
  | DoneResult
  | AclResult
  | IdentityResult
  | WatchEventResult
  | TextResult
  | ConnectionResult
  | HelpResult
  | DeletedResult
  | MatchesResult
  | UsageResult
  | PathsResult
  | QuotaResult
  | ConfigResult
  | OperationResult
  | WatchesResult
  | HistoryResult
  | MessageResult
  | BytesResult
  | ProgressResult
  | SummaryResult
  | PlannedResult
  | DifferenceResult
  | ChangeResult
  | MirroredResult
  | FailureResult
  | EndedResult;

export type ResultKind = Result['kind'];
