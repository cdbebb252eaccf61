/**
 * The seams to node-zookeeper-client: its version, and every inherited name that engine.ts uses, with its arity. The
 * package is no longer developed; should it change all the same, this is where it shows.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../src/client/clock.js';
import { createEngine } from '../../src/client/engine.js';
import { createSocketOpener } from '../../src/client/socket-opener.js';
import { fakeServer } from '../helpers/client-scene.js';
import { eventually } from '../helpers/eventually.js';
import { OP } from '../helpers/fake-server.js';

const require = createRequire(import.meta.url);
const Stock = require('node-zookeeper-client/lib/ConnectionManager.js');
const library = require('node-zookeeper-client');

test('the version is exactly 1.1.3', () => {
  expect(require('node-zookeeper-client/package.json').version).toBe('1.1.3');
});

/** Methods that are called or replaced, with the number of their parameters. */
const METHODS = {
  connect: 0,
  close: 0,
  queue: 2,
  setState: 1,
  updateTimeout: 1,
  addAuthInfo: 2,
  getSessionId: 0,
  getSessionPassword: 0,
  getSessionTimeout: 0,
  onSocketConnected: 0,
  onSocketData: 1,
  onSocketDrain: 0,
  onSocketClosed: 1,
  onPacketQueueReadable: 0,
} as const;

describe('what is inherited is there', () => {
  for (const [name, arity] of Object.entries(METHODS)) {
    test(`${name} takes ${arity}`, () => {
      expect(Object.hasOwn(Stock.prototype, name)).toBe(true);
      expect(Stock.prototype[name]).toHaveLength(arity);
    });
  }

  test('the constructor sets the fields that are used, to values of the kind that is expected', () => {
    const fresh = new Stock('127.0.0.1:2181', { sessionTimeout: 5000, spinDelay: 1 }, () => {});
    expect({ ...fresh }).toMatchObject({
      state: Stock.STATES.DISCONNECTED,
      sessionTimeout: 5000,
      sessionId: Buffer.alloc(8),
      sessionPassword: Buffer.alloc(16),
      credentials: [],
      xid: 0,
    });
    expect(fresh.socket).toBeUndefined();
    expect(typeof fresh.packetQueue.push).toBe('function');
  });

  test('the states', () => {
    expect(Stock.STATES).toEqual({
      DISCONNECTED: 0,
      CONNECTING: 1,
      CONNECTED: 2,
      CONNECTED_READ_ONLY: 3,
      CLOSING: -1,
      CLOSED: -2,
      SESSION_EXPIRED: -3,
      AUTHENTICATION_FAILED: -4,
    });
  });

  test('the gate looks at nothing but the header and a payload that is null', () => {
    const fresh = new Stock('127.0.0.1:2181/app', { sessionTimeout: 5000, spinDelay: 1 }, () => {});
    const taken: unknown[] = [];
    fresh.packetQueue = { push: (packet: unknown) => taken.push(packet) };
    const request = { header: { xid: 0, type: 4 }, payload: null, toBuffer: () => Buffer.alloc(0) };
    fresh.queue(request);
    expect(taken).toEqual([{ request, callback: expect.any(Function) }]);
  });

  test('the facade', () => {
    const client = library.createClient('127.0.0.1:2181', { retries: 0 });
    for (const [name, arity] of Object.entries({ connect: 0, close: 0, onConnectionManagerState: 1 })) {
      expect(client[name]).toHaveLength(arity);
    }
  });
});

describe('who uses the package', () => {
  const root = join(import.meta.dirname, '../../src');
  const sources = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name));
  const importing = sources.filter((name) =>
    /from 'node-zookeeper-client/.test(readFileSync(join(root, name), 'utf8')),
  );

  test('engine.ts alone imports it', () => {
    expect(importing.filter((name) => !name.endsWith('.d.ts'))).toEqual(['client/engine.ts']);
  });

  test('none of its own operations is called: they read one level of a tree, retry writes, and take version 0 for any', () => {
    const source = readFileSync(join(root, 'client/engine.ts'), 'utf8');
    const stock =
      /\.(getData|getChildren|getACL|setACL|exists|create|mkdirp|remove|removeRecursive|listSubTreeBFS|transaction)\(/;
    expect(stock.exec(source)).toBeNull();
    expect(source).toContain('retries: 0');
  });
});

describe("the library's own client", () => {
  test('follows the session, and tells it in its own words', async () => {
    const server = await fakeServer();
    const clock = systemClock;
    const { client, connection } = createEngine(
      {
        servers: [{ host: '127.0.0.1', port: server.port }],
        sessionTimeoutMs: 6000,
        connectTimeoutMs: 6000,
        waitMs: undefined,
        readOnly: false,
        auth: [],
        replyBytesMax: 1000,
        shuffle: false,
        eager: false,
        opener: createSocketOpener(undefined, clock),
        clock,
        random: () => 0,
        debug: () => {},
      },
      { onEvent: () => {}, onNotification: () => {}, rearmFrames: () => [] },
    );
    const told: string[] = [];
    for (const event of ['connected', 'disconnected', 'expired']) client.on(event, () => told.push(event));
    await connection.open();
    expect(client.getSessionId()).toEqual(Buffer.from('0000000000001000', 'hex'));
    expect(client.getSessionPassword()).toEqual(Buffer.alloc(16, 7));
    expect(client.getSessionTimeout()).toBe(6000);
    client.addAuthInfo('digest', Buffer.from('a:b'));
    await server.request(OP.auth);
    server.sessions.clear();
    server.cutAll();
    await eventually(() => told.includes('expired'), { what: 'the expiry' });
    expect(told).toEqual(['connected', 'disconnected', 'expired']);
    client.close();
    expect(connection.sessionState).toBe('expired');
  });
});
