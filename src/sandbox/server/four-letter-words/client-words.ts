/** Words about clients: connections, sessions, watches. Each follows the class of its name in server.command (3.9). */

import { javaDate, javaHex } from '../../tree/java-text.js';
import type { ExpiryQueue } from '../expiry-queue.js';
import type { Server } from '../server.js';
import type { AnswerWord } from './answer-word.js';
import { connectionLines } from './connection-lines.js';

export const clientWords: Readonly<Record<string, AnswerWord>> = {
  /** ConsCommand */
  cons: (server, { isSecure }) => `${connectionLines(server, isSecure, 'long')}\n`,
  /** CnxnStatResetCommand */
  crst(server) {
    for (const connection of server.connections) {
      connection.figures.reset();
    }
    return 'Connection stats reset.\n';
  },
  /** DumpCommand */
  dump: (server) =>
    [
      'SessionTracker dump:\nSession ',
      queueLines(server, server.sessionExpiry, (sessionId) => `0x${javaHex(sessionId)}`),
      'ephemeral nodes dump:\n',
      ephemeralLines(server),
      'Connections dump:\nConnections ',
      queueLines(
        server,
        server.connectionExpiry,
        (connection) => `ip: /${connection.remote} sessionId: 0x${javaHex(connection.sessionId)}`,
      ),
    ].join(''),
  /** WatchCommand, WatchManager */
  wchs(server) {
    const { connections, paths, watches } = server.engine.watches.summary();
    return `${connections} connections watching ${paths} paths\nTotal watches:${watches}\n`;
  },
  wchc(server) {
    const bySession = [...server.engine.watches.bySession()];
    return `${bySession.map(([id, paths]) => `0x${javaHex(id)}\n${paths.map((path) => `\t${path}\n`).join('')}`).join('')}\n`;
  },
  wchp(server) {
    const byPath = [...server.engine.watches.byPath()];
    return `${byPath.map(([path, ids]) => `${path}\n${ids.map((id) => `\t0x${javaHex(id)}\n`).join('')}`).join('')}\n`;
  },
};

/** ExpiryQueue.dump. */
function queueLines<E>(server: Server, queue: ExpiryQueue<E>, describe: (element: E) => string): string {
  const buckets = queue.buckets();
  const offsetMs = server.clock.wallClock() - server.clock.now();
  const lines = buckets.flatMap(({ dueMs, elements }) => [
    `${elements.length} expire at ${javaDate(dueMs + offsetMs)}:`,
    ...elements.map((element) => `\t${describe(element)}`),
  ]);
  return [`Sets (${buckets.length})/(${queue.size}):`, ...lines, ''].join('\n');
}

/** DataTree.dumpEphemerals. */
function ephemeralLines(server: Server): string {
  const ephemerals = [...server.engine.tree.ephemerals()];
  const lines = ephemerals.flatMap(([sessionId, paths]) => [
    `0x${javaHex(sessionId)}:`,
    ...paths.map((path) => `\t${path}`),
  ]);
  return [`Sessions with Ephemerals (${ephemerals.length}):`, ...lines, ''].join('\n');
}
