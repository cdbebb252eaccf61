/**
 * A failure in two to four lines: what, why, what to do, and whether a write may have happened. The facts come from the
 * error and from protocol/error-codes.ts; this is the only file that makes sentences of them.
 */
import type { FailureResult, OutputFormat } from '../../commands/results.js';
import { isZkshError, type KeeperError, type ZkshError } from '../../errors.js';
import { exitStatus } from '../../exit-codes.js';
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
export function renderError(error: unknown, options: ErrorOptions): string {
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
  return [head, ...why.map((line) => `  ${line}`), ...hint.map((line) => `  ${line}`), ''].join('\n');
}

interface Sentences {
  readonly subject: string | null;
  readonly what: string;
  readonly why: readonly string[];
  readonly hint: readonly string[];
}

function sentences(error: unknown): Sentences {
  if (!isZkshError(error)) {
    return {
      subject: null,
      what: `${bugMessage(error)} (this is a bug in zksh; --debug shows where)`,
      why: [],
      hint: [],
    };
  }
  return {
    subject: error.path === undefined ? null : visibleName(error.path),
    what: oneLine(whatHappened(error)),
    why: lines(error.why),
    hint: lines(error.hint),
  };
}

function whatHappened(error: ZkshError): string {
  return error.kind === 'keeper' ? keeperWhat(error) : error.message;
}

function keeperWhat(error: KeeperError): string {
  return error.message;
}

function jsonError(error: unknown, { verb, location }: ErrorOptions): string {
  const { what, why, hint } = sentences(error);
  const ours = isZkshError(error);
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

function lines(text: string | undefined): string[] {
  return text === undefined ? [] : visibleText(text).split('\n');
}

/** Text from elsewhere (a server's name, a file's) must not make a second line. */
function oneLine(text: string): string {
  return visibleText(text).replaceAll('\n', '\\n');
}
