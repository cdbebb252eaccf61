/**
 * A failure in two to four lines: what, why, what to do, and whether a write may have happened. The facts come from the
 * error and from protocol/error-codes.ts; this is the only file that makes sentences of them.
 */
import type { FailureResult, OutputFormat } from '../../commands/results.js';
import {
  type ConnectionError,
  isZkshError,
  type KeeperError,
  type LocalError,
  type ProtocolError,
  type UsageError,
  type ZkshError,
} from '../../errors.js';
import { exitStatus } from '../../exit-codes.js';
import { explainError } from '../../protocol/error-codes.js';
import { parentOf } from '../../protocol/path.js';
import { visibleName, visibleText } from '../escape.js';
import type { Form, KindForms } from '../forms.js';
import { jsonLine } from '../json.js';
import { paintFor } from '../paint.js';
import { zkCliError } from '../zkcli-error.js';

export interface ErrorOptions {
  /** As the user knows it; null before a verb is known. */
  readonly verb: string | null;
  readonly format: OutputFormat;
  /** Of the command in a script: the first line begins with it. */
  readonly location?: { readonly file: string; readonly line: number };
  readonly color: boolean;
  /** Stacks too. */
  readonly debug: boolean;
}

/** Whole lines, for stderr. JSON is one line. */
export function renderError(error: unknown, asked: ErrorOptions): string {
  // A line that could not be read may still have named its verb: the usage begins with it.
  const options = { ...asked, verb: asked.verb ?? usageOf(error)?.split(' ', 1)[0] ?? null };
  const stack = options.debug ? stackLines(error) : '';
  if (options.format === 'json') {
    return jsonError(error, options) + stack;
  }
  if (options.format === 'zkcli') {
    return zkCliError(error) + stack;
  }
  return forPeople(error, options) + stack;
}

const human: Form<FailureResult> = ({ error }, { color }) =>
  renderError(error, { verb: null, format: 'human', color, debug: false });

/** For a result that nobody sent to renderError. */
export const failure: KindForms<FailureResult> = { human, plain: human, zkcli: ({ error }) => zkCliError(error) };

function forPeople(error: unknown, { verb, location, color }: ErrorOptions): string {
  const paint = paintFor({ color });
  const { subject, what, why, hint } = sentences(error);
  const place = location === undefined ? '' : `${visibleName(location.file)}:${location.line}: `;
  const about = [verb, subject].filter((word) => word !== null).join(' ');
  const head = `${paint.faint('zksh:')} ${place}${about === '' ? '' : `${about}: `}${paint.bad(what)}`;
  const usage = usageOf(error);
  const below = [...why, ...hint, ...(usage === undefined ? [] : [`Usage: ${usage}`])];
  return [head, ...below.map((line) => `  ${line}`), ''].join('\n');
}

interface Sentences {
  readonly subject: string | null;
  readonly what: string;
  readonly why: readonly string[];
  readonly hint: readonly string[];
}

function sentences(error: unknown): Sentences {
  if (!isZkshError(error)) {
    return { subject: null, what: `${bugMessage(error)} (a bug in zksh; --debug shows where)`, why: [], hint: [] };
  }
  const { path, op } = error;
  const explained = explainError(error.code, { op, path, quote: quotePath });
  const { what, why = explained.why, hint = explained.do } = { ...tellers[error.kind](error as never), ...own(error) };
  return {
    subject: path === undefined ? null : visibleName(path),
    what: oneLine(what),
    why: lines(`${operationOf(error)}${why}`.trim()),
    hint: lines(hint),
  };
}

/** Of a multi the refused one is named, and that nothing was done. */
function operationOf(error: ZkshError): string {
  const index = error.kind === 'keeper' ? error.facts.index : undefined;
  return index === undefined ? '' : `Operation ${index + 1} was refused, so nothing of the multi was done. `;
}

function usageOf(error: unknown): string | undefined {
  return isZkshError(error) && error.kind === 'usage' ? error.usage : undefined;
}

interface Telling {
  readonly what: string;
  /** Undefined: as error-codes.ts has it. `''`: nothing. */
  readonly why?: string;
  readonly hint?: string;
}

/** What whoever threw it knew better. */
function own({ why, hint }: ZkshError): Partial<Telling> {
  return { ...(why === undefined ? {} : { why }), ...(hint === undefined ? {} : { hint }) };
}

const tellers = {
  keeper: (error: KeeperError): Telling => ({ ...keeperTelling(error), ...doubt(error) }),
  connection: (error: ConnectionError): Telling => ({ what: connectionWhat(error), ...doubt(error) }),
  protocol: (error: ProtocolError): Telling => ({ what: withoutPlace(error), ...doubt(error) }),
  usage: ({ message }: UsageError): Telling => ({ what: message, why: '', hint: '' }),
  local: (error: LocalError): Telling => ({ what: withoutPlace(error), why: '', hint: '' }),
} as const;

