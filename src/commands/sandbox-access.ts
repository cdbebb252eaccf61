/** The sandbox as verbs reach it: only the process can load one. Types only. */
import type { Sandbox } from '../sandbox/sandbox.js';

export interface SandboxAccess {
  /** The one that this run speaks to (--sandbox); null: it speaks to another server. */
  readonly current: Sandbox | null;
  /** @throws UsageError settings and seeds that make no sense; LocalError a port in use, a file that cannot be read */
  start(request: SandboxRequest): Promise<Sandbox>;
}

/** As given on the command line: files are not read yet, settings not looked at. */
export interface SandboxRequest {
  /** null: as the settings say, else this machine only. */
  readonly host: string | null;
  /** 0: any free one; null: as the settings say, else `portDefault`. */
  readonly port: number | null;
  readonly portDefault: number;
  /** What a new tree begins with. */
  readonly seed: 'sample' | 'empty' | { readonly file: string };
  readonly dataDir: string | null;
  /** A zoo.cfg. */
  readonly configFile: string | null;
  /** KEY=VALUE, stronger than the file; the last of a key counts. */
  readonly settings: readonly string[];
  /** NAME:PASSWORD */
  readonly saslUsers: readonly string[];
}

/** In memory, on a free port of this machine, with the sample tree. */
export const SANDBOX_DEFAULTS: SandboxRequest = {
  host: null,
  port: 0,
  portDefault: 0,
  seed: 'sample',
  dataDir: null,
  configFile: null,
  settings: [],
  saslUsers: [],
};
