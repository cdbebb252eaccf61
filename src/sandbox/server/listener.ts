/** Ports: opening and closing them. What becomes of the sockets is whoever made the server's. */

import type { AddressInfo, Server as NetServer } from 'node:net';
import { LocalError } from '../../errors.js';
import { hostPort } from './java-address.js';

export interface ListenerOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** -1: the system's. */
  readonly backlog: number;
}

export interface Listener {
  readonly host: string;
  readonly port: number;
  /** No more connections; those there are stay. */
  close(): Promise<void>;
}

/** @throws LocalError the port is taken, or may not be used */
export async function listen(server: NetServer, options: ListenerOptions): Promise<Listener> {
  await bind(server, options);
  const { port } = server.address() as AddressInfo;
  return { host: options.host, port, close: () => close(server) };
}

/** The system's own default of Node is 511. */
const BACKLOG = 511;

function bind(server: NetServer, { host, port, backlog }: ListenerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explain(error, host, port)));
    server.listen({ host, port, backlog: backlog === -1 ? BACKLOG : backlog }, () => {
      server.removeAllListeners('error');
      // Accepting fails when the process runs out of files: those it has go on.
      server.on('error', () => undefined);
      resolve();
    });
  });
}

function close(server: NetServer): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}

function explain(error: NodeJS.ErrnoException, host: string, port: number): LocalError {
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: 'something else listens there already',
    EACCES: "not allowed: ports below 1024 are the administrator's",
    EADDRNOTAVAIL: 'this machine has no such address',
    ENOTFOUND: 'no address is known for that name',
  };
  return new LocalError(`cannot listen on ${hostPort(host, port)}: ${reasons[error.code ?? ''] ?? error.message}`, {
    hint: 'For any free port: --port 0',
    cause: error,
  });
}
