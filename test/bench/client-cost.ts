/**
 * What the client itself costs: CPU time of this process for each operation, against a server in another process whose
 * replies are canned, so that the client is what is measured. Run by hand: `npx tsx test/bench/client-cost.ts`.
 */
import { fork } from 'node:child_process';
import { createServer, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Session } from '../../src/client/api.js';
import { openSession } from '../../src/client/session.js';

export interface ClientCost {
  readonly name: string;
  readonly operations: number;
  /** Operations, or znodes for a multiRead, a second. */
  readonly perSecond: number;
  /** µs of CPU, user and system, of the client's process. */
  readonly cpuMicroseconds: number;
}

const DATA_BYTES = 100;
const WARM_UP = 20_000;
const WINDOW = 1000;

export async function measureClientCost(): Promise<ClientCost[]> {
  const server = fork(fileURLToPath(import.meta.url), ['serve'], { execArgv: process.execArgv });
  const port = await new Promise<number>((resolve) => server.once('message', (message) => resolve(message as number)));
  const session = await openSession({ servers: `127.0.0.1:${port}`, sessionTimeoutMs: 60_000 });
  try {
    await getMany(session, WARM_UP);
    const reads = await medianOf(5, () =>
      measure('getData, 1,000 in flight', 200_000, () => getMany(session, 200_000)),
    );
    await multiReadMany(session, 100);
    const nodes = 200_000;
    const batches = await medianOf(5, () =>
      measure('multiRead of 200, 8 in flight, a znode', nodes, () => multiReadMany(session, nodes / 200)),
    );
    const queued = await measure('100,000 getData queued in one turn', 100_000, async () => {
      await Promise.all(Array.from({ length: 100_000 }, () => session.getData('/')));
    });
    return [reads, batches, queued];
  } finally {
    await session.close();
    server.kill();
  }
}

/** Always `WINDOW` requests in flight. */
async function getMany(session: Session, count: number): Promise<void> {
  let left = count;
  const lane = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await session.getData('/');
    }
  };
  await Promise.all(Array.from({ length: WINDOW }, lane));
}

async function multiReadMany(session: Session, count: number): Promise<void> {
  const ops = Array.from({ length: 200 }, () => ({ op: 'getData' as const, path: '/' }));
  let left = count;
  let bytes = 0;
  const lane = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      for (const result of await session.multiRead(ops)) {
        if (result.op === 'getData') bytes += (result.data?.length ?? 0) + result.stat.dataLength;
      }
    }
  };
  await Promise.all(Array.from({ length: 8 }, lane));
  if (bytes === 0) throw new Error('nothing was read');
}

async function measure(name: string, operations: number, run: () => Promise<void>): Promise<ClientCost> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  await run();
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  return { name, operations, perSecond: operations / seconds, cpuMicroseconds: (user + system) / operations };
}

async function medianOf(runs: number, run: () => Promise<ClientCost>): Promise<ClientCost> {
  const costs: ClientCost[] = [];
  for (let count = 0; count < runs; count++) costs.push(await run());
  return costs.sort((a, b) => a.cpuMicroseconds - b.cpuMicroseconds)[Math.floor(runs / 2)] as ClientCost;
}

/** Looks at nothing but length, number and op: the reply is a copy of a ready-made one, with the number put in. */
function serve(): void {
  const stat = Buffer.alloc(68);
  const data = Buffer.alloc(4 + DATA_BYTES, 'x');
  data.writeInt32BE(DATA_BYTES);
  const getData = framed(Buffer.concat([Buffer.alloc(16), data, stat]));
  const result = Buffer.concat([Buffer.from('000000040000000000', 'hex'), data, stat]);
  const results = Buffer.concat(Array.from({ length: 200 }, () => result));
  const multiRead = framed(Buffer.concat([Buffer.alloc(16), results, Buffer.from('ffffffff01ffffffff', 'hex')]));
  const plain = framed(Buffer.alloc(16));
  const canned = new Map([
    [4, getData],
    [22, multiRead],
  ]);
  const server = createServer((socket) => answer(socket, canned, plain));
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as { port: number }).port));
}

function answer(socket: Socket, canned: ReadonlyMap<number, Buffer>, plain: Buffer): void {
  let rest: Buffer = Buffer.alloc(0);
  let isFirst = true;
  socket.setNoDelay(true);
  socket.on('error', () => {});
  socket.on('data', (chunk: Buffer) => {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const replies: Buffer[] = [];
    let at = 0;
    while (bytes.length - at >= 4 && bytes.length - at >= 4 + bytes.readInt32BE(at)) {
      if (isFirst) {
        isFirst = false;
        const response = Buffer.alloc(37);
        response.writeInt32BE(bytes.readInt32BE(at + 16), 4);
        response.writeBigInt64BE(1n, 8);
        response.writeInt32BE(16, 16);
        replies.push(framed(response));
      } else {
        const reply = Buffer.from(canned.get(bytes.readInt32BE(at + 8)) ?? plain);
        bytes.copy(reply, 4, at + 4, at + 8);
        replies.push(reply);
      }
      at += 4 + bytes.readInt32BE(at);
    }
    rest = bytes.subarray(at);
    socket.write(Buffer.concat(replies));
  });
}

function framed(body: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length);
  return Buffer.concat([length, body]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv[2] === 'serve') {
    serve();
  } else {
    for (const { name, perSecond, cpuMicroseconds } of await measureClientCost()) {
      process.stdout.write(`${name}: ${cpuMicroseconds.toFixed(2)} µs of CPU each, ${Math.round(perSecond)}/s\n`);
    }
  }
}
