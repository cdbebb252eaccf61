/**
 * The ceiling of work on trees: a walk in a few dozen lines of socket code, by multiRead alone, as a process of its own.
 * Sorts nothing, prints nothing but how many znodes there were, knows no errors; no client can do much less.
 * `node raw-walk.cjs HOST:PORT ROOT children|data [BATCH [IN_FLIGHT]]`; data: getData of each, getChildren of those that have any.
 */
const { connect } = require('node:net');

const [address, root, mode, batchMax = 1000, inFlightMax = 8] = process.argv.slice(2);
const [host, port] = address.split(':');
const GET_DATA = 4;
const GET_CHILDREN = 8;
const READ = Buffer.from('000000000000000001ffffffff', 'hex');
const END = Buffer.from('ffffffff01ffffffff', 'hex');

const waiting = [{ op: mode === 'data' ? GET_DATA : GET_CHILDREN, path: root }];
const sent = [];
let znodesCount = 0;
let xid = 0;

function ask() {
  const ops = waiting.splice(-batchMax);
  sent.push(ops);
  const bytes = Buffer.allocUnsafe(12 + ops.reduce((sum, { path }) => sum + 14 + path.length * 3, 0) + END.length);
  bytes.writeInt32BE(++xid, 4);
  bytes.writeInt32BE(22, 8);
  let at = 12;
  for (const { op, path } of ops) {
    bytes.writeInt32BE(op, at);
    READ.copy(bytes, at + 4, 8);
    bytes[at + 4] = 0;
    const length = bytes.write(path, at + 13);
    bytes.writeInt32BE(length, at + 9);
    bytes[at + 13 + length] = 0;
    at += 14 + length;
  }
  at += END.copy(bytes, at);
  bytes.writeInt32BE(at - 4, 0);
  socket.write(bytes.subarray(0, at));
}

function read(reply) {
  let at = 16;
  for (const { op, path } of sent.shift()) {
    at += 9;
    if (op === GET_DATA) {
      znodesCount += 1;
      at += 4 + Math.max(0, reply.readInt32BE(at));
      if (reply.readInt32BE(at + 56) > 0) waiting.push({ op: GET_CHILDREN, path });
      at += 68;
      continue;
    }
    if (mode === 'children') znodesCount += 1;
    const count = reply.readInt32BE(at);
    at += 4;
    const prefix = path === '/' ? '/' : `${path}/`;
    for (let index = 0; index < count; index += 1) {
      const length = reply.readInt32BE(at);
      at += 4 + length;
      waiting.push({
        op: mode === 'data' ? GET_DATA : GET_CHILDREN,
        path: prefix + reply.latin1Slice(at - length, at),
      });
    }
  }
}

const handshake = Buffer.alloc(49);
handshake.writeInt32BE(45, 0);
handshake.writeInt32BE(30_000, 16);
handshake.writeInt32BE(16, 28);
const socket = connect(Number(port), host);
socket.setNoDelay(true);
socket.write(handshake);
let rest = Buffer.alloc(0);
let chunks = [];
let missing = 0;
let isFirst = true;
socket.on('data', (chunk) => {
  chunks.push(chunk);
  missing -= chunk.length;
  if (missing > 0) return;
  rest = chunks.length === 1 ? chunk : Buffer.concat(chunks);
  let at = 0;
  while (rest.length - at >= 4 && rest.length - at >= 4 + rest.readInt32BE(at)) {
    const end = at + 4 + rest.readInt32BE(at);
    if (!isFirst) read(rest.subarray(at + 4, end));
    isFirst = false;
    at = end;
  }
  rest = rest.subarray(at);
  chunks = rest.length === 0 ? [] : [rest];
  missing = rest.length >= 4 ? 4 + rest.readInt32BE(0) - rest.length : 0;
  while (waiting.length > 0 && sent.length < inFlightMax) ask();
  if (waiting.length === 0 && sent.length === 0) {
    socket.removeAllListeners('data').resume().end(Buffer.from('0000000800000002fffffff5', 'hex'));
    process.stdout.write(`${znodesCount}\n`);
  }
});
