/**
 * Sees to it that nothing the tests start outlives them, however they end: Ctrl-C, a crash, kill -9. A small shell of
 * its own session reads the process ids and temporary folders of this process from a pipe; when the pipe ends, because
 * this process has ended, it kills and removes what is left.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';

const SCRIPT = `
trap '' INT TERM HUP
newline='
'
pids=' ' folders=
while read -r kind value; do
  case $kind in
    +) pids="$pids$value " ;;
    -) pids=$(printf %s "$pids" | sed "s/ $value / /") ;;
    folder) folders="$folders$value$newline" ;;
  esac
done
for pid in $pids; do kill -9 "$pid" 2>/dev/null; done
IFS=$newline
set -f
rm -rf $folders 2>/dev/null || { sleep 1; rm -rf $folders; }
`;

let pipe: Writable | undefined;

function tell(line: string): void {
  if (pipe === undefined) {
    const reaper = spawn('sh', ['-c', SCRIPT], { stdio: ['pipe', 'ignore', 'ignore'], detached: true, cwd: '/' });
    reaper.unref();
    pipe = reaper.stdin;
    // The pipe must not keep this process alive; that it closes with the process is the point.
    (pipe as Writable & { unref?: () => void }).unref?.();
    pipe.on('error', () => {});
  }
  pipe.write(`${line}\n`);
}

/** Kills `child` with this process at the latest. */
export function reapWithUs(child: ChildProcess): void {
  const { pid } = child;
  if (pid === undefined) return;
  tell(`+ ${pid}`);
  child.once('exit', () => tell(`- ${pid}`));
}

/** A new folder below the system's temporary one; gone with this process at the latest. */
export function temporaryFolder(name: string): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), `zksh-${name}-`));
  tell(`folder ${path}`);
  return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 3 }) };
}
