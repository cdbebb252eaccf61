/** A program that uses the client ends by itself, once its session is over: no timer, no socket holds it. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { fakeServer } from '../helpers/client-scene.js';
import { type FakeOptions, OP } from '../helpers/fake-server.js';

const ROOT = join(import.meta.dirname, '../..');

/** What a program prints that opens a session and then runs `body`. */
async function run(servers: string, body: string): Promise<string> {
  const source = `
    import { connect } from ${JSON.stringify(join(ROOT, 'src/index.ts'))};
    const session = await connect({ servers: ${JSON.stringify(servers)}, sessionTimeoutMs: 60_000 });
    ${body}`;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '-e', source],
    {
      cwd: ROOT,
      timeout: 30_000,
    },
  );
  return stdout;
}

test('after an expiry, although the server leaves the connection open', async () => {
  const expireNext: FakeOptions = { welcome: 'expire' };
  const server = await fakeServer({
    answer: ({ type }, connection) => {
      if (type !== OP.exists) return undefined;
      server.options = expireNext;
      connection.cut();
      return null;
    },
  });
  const printed = await run(
    server.address,
    `session.onEvent(({ type }) => console.log(type));
     await session.exists('/a').catch(({ code }) => console.log(code));`,
  );
  expect(printed.split('\n')).toEqual(['disconnected', 'CONNECTIONLOSS', 'expired', '']);
});

test('after close', async () => {
  const server = await fakeServer();
  expect(await run(server.address, `await session.close(); console.log(session.state);`)).toBe('closed\n');
});

test('after close of a session whose server is gone', async () => {
  const server = await fakeServer({
    answer: ({ type }) => {
      if (type === OP.exists) void server.stopListening();
      return null;
    },
  });
  const printed = await run(
    server.address,
    `await session.exists('/a').catch(({ code }) => console.log(code));
     await session.close();
     console.log(session.state);`,
  );
  expect(printed).toBe('CONNECTIONLOSS\nclosed\n');
});
