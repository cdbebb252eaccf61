/** Reads are safe to repeat: a lost connection, from which the session comes back, need not end a long run. */
import { isZkshError } from '../../errors.js';

/** A server that breaks the connection for this very read would do so for ever. */
const ATTEMPTS_MAX = 4;

export async function readAgain<T>(read: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await read();
    } catch (error) {
      const isLost = isZkshError(error) && error.code === 'CONNECTIONLOSS' && !error.sessionOver;
      if (!isLost || attempt === ATTEMPTS_MAX) {
        throw error;
      }
    }
  }
}
