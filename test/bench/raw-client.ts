/**
 * The ceiling: a socket that sends ready-made requests and only counts the replies. Decodes nothing, keeps nothing; no
 * client can do less.
 */
import { connect, type Socket } from 'node:net';

export class RawClient {
  readonly #socket: Socket;
  #rest: Buffer = Buffer.alloc(0);
  #onReplies: (count: number) => void = () => {};

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => this.#count(chunk));
  }

  static async open(address: string): Promise<RawClient> {
    const [host, port] = address.split(':');
    const socket = connect(Number(port), host);
    socket.setNoDelay(true);
    const client = new RawClient(socket);
    const handshake = Buffer.alloc(45);
    handshake.writeInt32BE(60_000, 12);
    handshake.writeInt32BE(16, 24);
    await client.#exchange(frame(handshake), 1);
    return client;
  }

  /**
   * Requests with ever new xids, `inFlight` at a time, until `count` are answered. `vary` makes each of them another one: it
   * is given where the request begins and its number from 0 on.
   */
  run(
    request: Buffer,
    count: number,
    inFlight: number,
    vary?: (bytes: Buffer, at: number, number: number) => void,
  ): Promise<void> {
    let sent = 0;
    let answered = 0;
    const send = (wanted: number): void => {
      const batch = Math.min(wanted, count - sent);
      if (batch === 0) return;
      const bytes = Buffer.alloc(request.length * batch);
      for (let index = 0; index < batch; index += 1) {
        request.copy(bytes, index * request.length);
        vary?.(bytes, index * request.length, sent);
        sent += 1;
        bytes.writeInt32BE(sent, index * request.length + 4);
      }
      this.#socket.write(bytes);
    };
    return new Promise((done) => {
      this.#onReplies = (replies) => {
        answered += replies;
        if (answered === count) done();
        else send(replies);
      };
      send(inFlight);
    });
  }

  async close(): Promise<void> {
    await this.#exchange(Buffer.from('0000000800000002fffffff5', 'hex'), 1);
    this.#socket.destroy();
  }

  #exchange(bytes: Buffer, count: number): Promise<void> {
    return new Promise((done) => {
      this.#onReplies = () => done();
      if (count > 0) this.#socket.write(bytes);
    });
  }

  #count(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    let replies = 0;
    while (bytes.length - at >= 4 && bytes.length - at >= 4 + bytes.readInt32BE(at)) {
      at += 4 + bytes.readInt32BE(at);
      replies += 1;
    }
    this.#rest = bytes.subarray(at);
    if (replies > 0) this.#onReplies(replies);
  }
}

export function getDataRequest(path: string): Buffer {
  return frame(Buffer.concat([header(4), string(path), Buffer.from([0])]));
}

/** Of a persistent znode that is open to all. */
export function createRequest(path: string, data: Buffer): Buffer {
  const acl = Buffer.concat([int(1), int(31), string('world'), string('anyone')]);
  return frame(Buffer.concat([header(1), string(path), int(data.length), data, acl, int(0)]));
}

export function setDataRequest(path: string, data: Buffer): Buffer {
  return frame(Buffer.concat([header(5), string(path), int(data.length), data, int(-1)]));
}

/** Where the path begins in a request whose first field it is. */
export const PATH_OFFSET = 16;

/** MultiHeader (type, done, err) before each, and one that ends it. */
export function multiReadRequest(paths: readonly string[]): Buffer {
  const reads = paths.map((path) =>
    Buffer.concat([Buffer.from('0000000400ffffffff', 'hex'), string(path), Buffer.from([0])]),
  );
  return frame(Buffer.concat([header(22), ...reads, Buffer.from('ffffffff01ffffffff', 'hex')]));
}

function header(type: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeInt32BE(type, 4);
  return bytes;
}

function string(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([int(bytes.length), bytes]);
}

function int(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function frame(body: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length);
  return Buffer.concat([length, body]);
}
