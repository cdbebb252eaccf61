/**
 * Decides what this run is (REPL, one command, commands, help …) and hands over. Knows no verbs and writes nothing
 * itself. Ends with the status; the process is entry.ts's business, so that tests can run it in-process.
 */
import { VERSION } from './version.js';

/** The process's three streams, or a test's. */
export interface Streams {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

export async function main(
  argv: readonly string[],
  _environment: NodeJS.ProcessEnv,
  streams: Streams,
): Promise<number> {
  if (argv.includes('--version') || argv.includes('-V')) {
    streams.stdout.write(`zksh ${VERSION}\n`);
  }
  return 0;
}
