/** Results to text: the one door. Pure: (result, options) -> text or bytes. Nothing here writes. */
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

export type Render = (result: Result, options: RenderOptions) => string | Buffer;
