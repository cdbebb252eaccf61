/**
 * The sandbox: how soon it answers, what it answers beside a real standalone server, what a million znodes take, and
 * whether requests cost more among a million than among a thousand. The client is a bare socket, which costs either the same.
 */
import { spawn } from 'node:child_process';
import { haveJava } from '../helpers/java.js';
import { temporaryFolder } from '../helpers/reaper.js';
import { startZooKeeper } from '../helpers/zookeeper.js';
import { createRequest, getDataRequest, PATH_OFFSET, RawClient, setDataRequest } from './raw-client.js';
import { heading, median, note, row } from './report.js';
import { startSandboxProcess } from './sandbox-process.js';

const ROUNDS = 7;
const STARTS = 15;
const IN_FLIGHT = 1000;
const DATA = Buffer.alloc(100, 'x');

const EXTRA_MS_MAX = 150;
const FASTER_MIN = 3;
const GIBIBYTE = 1024 ** 3;
/** Nothing that a request does grows with the tree. */
const SLOWER_MAX = 1.3;

export async function benchSandbox(): Promise<void> {
  await benchFirstReply();
  await benchBesideReal();
  await benchMillion();
}

async function benchFirstReply(): Promise<void> {
  // The best, since the limit is in ms: what others do on the machine only ever adds to them.
  heading(`Sandbox: from the start of its process to the first reply, best of ${STARTS} interleaved rounds`);
  const bare: number[] = [];
  const answered: number[] = [];
  for (let round = 0; round < STARTS; round += 1) {
    bare.push(await time(bareNode));
    const start = performance.now();
    const sandbox = await startSandboxProcess();
    const client = await RawClient.open(sandbox.address);
    await client.run(getDataRequest('/'), 1, 1);
    answered.push(performance.now() - start);
    await client.close();
    await sandbox.stop();
  }
  row({ name: 'node -e 0', figure: `${Math.min(...bare).toFixed(1)} ms` });
  row({
    name: 'zksh sandbox, first reply',
    figure: `${Math.min(...answered).toFixed(1)} ms`,
    ratio: Math.min(...answered) - Math.min(...bare),
    to: '1 ms more than bare Node',
    limit: { kind: 'at most', value: EXTRA_MS_MAX },
  });
}

