/** A sandbox of one test, on a clock that the test moves, and sessions with it, written by hand. */
import { onTestFinished } from 'vitest';
import type { Sandbox, SandboxClock, SandboxOptions } from '../../../src/sandbox/sandbox.js';
import { startSandbox } from '../../../src/sandbox/start.js';
import { type Handshake, Session } from '../../contract/session.js';
import { FakeClock } from '../../helpers/fake-clock.js';

/** A time of day for a clock that otherwise begins at 0. */
const EPOCH_MS = Date.UTC(2026, 0, 1);

export class SandboxFakeClock extends FakeClock implements SandboxClock {
  wallClock(): number {
    return EPOCH_MS + this.now();
  }
}

/** Stopped when the test ends. */
export async function start(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await startSandbox(options);
  onTestFinished(() => sandbox.stop());
  return sandbox;
}

export interface HeldScene {
  readonly sandbox: Sandbox;
  readonly clock: SandboxFakeClock;
}

/** Nothing happens by itself: time-outs come when the clock is told to go. */
export async function startHeld(options: SandboxOptions = {}): Promise<HeldScene> {
  const clock = new SandboxFakeClock();
  return { sandbox: await start({ clock, ...options }), clock };
}

/** A session whose replies are held against nothing but what the test says. */
export function open(sandbox: Sandbox, handshake: Handshake = {}, name = 'A'): Promise<Session> {
  return Session.open(name, { port: sandbox.port, is38: false }, null, handshake);
}