/** The table's words, with what was found out since. */
function keeperTelling(error: KeeperError): Telling {
  const { facts, code, op, path } = error;
  const { what } = explainError(code, { op, path });
  if (facts.childrenCount !== undefined) {
    return { what: `${what} (${facts.childrenCount} ${facts.childrenCount === 1 ? 'child' : 'children'})` };
  }
  if (facts.actualVersion !== undefined) {
    const field = op === 'setACL' ? 'aversion' : 'version';
    const wanted = facts.expectedVersion === undefined ? '' : `, not ${facts.expectedVersion}`;
    return { what: `its ${field} is ${facts.actualVersion}${wanted}` };
  }
  if (facts.firstMissing !== undefined && !op?.startsWith('create')) {
    const nearest = parentOf(facts.firstMissing);
    return {
      what,
      why: `The first that is missing is ${facts.firstMissing}.`,
      hint: `See what exists: ls ${quotePath(nearest)}`,
    };
  }
  if (facts.firstMissing !== undefined) {
    return {
      what: `its parent does not exist; the first that is missing is ${facts.firstMissing}`,
      why: '',
      hint: `To create the missing parents as well: create -p ${quotePath(path ?? 'PATH')}`,
    };
  }
  if (facts.missingPermission !== undefined) {
    const guardedBy = facts.guardedBy ?? path ?? '';
    const whose = facts.identities === undefined ? '' : `You are ${facts.identities.join(', ')}. `;
    return {
      what: `${what}: it needs the permission ${facts.missingPermission} on ${guardedBy}`,
      why: `${whose}The ACL of ${guardedBy} does not grant it to you.`,
      hint: `See who may: getAcl ${quotePath(guardedBy)}. Log in: addauth digest USER:PASSWORD`,
    };
  }
  return { what };
}

function connectionWhat(error: ConnectionError): string {
  const { server } = error;
  const what = withoutPlace(error);
  return server === undefined || what.includes(server) ? what : `${what} (${server})`;
}

/** Whether the write was done is what an operator must know first; a read may just be repeated. */
function doubt({ applied, path, op, code }: ZkshError): Partial<Telling> {
  if (applied === 'unknown') {
    const look = path === undefined ? '' : `: stat ${quotePath(path)}`;
    const compare = op?.startsWith('create') || op === 'delete' ? 'See whether it exists' : 'Compare the version';
    return { why: 'The write may have been applied.', hint: `${compare} before repeating${look}` };
  }
  if (applied === 'yes') {
    return { why: 'The write was applied; only the answer could not be read.', hint: '' };
  }
  if (op !== undefined && HAS_DOUBT.has(code)) {
    return { why: 'Nothing was changed.', hint: 'It is safe to repeat.' };
  }
  return {};
}

/** Codes that leave open whether a request was carried out, unless `applied` says. */
const HAS_DOUBT: ReadonlySet<string> = new Set(['CONNECTIONLOSS', 'TIMEOUT', 'OPERATIONTIMEOUT', 'REQUESTTIMEOUT']);

/** The client's message begins with `op path: `, which the user knows by other words. */
function withoutPlace({ message, op, path }: ZkshError): string {
  const place = op === undefined ? '' : path === undefined ? `${op}: ` : `${op} ${path}: `;
  return message.startsWith(place) ? message.slice(place.length) : message;
}

/** As one word of a line of ours, so that the hint can be pasted. */
function quotePath(path: string): string {
  if (/^[\w/.,:@%+=-]+$/.test(path)) {
    return path;
  }
  return /['\u0000-\u001f\u007f-\u009f]/.test(path) ? JSON.stringify(path) : `'${path}'`;
}

function jsonError(error: unknown, { verb, location }: ErrorOptions): string {
  const { what, why, hint } = sentences(error);
  const ours = isZkshError(error);
  const usage = usageOf(error);
  return jsonLine({
    error: {
      code: ours ? error.code : 'INTERNAL',
      verb,
      path: ours ? (error.path ?? null) : null,
      message: what,
      why: why.length === 0 ? null : why.join(' '),
      hint: hint.length === 0 ? null : hint.join('\n'),
      status: exitStatus(error),
      applied: ours ? error.applied : 'unknown',
      ...(usage === undefined ? {} : { usage }),
      ...(location === undefined ? {} : { file: location.file, line: location.line }),
    },
  });
}

function bugMessage(error: unknown): string {
  return oneLine(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
}

function stackLines(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const cause = error instanceof Error && error.cause !== undefined ? `caused by ${stackLines(error.cause)}` : '';
  return stack === '' ? cause : `${visibleText(stack)}\n${cause}`;
}

function lines(text: string): string[] {
  return text === '' ? [] : visibleText(text).split('\n');
}

/** Text from elsewhere (a server's name, a file's) must not make a second line. */
function oneLine(text: string): string {
  return visibleText(text).replaceAll('\n', '\\n');
}