function bareNode(): Promise<void> {
  return new Promise((done) => spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' }).on('exit', () => done()));
}

/** Rounds alternate between the servers; each has its own folder for each round. */
async function benchBesideReal(): Promise<void> {
  heading(`Sandbox beside a real standalone server, ${IN_FLIGHT} in flight, median of ${ROUNDS} alternating rounds`);
  if (!haveJava()) {
    note('skipped: there is no Java, so no ZooKeeper');
    return;
  }
  const folder = temporaryFolder('bench-data');
  // The real one compiles as it would in production, and neither waits for the disk.
  const real = await startZooKeeper({ jvm: ['-XX:TieredStopAtLevel=4', '-Xmx2g'] });
  const inMemory = await startSandboxProcess();
  const onDisk = await startSandboxProcess('--data-dir', folder.path, '--set', 'forceSync=no');
  const servers = [
    { name: 'real 3.9.5', client: await RawClient.open(real.address) },
    { name: 'sandbox', client: await RawClient.open(inMemory.address) },
    { name: 'sandbox with --data-dir', client: await RawClient.open(onDisk.address) },
  ];
  for (const { name, count, run } of [
    { name: 'getData', count: 60_000, run: readOne },
    { name: 'create', count: 20_000, run: createMany },
  ]) {
    const rates = servers.map((): number[] => []);
    for (let round = -1; round < ROUNDS; round += 1) {
      for (const [index, { client }] of servers.entries()) {
        const ms = await time(() => run(client, count, round + 1));
        // The first one is for the compilers.
        if (round >= 0) rates[index]?.push((count / ms) * 1000);
      }
    }
    for (const [index, server] of servers.entries()) {
      const rate = median(rates[index] ?? []);
      row({
        name: `${name}: ${server.name}`,
        figure: perSecond(rate),
        ...(index === 0
          ? {}
          : {
              ratio: median((rates[index] ?? []).map((each, round) => each / (rates[0]?.[round] ?? Number.NaN))),
              to: 'the real one',
              ...(index === 1 ? { limit: { kind: 'at least', value: FASTER_MIN } } : {}),
            }),
      });
    }
  }
  for (const { client } of servers) await client.close();
  await Promise.all([real.stop(), inMemory.stop(), onDisk.stop()]);
  folder.remove();
}

async function readOne(client: RawClient, count: number): Promise<void> {
  await client.run(getDataRequest('/zookeeper/config'), count, IN_FLIGHT);
}

async function createMany(client: RawClient, count: number, round: number): Promise<void> {
  const folder = `/b${round}`;
  await client.run(createRequest(folder, DATA), 1, 1);
  await client.run(createRequest(`${folder}/00000000`, DATA), count, IN_FLIGHT, (bytes, at, number) => {
    putDigits(bytes, at + PATH_OFFSET + folder.length + 1, 8, number);
  });
}

const FOLDERS = 1000;
/** `/000/000`: a folder, and a znode in it. */
const PATH = '/000/000';
const MEASURED = 50_000;

async function benchMillion(): Promise<void> {
  heading('Sandbox: 1,000,000 znodes of 100 bytes');
  const small = await fill(1);
  const large = await fill(FOLDERS);
  row({
    name: 'memory of the process',
    figure: `${Math.round(large.sandbox.residentBytes() / 2 ** 20).toLocaleString('en')} MiB`,
    ratio: large.sandbox.residentBytes() / GIBIBYTE,
    to: '1 GiB',
    limit: { kind: 'at most', value: 1 },
  });
  for (const { name, request, folders, limit } of [
    { name: 'getData', request: getDataRequest(PATH), folders: 1, limit: SLOWER_MAX },
    { name: 'setData', request: setDataRequest(PATH, DATA), folders: 1, limit: SLOWER_MAX },
    // All over the tree the caches of the processor are of no use: what is left is how slow memory is.
    { name: 'getData all over it', request: getDataRequest(PATH), folders: FOLDERS },
  ]) {
    const times = { small: [] as number[], large: [] as number[] };
    for (let round = -1; round < ROUNDS; round += 1) {
      for (const [kind, { client }] of [
        ['small', small],
        ['large', large],
      ] as const) {
        const paths = scattered(kind === 'small' ? 1 : folders);
        const ms = await time(() => client.run(request, MEASURED, IN_FLIGHT, paths));
        if (round >= 0) times[kind].push(ms);
      }
    }
    row({
      name: `${name}, among 1,000,000`,
      figure: perSecond((MEASURED / median(times.large)) * 1000),
      ratio: median(times.large.map((ms, round) => ms / (times.small[round] ?? Number.NaN))),
      to: 'the time among 1,000',
      ...(limit === undefined ? {} : { limit: { kind: 'at most', value: limit } }),
    });
  }
  for (const { client, sandbox } of [small, large]) {
    await client.close();
    await sandbox.stop();
  }
}

async function fill(folders: number) {
  const sandbox = await startSandboxProcess();
  const client = await RawClient.open(sandbox.address);
  await client.run(createRequest('/000', DATA), folders, IN_FLIGHT, (bytes, at, number) => {
    putDigits(bytes, at + PATH_OFFSET + 1, 3, number);
  });
  await client.run(createRequest(PATH, DATA), folders * FOLDERS, IN_FLIGHT, (bytes, at, number) => {
    putDigits(bytes, at + PATH_OFFSET + 1, 3, Math.floor(number / FOLDERS));
    putDigits(bytes, at + PATH_OFFSET + 5, 3, number % FOLDERS);
  });
  return { sandbox, client };
}

/** Paths all over the tree, the same ones each time. */
function scattered(folders: number): (bytes: Buffer, at: number, number: number) => void {
  return (bytes, at, number) => {
    putDigits(bytes, at + PATH_OFFSET + 1, 3, (number * 7919) % folders);
    putDigits(bytes, at + PATH_OFFSET + 5, 3, (number * 104_729) % FOLDERS);
  };
}

function putDigits(bytes: Buffer, at: number, count: number, number: number): void {
  for (let index = count - 1, rest = number; index >= 0; index -= 1) {
    bytes[at + index] = 0x30 + (rest % 10);
    rest = Math.floor(rest / 10);
  }
}

async function time(run: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

function perSecond(rate: number): string {
  return `${Math.round(rate).toLocaleString('en')}/s`;
}
