/**
 * Ports for servers that are not ours to bind. Taken at random below the range from which systems pick ports for
 * outgoing connections, so that nobody else gets one between our look and the server's bind.
 */
import { createServer } from 'node:net';

const LOWEST = 11_000;
const HIGHEST = 32_000;

const given = new Set<number>();

export async function freePort(): Promise<number> {
  for (;;) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
