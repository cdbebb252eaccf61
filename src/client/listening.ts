/** Whether something listens at an address: a connection that is opened and closed at once. Says nothing to it. */
import { connect } from 'node:net';
import type { Clock, ServerAddress } from './api.js';

export function isListening({ host, port }: ServerAddress, clock: Clock, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (answer: boolean) => {
      clock.clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    const timer = clock.setTimeout(() => end(false), timeoutMs);
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}
