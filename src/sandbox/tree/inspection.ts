/** What can be asked of a running server from outside a session, as data: the words and the AdminServer make text of it. */
import { homedir, hostname, release, tmpdir, totalmem, type, userInfo } from 'node:os';
import type { Connection } from '../server/connection.js';
import type { Server } from '../server/server.js';
import { roundMean } from './java-text.js';

/** The version whose behaviour this is. Where a real one has its commit, this has noughts. */
export const VERSION_TEXT = `3.9.5-${'0'.repeat(40)}, built on 2026-02-11 20:15 UTC`;

export function stateOf(server: Server): 'standalone' | 'read-only' {
  return server.isReadOnly ? 'read-only' : 'standalone';
}

/** Connections of the port that was asked: the plain one and the secure one show their own only. */
export function connectionsOf(server: Server, isSecure: boolean): Connection[] {
  return [...server.connections].filter(
    (connection) => connection.isSecure === isSecure && connection.phase !== 'gone',
  );
}

/** A mean as Java rounds it; `double`: it is printed with a point even where it is whole. */
export type MonitorValue = number | string | { readonly double: number };

/** mntr and monitor, without `zk_`, in the order of a real server as far as that has one. */
export function monitorValues(server: Server): [name: string, value: MonitorValue][] {
  const { engine, figures } = server;
  const { tree } = engine;
  return [
    ['version', VERSION_TEXT],
    ['server_state', stateOf(server)],
    ['ephemerals_count', tree.ephemeralsCount],
    ['num_alive_connections', server.connections.size],
    ['avg_latency', { double: roundMean(figures.latency.mean) }],
    ['outstanding_requests', server.outstandingCount],
    ['znode_count', tree.nodeCount],
    ['global_sessions', engine.sessions.size],
    ['non_mtls_remote_conn_count', 0],
    ['last_client_response_size', figures.lastReplyBytes],
    ['packets_sent', figures.packetsSent],
    ['packets_received', figures.packetsReceived],
    ['max_client_response_size', figures.maxReplyBytes],
    ['connection_drop_probability', { double: 0 }],
    ['watch_count', engine.watches.count],
    ['auth_failed_count', figures.authFailedCount],
    ['min_latency', figures.latency.min],
    // What the JVM says where the system does not tell.
    ['max_file_descriptor_count', -1],
    ['approximate_data_size', tree.approximateDataSize],
    ['open_file_descriptor_count', -1],
    ['local_sessions', server.localSessions.count],
    ['uptime', server.uptimeMs],
    ['max_latency', figures.latency.max],
    ['outstanding_tls_handshake', 0],
    ['min_client_response_size', figures.minReplyBytes],
    ['non_mtls_local_conn_count', 0],
    ['bytes_received_count', figures.bytesReceived],
    ['connection_rejected', figures.connectionsRejected],
    ['sessionless_connections_expired', figures.sessionlessExpired],
    ['stale_sessions_expired', figures.sessionsExpired],
    ['throttled_ops', figures.throttledOps],
    ['digest_mismatches_count', 0],
    ['unrecoverable_error_count', 0],
  ];
}

/** envi and environment: what a JVM tells of itself, told of this process. `<NA>` where there is no such thing. */
export function environment(): [key: string, value: string][] {
  const { heapUsed, heapTotal } = process.memoryUsage();
  const none = '<NA>';
  return [
    ['zookeeper.version', VERSION_TEXT],
    ['host.name', hostname()],
    ['java.version', none],
    ['java.vendor', none],
    ['java.home', none],
    ['java.class.path', none],
    ['java.library.path', none],
    ['java.io.tmpdir', tmpdir()],
    ['java.compiler', none],
    ['os.name', type()],
    ['os.arch', process.arch === 'x64' ? 'amd64' : process.arch === 'arm64' ? 'aarch64' : process.arch],
    ['os.version', release()],
    ['user.name', userName()],
    ['user.home', homedir()],
    ['user.dir', process.cwd()],
    ['os.memory.free', megabytes(heapTotal - heapUsed)],
    ['os.memory.max', megabytes(totalmem())],
    ['os.memory.total', megabytes(heapTotal)],
  ];
}

function megabytes(bytes: number): string {
  return `${Math.floor(bytes / (1024 * 1024))}MB`;
}

/** A process may run as somebody who is in no list. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return '<NA>';
  }
}
