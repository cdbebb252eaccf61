/**
 * The smallest client that can be: a handshake and one request on a socket, written by hand from the protocol. Uses nothing of ours, so that tests of our parts have a witness.
 */
import { connect as connectSocket, type Socket } from 'node:net';

/** ids as `scheme:id`, in the server's order. @throws Error the socket's own, or its early end */
export async function whoAmI(socket: Socket): Promise<string[]> {
  const replies = frames(socket);
  socket.write(framed(connectRequest(0n, Buffer.alloc(16))));
  await replies.next();
  socket.write(framed(Buffer.from('000000010000006b', 'hex'))); // xid 1, whoAmI
  const { value: reply } = await replies.next();
  if (reply === undefined) throw new Error('the connection ended');
  socket.write(framed(Buffer.from('00000002fffffff5', 'hex'))); // closeSession
  let at = 16; // behind xid, zxid and err
  const int = (): number => {
    at += 4;
    return reply.readInt32BE(at - 4);
  };
  const string = (): string => {
    const length = int();
    at += length;
    return reply.toString('utf8', at - length, at);
  };
  return Array.from({ length: int() }, () => `${string()}:${string()}`);
}

/** As anybody can who knows id and password: joins the session on a connection of its own and closes it. */
export async function endSession(port: number, sessionId: bigint, password: Buffer): Promise<void> {
  const socket = connectSocket({ host: '127.0.0.1', port });
  const replies = frames(socket);
  socket.write(framed(connectRequest(sessionId, password)));
  await replies.next();
  socket.write(framed(Buffer.from('00000001fffffff5', 'hex'))); // xid 1, closeSession
  await replies.next();
  socket.destroy();
}

function connectRequest(sessionId: bigint, password: Buffer): Buffer {
  const request = Buffer.alloc(45);
  request.writeInt32BE(10_000, 12); // wanted session time-out, ms
  request.writeBigInt64BE(sessionId, 16);
  request.writeInt32BE(password.length, 24);
  password.copy(request, 28);
  return request;
}

function framed(body: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length);
  return Buffer.concat([length, body]);
}

async function* frames(socket: Socket): AsyncGenerator<Buffer, undefined> {
  let bytes = Buffer.alloc(0);
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    bytes = Buffer.concat([bytes, chunk]);
    while (bytes.length >= 4 && bytes.length >= 4 + bytes.readInt32BE(0)) {
      const length = bytes.readInt32BE(0);
      yield bytes.subarray(4, 4 + length);
      bytes = bytes.subarray(4 + length);
    }
  }
  return undefined;
}
