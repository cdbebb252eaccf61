/**
 * The keyboard side of the terminal: raw mode, bracketed paste, bytes to key presses. What the keys do is decided
 * elsewhere. Leaves the terminal as it found it.
 */
import type { Clock } from '../client/api.js';
import { createKeyboard, type KeyPress } from './keyboard.js';

export interface Input {
  /** Takes the terminal (again). */
  enter(): void;
  /** Gives it back as it was: to leave, or to be suspended. */
  leave(): void;
}

export interface InputListener {
  /** Presses that came at once. */
  pressed(presses: readonly KeyPress[]): void;
  /** The terminal is gone. */
  ended(): void;
}

/** How long an Escape waits for the rest of a key's sequence. */
const ESCAPE_MS = 50;
const PASTE_MODE_ON = '\x1b[?2004h';
const PASTE_MODE_OFF = '\x1b[?2004l';

export function createInput(
  { stdin, stdout }: { stdin: NodeJS.ReadStream; stdout: NodeJS.WriteStream },
  listener: InputListener,
  clock: Clock,
): Input {
  const keyboard = createKeyboard();
  let escapeTimer: unknown = null;
  let isEntered = false;

  stdin.setEncoding('utf8');
  stdin.on('data', (chunk: string) => {
    clock.clearTimeout(escapeTimer);
    deliver(keyboard.push(chunk));
    if (keyboard.waiting) {
      escapeTimer = clock.setTimeout(() => deliver(keyboard.flush()), ESCAPE_MS);
    }
  });
  stdin.on('end', () => listener.ended());
  stdin.on('error', () => listener.ended());

  function deliver(presses: readonly KeyPress[]): void {
    if (presses.length > 0) {
      listener.pressed(presses);
    }
  }
  function giveBack(): void {
    stdout.write(PASTE_MODE_OFF);
  }

  return {
    enter() {
      if (isEntered) {
        // Whoever stopped us has changed the mode; Node would think it still set.
        stdin.setRawMode(false);
      }
      stdin.setRawMode(true);
      stdin.ref();
      stdin.resume();
      stdout.write(PASTE_MODE_ON);
      if (!isEntered) {
        process.once('exit', giveBack);
      }
      isEntered = true;
    },
    leave() {
      if (!isEntered) {
        return;
      }
      isEntered = false;
      clock.clearTimeout(escapeTimer);
      process.off('exit', giveBack);
      giveBack();
      stdin.setRawMode(false);
      stdin.pause();
      stdin.unref();
    },
  };
}
