/**
 * The server inside the process: loads it, reads the files that its options name, and remembers what must be stopped at
 * the end. What it is and does is src/sandbox's business.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { SandboxAccess, SandboxRequest } from '../commands/sandbox-access.js';
import { SANDBOX_DEFAULTS } from '../commands/sandbox-access.js';
import { UsageError } from '../errors.js';
import type { Sandbox, SandboxOptions } from '../sandbox/sandbox.js';
import type { GlobalOptions } from '../syntax/global-options.js';
import { explainFileError } from './file-errors.js';

export interface Sandboxes extends SandboxAccess {
  /** Starts the one that the run speaks to. */
  open(options: GlobalOptions): Promise<Sandbox>;
  /** Ends all that were started. Never rejects. */
  stop(): Promise<void>;
}

/** @param log lines about the server's inner life, for --debug; null: nobody wants them */
export function createSandboxes(log: ((line: string) => void) | null): Sandboxes {
  const started: Sandbox[] = [];
  let current: Sandbox | null = null;

  async function start(request: SandboxRequest): Promise<Sandbox> {
    const { startSandbox, parseZooCfg } = await import('../sandbox/index.js');
    const { host, dataDir, configFile } = request;
    const fromFile = configFile === null ? {} : await parseZooCfg(readText(configFile));
    const settings = { ...fromFile, ...pairs(request.settings, '=', '--set') };
    const port = request.port ?? ('clientPort' in settings ? null : request.portDefault);
    const sandbox = await startSandbox({
      ...(host === null ? {} : { host }),
      ...(port === null ? {} : { port }),
      settings,
      saslUsers: pairs(request.saslUsers, ':', '--sasl-user'),
      ...(dataDir === null ? {} : { dataDir }),
      ...seedOf(request),
      ...(log === null ? {} : { log }),
    });
    started.push(sandbox);
    return sandbox;
  }

  return {
    get current() {
      return current;
    },
    start,
    async open({ seed, empty }) {
      current = await start({ ...SANDBOX_DEFAULTS, seed: empty ? 'empty' : seed === null ? 'sample' : { file: seed } });
      return current;
    },
    async stop() {
      await Promise.allSettled(started.map((sandbox) => sandbox.stop()));
    },
  };
}

function seedOf({ seed }: SandboxRequest): Pick<SandboxOptions, 'seed'> {
  return seed === 'empty'
    ? {}
    : { seed: seed === 'sample' ? 'sample' : { text: readText(seed.file), name: seed.file } };
}

/** An export may be packed. @throws LocalError */
function readText(file: string): string {
  try {
    const bytes = readFileSync(file);
    const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
    return (isPacked ? gunzipSync(bytes) : bytes).toString('utf8');
  } catch (error) {
    throw explainFileError(error, file, 'read');
  }
}

/** The value may hold the separator too. A name given twice: the last one counts. @throws UsageError which shows no password */
function pairs(words: readonly string[], separator: '=' | ':', option: string): Record<string, string> {
  return Object.fromEntries(
    words.map((word) => {
      const at = word.indexOf(separator);
      if (at < 1) {
        const form = separator === '=' ? 'KEY=VALUE' : 'NAME:PASSWORD';
        const what = separator === '=' ? `${option} ${word}` : option;
        throw new UsageError(`${what}: not ${form}`, separator === '=' ? { hint: `${option} tickTime=500` } : {});
      }
      return [word.slice(0, at), word.slice(at + 1)];
    }),
  );
}
