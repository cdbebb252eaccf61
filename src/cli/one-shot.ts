/** `zksh VERB`: one command and the end of its session. */
import { refuseStaged } from '../commands/run.js';
import type { Invocation } from '../syntax/invocation.js';
import { endSession } from './end-session.js';
import { execute, type Run } from './execute.js';
import { report } from './report.js';

export async function runOneShot(invocation: Invocation, run: Run): Promise<number> {
  let status: number | null = null;
  try {
    status = await execute(invocation, run);
    refuseStaged(run.shell);
    return status;
  } catch (error) {
    return await report(error, run, { verb: invocation.spec.name });
  } finally {
    await endSession(run, status);
  }
}
