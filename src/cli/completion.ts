/**
 * Answers a shell's Tab: candidates to stdout within BUDGET_MS of the start of the process, and nothing else ever.
 * The protocol is syntax/shell-completion.ts's.
 */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Connection } from '../client/api.js';
import { systemClock } from '../client/clock.js';
import { createConnection } from '../client/connection.js';
import { EXIT } from '../exit-codes.js';
import type { GlobalOptions } from '../syntax/global-options.js';
import { answerShell, type ShellCompletionRequest } from '../syntax/shell-completion.js';
import { connectOptions, readAccess } from './config.js';
import { elapsedMs, type Host } from './host.js';
import type { Io } from './io.js';

/** People wait for Tab; more than this feels broken. */
const BUDGET_MS = 300;
/** What is left for the server even where the machine needed most of the budget to start Node. */
const ASK_MS_MIN = 120;
/** Of it, for the end of the session. */
const CLOSE_MS = 30;
/** A server that is too slow even for the end forgets the session soon. */
const SESSION_TIMEOUT_MS = 4_000;

export async function answerCompletion(request: ShellCompletionRequest, io: Io, host: Host): Promise<number> {
  const calledAtMs = systemClock.now();
  const answerMs = Math.max(ASK_MS_MIN, BUDGET_MS - CLOSE_MS - elapsedMs(host, calledAtMs));
  const connection = new LazyListing(request.options, answerMs);
  const others: LazyListing[] = [];
  const sources = {
    listChildren: (path: string) => connection.list(path),
    async listChildrenAt(server: string, path: string) {
      const other = new LazyListing(request.options === null ? null : { ...request.options, server }, answerMs);
      others.push(other);
      return other.list(path);
    },
    listFiles,
  };
  try {
    const answer = await within(answerMs, answerShell(request, sources), '');
    await within(CLOSE_MS, io.write(answer, 'stdout'), undefined);
    await within(CLOSE_MS, Promise.all([connection, ...others].map((each) => each.close())), undefined);
  } catch {
    // Nothing may disturb the line being typed.
  }
  return EXIT.ok.status;
}

/** A session only if somebody asks for names. */
class LazyListing {
  readonly #options: GlobalOptions | null;
  readonly #answerMs: number;
  #connection: Connection | null = null;

  constructor(options: GlobalOptions | null, answerMs: number) {
    this.#options = options;
    this.#answerMs = answerMs;
  }

  async list(path: string): Promise<readonly string[]> {
    // A sandbox would be another one than that of the command.
    if (this.#options === null || this.#options.sandbox) {
      return [];
    }
    this.#connection ??= createConnection({
      ...connectOptions({ ...this.#options, waitMs: null }, readAccess(this.#options)),
      connectTimeoutMs: this.#answerMs,
      sessionTimeoutMs: SESSION_TIMEOUT_MS,
      readOnly: true,
      eager: true,
    });
    const session = await this.#connection.open();
    return (await session.getChildren(path)).children;
  }

  async close(): Promise<void> {
    await this.#connection?.close();
  }
}

/** Names in a folder; folders end in `/`. */
async function listFiles(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder === '' ? '.' : folder, { withFileTypes: true });
  return Promise.all(
    entries.map(async (entry) => {
      const isFolder =
        entry.isDirectory() || (entry.isSymbolicLink() && (await leadsToFolder(join(folder, entry.name))));
      return isFolder ? `${entry.name}/` : entry.name;
    }),
  );
}

async function leadsToFolder(link: string): Promise<boolean> {
  return stat(link).then(
    (info) => info.isDirectory(),
    () => false,
  );
}

/** What comes of it within `ms`, else `instead`. */
async function within<T>(ms: number, promise: Promise<T>, instead: T): Promise<T> {
  let timer: unknown = null;
  const late = new Promise<T>((resolve) => {
    timer = systemClock.setTimeout(() => resolve(instead), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    systemClock.clearTimeout(timer);
  }
}
