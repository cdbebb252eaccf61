/** Connections as cons and stat list them (ServerCnxn.dumpConnectionInfo, 3.9). */

import { connectionsOf } from '../../tree/inspection.js';
import { javaHex } from '../../tree/java-text.js';
import type { Connection } from '../connection.js';
import type { Server } from '../server.js';

/** A line each. */
export function connectionLines(server: Server, isSecure: boolean, form: 'short' | 'long'): string {
  return connectionsOf(server, isSecure)
    .map((connection) => ` ${describe(connection, form)}\n`)
    .join('');
}

function describe(connection: Connection, form: 'short' | 'long'): string {
  const { figures } = connection;
  const fields = [
    `queued=${connection.outstandingCount}`,
    `recved=${figures.packetsReceived}`,
    `sent=${figures.packetsSent}`,
  ];
  if (form === 'long' && connection.sessionId !== 0n) {
    const { latency } = figures;
    fields.push(
      `sid=0x${javaHex(connection.sessionId)}`,
      `lop=${figures.lastOp}`,
      `est=${connection.establishedMs}`,
      `to=${connection.sessionTimeoutMs}`,
      ...(figures.lastCxid >= 0 ? [`lcxid=0x${javaHex(figures.lastCxid)}`] : []),
      `lzxid=0x${javaHex(figures.lastZxid)}`,
      `lresp=${figures.lastResponseMs}`,
      `llat=${figures.lastLatencyMs}`,
      `minlat=${latency.min}`,
      `avglat=${Math.floor(latency.mean)}`,
      `maxlat=${latency.max}`,
    );
  }
  return `/${connection.remote}[${connection.interestOps.toString(16)}](${fields.join(',')})`;
}
