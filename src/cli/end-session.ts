/** The end of a run's session, in whatever state it is. */
import { EXIT } from '../exit-codes.js';
import type { Run } from './execute.js';

/** Who set a time-out, or pressed Ctrl-C, does not wait for a silent server as others do. */
const HURRIED_CLOSE_MS = 300;

/** Never rejects. */
export async function endSession({ connection, interruption }: Run, status: number | null): Promise<void> {
  if (interruption.status !== null || status === EXIT.timeout.status) {
    await connection.current?.close(HURRIED_CLOSE_MS);
  }
  await connection.close();
}
