/** `zksh VERB`: one command and the end of its session. */
import type { Invocation } from '../syntax/invocation.js';
import { endSession } from './end-session.js';
import { execute, type Run } from './execute.js';

export async function runOneShot(invocation: Invocation, run: Run): Promise<number> {
  let status: number | null = null;
  try {
    status = await execute(invocation, run);
    return status;
  } finally {
    await endSession(run, status);
  }
}
