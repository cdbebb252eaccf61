/** Hands over to the REPL, which is another bundle: it is loaded here and nowhere else. */
import { join } from 'node:path';
import type { SandboxAccess } from '../commands/sandbox-access.js';
import { createCommandIo } from './command-io.js';
import type { Access } from './config.js';
import { colorOn, type Reporter } from './report.js';
import { stateFolder } from './state-folder.js';
import { VERSION } from './version.js';

export async function openShell(access: Access, reporter: Reporter, sandbox: SandboxAccess): Promise<number> {
  const { io, options, environment } = reporter;
  const { runShell } = await import('../shell/run-shell.js');
  const { stdin, stdout, stderr } = io.streams;
  const folder = stateFolder(environment);
  return runShell({
    options,
    auth: access.auth,
    tls: access.tls,
    // The keyboard is the shell's: a command of the user's must not take keys away, Ctrl-C among them.
    io: createCommandIo({ ...io, isStdinTaken: true }, folder),
    sandbox,
    terminal: {
      // A REPL is only opened on terminals.
      stdin: stdin as NodeJS.ReadStream,
      stdout: stdout as NodeJS.WriteStream,
      stderr: stderr as NodeJS.WriteStream,
    },
    color: colorOn(stdout, reporter),
    historyFile: folder === null ? null : join(folder, 'history'),
    version: VERSION,
  });
}
