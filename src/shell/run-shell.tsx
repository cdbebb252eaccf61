/**
 * Opens the shell: decides between the screen and the plain one, and loads things in the order in which a user waits for
 * them: the prompt first, the client and the verbs behind it. Nothing but cli imports this folder.
 */
import process from 'node:process';
import { systemClock } from '../client/clock.js';
import { createPalette } from './palette.js';
import { runPlainShell } from './plain-shell.js';
import { runScreenShell } from './screen-shell.js';
import type { ShellParts } from './shell-parts.js';
import { onSignals } from './signals.js';
import type { RunShell, ShellStart } from './start.js';

export const runShell: RunShell = async (start) => {
  const parts = partsFor(start);
  if (isPlain(start.terminal.stdout)) {
    return runPlainShell(parts);
  }
  const { createScreen } = await loadScreen();
  return runScreenShell(parts, createScreen(start.terminal.stdout, parts.palette));
};

function isPlain({ columns, rows }: NodeJS.WriteStream): boolean {
  const { TERM, INK_SCREEN_READER } = process.env;
  return TERM === 'dumb' || !columns || !rows || INK_SCREEN_READER === 'true';
}

/** Ink draws nothing where CI is set, and looks for its developer tools where DEV is: both only when it is loaded. */
async function loadScreen(): Promise<typeof import('./screen.js')> {
  const kept = { ...process.env };
  for (const name of ['CI', 'CONTINUOUS_INTEGRATION', 'DEV']) {
    delete process.env[name];
  }
  try {
    return await import('./screen.js');
  } finally {
    Object.assign(process.env, kept);
  }
}

function partsFor(start: ShellStart): ShellParts {
  let ghost: ShellParts['ghost'] = () => '';
  let redact: ShellParts['redact'] = (text) => text;
  return {
    start,
    clock: systemClock,
    palette: createPalette(start.color),
    firstFacts: { servers: start.options.server, server: null, chroot: '', cwd: '/', state: 'connecting' },
    async converse(around) {
      const [{ createConversation }, { hintFor }, { redactLine }] = await Promise.all([
        import('./conversation.js'),
        import('../syntax/hint.js'),
        import('../syntax/redact.js'),
      ]);
      // Without colour a ghost could not be told from what was typed.
      ghost = (text, cursor) => (start.color ? hintFor(text, cursor).ghost : '');
      redact = redactLine;
      return createConversation({ ...around, start, clock: systemClock, wallClock: Date.now });
    },
    ghost: (text, cursor) => ghost(text, cursor),
    redact: (text) => redact(text),
    onSignals,
  };
}
