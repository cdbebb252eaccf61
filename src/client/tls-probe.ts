/**
 * Short questions to a port after a failure: does it speak TLS, does it speak plain ZooKeeper, what is its certificate?
 * Only to explain; nothing of the session is sent, and no certificate is trusted here.
 */
import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectTls, type PeerCertificate } from 'node:tls';
import type { Clock, ServerAddress, TlsOptions } from './api.js';

/** For a question as a whole. */
const PROBE_MS = 2_000;

/** The server's own certificate, unverified; null where it shows none. */
export function fetchServerCertificate(
  { host, port }: ServerAddress,
  { serverName }: TlsOptions,
  clock: Clock,
): Promise<PeerCertificate | null> {
  const name = serverName ?? (isIP(host) === 0 ? host : undefined);
  const socket = connectTls({
    host,
    port,
    rejectUnauthorized: false,
    ...(name === undefined ? {} : { servername: name }),
  });
  return ask<PeerCertificate | null>(socket, clock, null, (answer) => {
    socket.once('secureConnect', () => {
      const certificate = socket.getPeerCertificate();
      answer(certificate === null || Object.keys(certificate).length === 0 ? null : certificate);
    });
  });
}

/** Whether the port shows a certificate or answers with a TLS alert. */
export function speaksTls({ host, port }: ServerAddress, clock: Clock): Promise<boolean> {
  const socket = connectTls({
    host,
    port,
    rejectUnauthorized: false,
    ...(isIP(host) === 0 ? { servername: host } : {}),
  });
  return ask(socket, clock, false, (answer) => {
    socket.once('secureConnect', () => answer(true));
    socket.once('error', ({ code = '' }: NodeJS.ErrnoException) => answer(/ALERT/.test(code)));
  });
}

/** Whether the port answers a four-letter word in plain text; also "not in the whitelist" is an answer. */
export function speaksPlain({ host, port }: ServerAddress, clock: Clock): Promise<boolean> {
  const socket = connectPlain({ host, port });
  return ask(socket, clock, false, (answer) => {
    // Four bytes more than the word, because a TLS port would wait for a fifth one.
    socket.once('connect', () => socket.write('srvr\n\n\n\n'));
    socket.once('data', (chunk) => answer(/^(Zookeeper version|srvr is not|This ZooKeeper)/i.test(chunk.toString())));
  });
}

function ask<T>(socket: Socket, clock: Clock, otherwise: T, listen: (answer: (value: T) => void) => void): Promise<T> {
  return new Promise((resolve) => {
    const answer = (value: T): void => {
      clock.clearTimeout(timer);
      socket.destroy();
      resolve(value);
    };
    const timer = clock.setTimeout(() => answer(otherwise), PROBE_MS);
    listen(answer);
    socket.on('error', () => answer(otherwise));
    socket.on('close', () => answer(otherwise));
  });
}
