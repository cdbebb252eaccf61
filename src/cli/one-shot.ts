/** `zksh VERB`: one command and the end of its session. */
import type { Invocation } from '../syntax/invocation.js';
import { execute, type Run } from './execute.js';

export async function runOneShot(invocation: Invocation, run: Run): Promise<number> {
  try {
    return await execute(invocation, run);
  } finally {
    await run.connection.close();
  }
}
