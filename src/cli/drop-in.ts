/** bin/zkCli.sh as a process: gives zkcli/ the standard streams and the signals. Knows nothing of what it says. */
import { wellFormed } from '../zkcli/java-text.js';
import { runZkCli, type ZkCliHost } from '../zkcli/main.js';
import { createTypedLines } from '../zkcli/typed-lines.js';
import type { Host } from './host.js';
import { createIo, type Streams } from './io.js';
import { listenForSignals } from './signals.js';
import type { Environment } from './wishes.js';

/** The status. All output is written and the session is closed when it resolves. */
export async function runDropIn(
  words: readonly string[],
  environment: Environment,
  streams: Streams,
  host: Host,
): Promise<number> {
  const io = createIo(streams);
  const interruption = listenForSignals(host);
  const { stdin, stdout } = streams;
  const zkCliHost: ZkCliHost = {
    print: (text) => void io.write(wellFormed(text), 'stdout'),
    complain: (line) => void io.write(`${wellFormed(line)}\n`, 'stderr'),
    stdinChunks: () => io.stdinChunks(),
    typedLines:
      stdin.isTTY === true && stdout.isTTY === true ? async (handle) => createTypedLines(stdin, stdout, handle) : null,
    interrupted: interruption.signal,
  };
  try {
    const status = await runZkCli(words, environment, zkCliHost);
    await io.flush();
    return interruption.status ?? status;
  } finally {
    interruption.end();
  }
}
