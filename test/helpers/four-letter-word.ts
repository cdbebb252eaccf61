/** Asks a server one four-letter word over a socket of its own. Uses nothing of ours: an independent witness. */
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** The whole answer. @throws Error when the server refuses, resets or is silent for `timeoutMs` */
export function askWord(
  port: number,
  word: string,
  { host = '127.0.0.1', timeoutMs = 5_000, tls = false }: { host?: string; timeoutMs?: number; tls?: boolean } = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    // Bytes behind the word, because a TLS server waits for a fifth one.
    const send = (): void => void socket.write(`${word}\n\n\n\n`);
    const socket: Socket = tls
      ? connectTls({ host, port, rejectUnauthorized: false }, send)
      : connect({ host, port }, send);
    socket.setTimeout(timeoutMs, () => socket.destroy(new Error(`no answer to ${word} within ${timeoutMs} ms`)));
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', reject);
    socket.on('close', () => resolve(Buffer.concat(chunks).toString()));
  });
}
