/** What commands of the AdminServer are made of. */

import type { Settings } from '../../settings/settings.js';
import type { DataDirectory } from '../../storage/data-directory.js';
import type { Server } from '../server.js';
import type { JsonValue } from './json-text.js';

/** What commands work on. */
export interface AdminContext {
  readonly server: Server;
  readonly settings: Settings;
  /** null: the tree is in memory only. */
  readonly directory: DataDirectory | null;
}

export type Pairs = readonly (readonly [key: string, value: JsonValue])[];

/** What a command gives; behind its pairs come `command` and `error`. */
export interface CommandResult {
  readonly pairs?: Pairs;
  /** Comes before `command` then. */
  readonly error?: string;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent instead of JSON. */
  readonly body?: Buffer;
}

export interface Command {
  /** The first one is the primary. */
  readonly names: readonly string[];
  readonly method: 'GET' | 'POST';
  /** Whether it needs ALL on the root, shown by an Authorization header. */
  readonly needsAuth?: boolean;
  run(
    context: AdminContext,
    request: { readonly query: URLSearchParams; readonly body: Buffer },
  ): CommandResult | Promise<CommandResult>;
}
