/** The shape of a kind's file: its text forms. JSON is not among them, json.ts makes it for all kinds. */
import type { OutputFormat, Result } from '../commands/results.js';

export interface RenderOptions {
  readonly format: OutputFormat;
  readonly color: boolean;
  /** Columns of the terminal; Infinity elsewhere. */
  readonly width: number;
  /** It will be shown on a terminal: bytes of a znode must not drive it. */
  readonly terminal: boolean;
  /** ms since the epoch, for "3 minutes ago". */
  readonly nowMs: number;
}

/** One text form of one kind: whole lines, or nothing. */
export type Form<R extends Result> = (result: R, options: RenderOptions) => string | Buffer;

export interface KindForms<R extends Result> {
  readonly human: Form<R>;
  readonly plain: Form<R>;
  /** Byte for byte zkCli.sh 3.9.5's. */
  readonly zkcli: Form<R>;
}

/** For kinds that a format does not show. */
export const nothing = (): string => '';
