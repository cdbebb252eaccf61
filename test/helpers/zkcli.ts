/** The real zkCli.sh, as a process: what users come from. */
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ZooKeeperVersion, zooKeeperClasspath } from './java.js';
import { reapWithUs, temporaryFolder } from './reaper.js';

export interface ZkCliRun {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number | null;
}

/** Logging is off, as with a quiet log4j configuration: stdout begins with `Connecting to …`. */
export async function runZkCli(
  args: readonly string[],
  stdin = '',
  { version = '3.9.5', jvm = [] }: { readonly version?: ZooKeeperVersion; readonly jvm?: readonly string[] } = {},
): Promise<ZkCliRun> {
  const folder = temporaryFolder('zkcli');
  try {
    const conf = join(folder.path, 'conf');
    mkdirSync(conf);
    writeFileSync(join(conf, 'logback.xml'), '<configuration><root level="OFF"/></configuration>\n');
    const classpath = `${conf}:${await zooKeeperClasspath(version)}`;
    const command = ['-cp', classpath, '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', ...jvm];
    return await run([...command, 'org.apache.zookeeper.ZooKeeperMain', ...args], stdin, folder.path);
  } finally {
    folder.remove();
  }
}

function run(command: readonly string[], stdin: string, cwd: string): Promise<ZkCliRun> {
  return new Promise((resolve, reject) => {
    // Its history and its terminal settings belong into the temporary folder.
    const env = { ...process.env, HOME: cwd, TERM: 'dumb' };
    const child = spawn('java', [`-Duser.home=${cwd}`, ...command], { cwd, env, stdio: 'pipe' });
    reapWithUs(child);
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.on('error', reject);
    child.on('close', (status) =>
      resolve({ stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString(), status }),
    );
    child.stdin.on('error', () => {});
    child.stdin.end(stdin);
  });
}
