/**
 * A client in a process of its own, for faults of the process itself: it sets one znode again and again and watches
 * another. Arguments: address, session time-out in ms, path of its root (which must exist). Lines on stdin: `block MS`
 * keeps its event loop busy, `stop` ends it. Each line that it prints is a JSON object.
 */
import { createInterface } from 'node:readline';
import { openSession } from '../../src/client/session.js';
import { isZkshError } from '../../src/errors.js';

const [servers = '', sessionTimeoutMs = '', root = ''] = process.argv.slice(2);

function say(line: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

const session = await openSession({ servers, sessionTimeoutMs: Number(sessionTimeoutMs) });
let isStopping = false;
session.onEvent((event) => say({ event: event.type }));
await session.create(`${root}/set`, null);
await session.addWatch(`${root}/watched`, 'persistent', ({ type }) => say({ watched: type }));
say({ sessionId: String(session.sessionId) });

createInterface(process.stdin).on('line', (line) => {
  const [word, ms] = line.split(' ');
  if (word === 'stop') {
    isStopping = true;
    return;
  }
  say({ blocking: true });
  const end = performance.now() + Number(ms);
  while (performance.now() < end);
});

const counts = { done: 0, refused: 0, unknown: 0 };
while (!isStopping && session.state !== 'expired') {
  try {
    await session.setData(`${root}/set`, Buffer.from(String(counts.done)));
    counts.done += 1;
    if (counts.done % 20 === 0) say({ done: counts.done });
  } catch (error) {
    if (!isZkshError(error)) throw error;
    counts[error.applied === 'no' ? 'refused' : 'unknown'] += 1;
  }
  await new Promise((resolve) => setTimeout(resolve, 5));
}
await session.close();
say({ account: counts, state: session.state });
// Nothing of the client may keep the process: it ends by itself, or the test waits in vain.
process.stdin.destroy();
