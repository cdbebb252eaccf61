/**
 * What a start costs as a whole process, beside a server on the same machine: zksh, bare Node, a bare socket, zkCli.sh and
 * zk_shell where they are. Interleaved, so that a busy moment hits all alike; medians.
 */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { haveJava, zooKeeperClasspath } from '../helpers/java.js';
import { haveProgram } from '../helpers/programs.js';
import { temporaryFolder } from '../helpers/reaper.js';
import { openPrompt } from './prompt.js';
import { heading, median, note, row } from './report.js';

const ROUNDS = 15;
/** A JVM takes a second; fewer rounds show as much. */
const SLOW_ROUNDS = 5;

interface Contestant {
  readonly name: string;
  readonly command: readonly string[];
  readonly rounds: number;
  readonly run?: () => Promise<number>;
}

export async function benchStart(address: string, znode: string): Promise<void> {
  heading(`Start, whole process, median of ${ROUNDS} interleaved rounds`);
  const folder = temporaryFolder('bench');
  const zksh = [process.execPath, resolve('bin/zksh.js'), '-s', address];
  const contestants: Contestant[] = [
    { name: 'node -e 0', command: [process.execPath, '-e', '0'], rounds: ROUNDS },
    {
      name: 'a bare socket that gets a znode',
      command: [process.execPath, bareSocket(folder.path), address, znode],
      rounds: ROUNDS,
    },
    { name: 'zksh get', command: [...zksh, 'get', znode], rounds: ROUNDS },
    { name: 'zksh --version', command: [...zksh, '--version'], rounds: ROUNDS },
    { name: 'zksh: the prompt stands', command: [], rounds: ROUNDS, run: () => openPrompt(address) },
    ...(await peers(address, znode, folder.path)),
  ];
  const times = new Map<string, number[]>(contestants.map(({ name }) => [name, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const { name, command, rounds, run } of contestants) {
      if (round < rounds) times.get(name)?.push(await (run ?? (() => timeProcess(command)))());
    }
  }
  folder.remove();
  const of = (name: string): number => median(times.get(name) ?? []);
  const bare = of('node -e 0');
  const limits: Readonly<Record<string, number>> = { 'zksh get': 1.5, 'zksh: the prompt stands': 4 };
  for (const { name } of contestants) {
    const limit = limits[name];
    row({
      name,
      figure: `${of(name).toFixed(1)} ms`,
      ratio: of(name) / bare,
      to: 'bare Node',
      ...(limit === undefined ? {} : { limit: { kind: 'at most', value: limit } }),
    });
  }
  if (times.has('zkCli.sh get')) {
    const ratio = of('zksh get') / of('zkCli.sh get');
    row({
      name: 'zksh get beside zkCli.sh',
      figure: '',
      ratio,
      to: 'zkCli.sh',
      limit: { kind: 'at most', value: 0.33 },
    });
  }
}

async function peers(address: string, znode: string, folder: string): Promise<Contestant[]> {
  const found: Contestant[] = [];
  if (haveJava()) {
    writeFileSync(join(folder, 'logback.xml'), '<configuration><root level="OFF"/></configuration>\n');
    const classpath = `${folder}:${await zooKeeperClasspath('3.9.5')}`;
    const main = 'org.apache.zookeeper.ZooKeeperMain';
    const command = ['java', '-cp', classpath, `-Duser.home=${folder}`, main, '-server', address, 'get', znode];
    found.push({ name: 'zkCli.sh get', command, rounds: SLOW_ROUNDS });
  } else {
    note('zkCli.sh is missing: there is no Java');
  }
  if (haveProgram('zk-shell')) {
    found.push({
      name: 'zk_shell get',
      command: ['zk-shell', '--run-once', `get ${znode}`, address],
      rounds: SLOW_ROUNDS,
    });
  } else {
    note('zk_shell is missing (pip install zk_shell)');
  }
  return found;
}

/** ms from the start of the process to its end. */
function timeProcess([program = '', ...words]: readonly string[]): Promise<number> {
  const start = performance.now();
  return new Promise((done, failed) => {
    const child = spawn(program, words, { stdio: 'ignore' });
    child.on('error', failed);
    child.on('exit', (status) => {
      const ms = performance.now() - start;
      if (status === 0) done(ms);
      else failed(new Error(`${program} ${words.join(' ')} ended with ${status}`));
    });
  });
}

/** The least a Node program can do for a znode: handshake, getData and closeSession in one write. */
function bareSocket(folder: string): string {
  const file = join(folder, 'bare-socket.cjs');
  writeFileSync(
    file,
    `const [host, port] = process.argv[2].split(':');
     const path = Buffer.from(process.argv[3]);
     const get = Buffer.alloc(17 + path.length);
     get.writeInt32BE(get.length - 4, 0); get.writeInt32BE(1, 4); get.writeInt32BE(4, 8); get.writeInt32BE(path.length, 12); path.copy(get, 16);
     const connect = Buffer.alloc(49);
     connect.writeInt32BE(45, 0); connect.writeInt32BE(30000, 16); connect.writeInt32BE(16, 28);
     const socket = require('node:net').connect(Number(port), host);
     socket.write(Buffer.concat([connect, get, Buffer.from('0000000800000002fffffff5', 'hex')]));
     let bytes = Buffer.alloc(0);
     socket.on('data', (chunk) => { bytes = Buffer.concat([bytes, chunk]); });
     socket.on('close', () => process.stdout.write(bytes.subarray(65)));
    `,
  );
  return file;
}
