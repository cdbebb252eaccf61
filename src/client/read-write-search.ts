/**
 * While a session stands on a read-only server: asks the others, one after the other, whether they serve writes again
 * (`isro`), as ClientCnxn.SendThread.pingRwServer does: 100 ms after the beginning, then at twice the interval, up to a
 * minute. Changes no session; it only tells.
 */
import type { Clock, ServerAddress } from './api.js';
import type { SocketOpener } from './socket-opener.js';

const INTERVAL_MS_MIN = 100;
const INTERVAL_MS_MAX = 60_000;
/** For one answer. */
const ANSWER_MS = 1_000;

export interface ReadWriteSearch {
  readonly servers: readonly ServerAddress[];
  readonly opener: SocketOpener;
  readonly clock: Clock;
  readonly found: (server: ServerAddress) => void;
}

/** The function returned ends the search. */
export function startReadWriteSearch({ servers, opener, clock, found }: ReadWriteSearch): () => void {
  let intervalMs = INTERVAL_MS_MIN;
  let turn = 0;
  let isOver = false;
  let endQuestion = (): void => {};
  const ask = (): void => {
    const server = servers[turn % servers.length] as ServerAddress;
    turn += 1;
    endQuestion = askIsReadWrite(server, opener, clock, (isReadWrite) => {
      if (isOver) {
        return;
      }
      if (isReadWrite) {
        found(server);
        return;
      }
      intervalMs = Math.min(INTERVAL_MS_MAX, intervalMs * 2);
      timer = clock.setTimeout(ask, intervalMs);
    });
  };
  let timer = clock.setTimeout(ask, intervalMs);
  return () => {
    isOver = true;
    clock.clearTimeout(timer);
    endQuestion();
  };
}

/** Calls `answer` once, unless it is ended before. */
function askIsReadWrite(
  server: ServerAddress,
  opener: SocketOpener,
  clock: Clock,
  answer: (isReadWrite: boolean) => void,
): () => void {
  const socket = opener.open(server, ANSWER_MS);
  let text = '';
  const end = (): void => {
    clock.clearTimeout(timer);
    socket.removeAllListeners();
    socket.on('error', () => {});
    socket.destroy();
  };
  const finish = (): void => {
    end();
    answer(text.startsWith('rw'));
  };
  const timer = clock.setTimeout(finish, ANSWER_MS);
  socket.on(opener.readyEvent, () => socket.write('isro'));
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
  });
  socket.on('error', finish);
  socket.on('close', finish);
  return end;
}
