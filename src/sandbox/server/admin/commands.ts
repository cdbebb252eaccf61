/** The AdminServer's commands. Each follows the class of its name in admin.Commands (3.9), keys and their order included. */

import { connectionsOf, environment, monitorValues, VERSION_TEXT } from '../../tree/inspection.js';
import { javaHex, roundMean } from '../../tree/java-text.js';
import type { Connection } from '../connection.js';
import type { Server } from '../server.js';
import type { AdminContext, Command, CommandResult, Pairs } from './command.js';
import { JsonObject, type JsonValue } from './json-text.js';
import { restore, snapshot } from './snapshots.js';

export const COMMANDS: readonly Command[] = [
  get(['configuration', 'conf', 'config'], ({ server }) => [
    ['client_port', server.ports.plain],
    ['data_dir', server.storage.dataDir],
    ['data_log_dir', server.storage.dataLogDir],
    ['tick_time', server.settings.tickTime],
    ['max_client_cnxns', server.settings.maxClientCnxns],
    ['min_session_timeout', server.minSessionTimeoutMs],
    ['max_session_timeout', server.maxSessionTimeoutMs],
    ['server_id', 0],
    ['client_port_listen_backlog', server.settings.clientPortListenBacklog],
  ]),
  get(['connection_stat_reset', 'crst'], ({ server }) => {
    for (const { figures } of server.connections) {
      figures.reset();
    }
    return [];
  }),
  get(['connections', 'cons'], ({ server }) => connectionLists(server, describeInFull)),
  get(['dirs'], async ({ server: { storage } }) => [
    ['datadir_size', await storage.dataDirSize()],
    ['logdir_size', await storage.logDirSize()],
  ]),
  get(['dump'], ({ server }) => [
    ['expiry_time_to_session_ids', expiryTimes(server)],
    ['session_id_to_ephemeral_paths', byId(server.engine.tree.ephemerals())],
  ]),
  get(['environment', 'env', 'envi'], () => environment()),
  get(['get_trace_mask', 'gtmk'], ({ server }) => [['tracemask', server.traceMask]]),
  get(['hash'], ({ server }) => [
    [
      'digests',
      server.engine.digestLog.map(
        ({ zxid, digest }) =>
          new JsonObject([
            ['zxid', zxid],
            ['digest', BigInt.asIntN(64, digest.treeDigest)],
            ['digest_version', digest.version],
          ]),
      ),
    ],
  ]),
  get(['initial_configuration', 'icfg'], ({ settings }) => [
    ['initial_configuration', [...settings.given].map(([key, value]) => `${key}=${value}\n`).join('')],
  ]),
  get(['is_read_only', 'isro'], ({ server }) => [['read_only', server.isReadOnly]]),
  get(['last_snapshot', 'lsnp'], async ({ server }) => {
    const last = await server.storage.lastSnapshot();
    return [
      ['zxid', last === null ? 'ffffffffffffffff' : javaHex(last.zxid)],
      ['timestamp', last === null ? -1 : Math.floor(last.timeMs / 1000)],
    ];
  }),
  command(['leader', 'lead'], () => ({ error: 'server is not initialized' })),
  get(['monitor', 'mntr'], ({ server }) => monitorValues(server)),
  get(['observer_connection_stat_reset', 'orst'], () => []),
  get(['observers', 'obsr'], () => [
    ['synced_observers', 0],
    ['observers', []],
  ]),
  { names: ['restore', 'rest'], method: 'POST', needsAuth: true, run: restore },
  get(['ruok'], () => []),
  get(['server_stats', 'srvr'], serverStats),
  command(['set_trace_mask', 'stmk'], ({ server }, { query }) => setTraceMask(server, query.get('traceMask'))),
  { names: ['snapshot', 'snap'], method: 'GET', needsAuth: true, run: snapshot },
  get(['stat_reset', 'srst'], ({ server }) => {
    server.figures.reset();
    return [];
  }),
  get(['stats', 'stat'], async (context) => [
    ...(await serverStats(context)),
    ...connectionLists(context.server, describeInShort),
  ]),
  get(['system_properties', 'sysp'], systemProperties),
  get(['voting_view'], () => [['current_config', new JsonObject([])]]),
  get(['watch_summary', 'wchs'], ({ server }) => {
    const { connections, paths, watches } = server.engine.watches.summary();
    return [
      ['num_connections', connections],
      ['num_paths', paths],
      ['num_total_watches', watches],
    ];
  }),
  get(['watches', 'wchc'], ({ server }) => [['session_id_to_watched_paths', byId(server.engine.watches.bySession())]]),
  get(['watches_by_path', 'wchp'], ({ server }) => [
    ['path_to_session_ids', new JsonObject([...server.engine.watches.byPath()])],
  ]),
  get(['zabstate'], () => [
    ['voting', false],
    ['zabstate', ''],
  ]),
];

const BY_NAME: ReadonlyMap<string, Command> = new Map(
  COMMANDS.flatMap((each) => each.names.map((name) => [name, each] as const)),
);

/** undefined: an unknown one is answered with 200 and an error. */
export function findCommand(name: string): Command | undefined {
  return BY_NAME.get(name);
}

/** One that only tells. */
function get(names: readonly string[], tell: (context: AdminContext) => Pairs | Promise<Pairs>): Command {
  return { names, method: 'GET', run: async (context) => ({ pairs: await tell(context) }) };
}

function command(names: readonly string[], run: Command['run']): Command {
  return { names, method: 'GET', run };
}

function connectionLists(server: Server, describe: (connection: Connection) => JsonValue): Pairs {
  return [
    ['connections', connectionsOf(server, false).map(describe)],
    ['secure_connections', connectionsOf(server, true).map(describe)],
  ];
}

/** ServerCnxn.getConnectionInfo. */
function briefFields(connection: Connection): [string, JsonValue][] {
  const { figures } = connection;
  return [
    ['remote_socket_address', connection.remote],
    ['interest_ops', connection.interestOps],
    ['outstanding_requests', connection.outstandingCount],
    ['packets_received', figures.packetsReceived],
    ['packets_sent', figures.packetsSent],
  ];
}

function describeInShort(connection: Connection): JsonValue {
  return new JsonObject(briefFields(connection));
}

function describeInFull(connection: Connection): JsonValue {
  const { figures } = connection;
  return new JsonObject([
    ...briefFields(connection),
    ['session_id', connection.sessionId],
    ['last_operation', figures.lastOp],
    ['established', connection.establishedMs],
    ['session_timeout', connection.sessionTimeoutMs],
    ['last_cxid', figures.lastCxid],
    ['last_zxid', figures.lastZxid],
    ['last_response_time', figures.lastResponseMs],
    ['last_latency', figures.lastLatencyMs],
    ['min_latency', figures.latency.min],
    ['avg_latency', Math.floor(figures.latency.mean)],
    ['max_latency', figures.latency.max],
  ]);
}

async function serverStats({ server }: AdminContext): Promise<Pairs> {
  const { figures, storage, engine } = server;
  const replies = new JsonObject([
    ['last_buffer_size', figures.lastReplyBytes],
    ['min_buffer_size', figures.minReplyBytes],
    ['max_buffer_size', figures.maxReplyBytes],
  ]);
  return [
    ['version', VERSION_TEXT],
    ['read_only', server.isReadOnly],
    [
      'server_stats',
      new JsonObject([
        ['packets_sent', figures.packetsSent],
        ['packets_received', figures.packetsReceived],
        ['fsync_threshold_exceed_count', 0],
        ['client_response_stats', replies],
        ['provider_null', false],
        ['data_dir_size', await storage.dataDirSize()],
        ['log_dir_size', await storage.logDirSize()],
        ['last_processed_zxid', engine.lastZxid],
        ['outstanding_requests', server.outstandingCount],
        ['server_state', server.isReadOnly ? 'read-only' : 'standalone'],
        ['avg_latency', { double: roundMean(figures.latency.mean) }],
        ['max_latency', figures.latency.max],
        ['min_latency', figures.latency.min],
        ['num_alive_client_connections', server.connections.size],
        ['uptime', server.uptimeMs],
        ['auth_failed_count', figures.authFailedCount],
        ['non_mtlsremote_conn_count', 0],
        ['non_mtlslocal_conn_count', 0],
      ]),
    ],
    ['client_response', replies],
    ['node_count', engine.tree.nodeCount],
  ];
}

function setTraceMask(server: Server, mask: string | null): CommandResult {
  const needs = 'setTraceMask requires long traceMask argument';
  if (mask === null) {
    return { error: needs };
  }
  if (!/^[+-]?[0-9]+$/.test(mask) || BigInt.asIntN(64, BigInt(mask)) !== BigInt(mask)) {
    return { error: `${needs}, got ${mask}` };
  }
  server.traceMask = BigInt(mask);
  return { pairs: [['tracemask', server.traceMask]] };
}

/** In order of time; sessions that end at the same tick together. */
function expiryTimes(server: Server): JsonObject {
  return new JsonObject(server.sessionExpiry.buckets().map(({ dueMs, elements }) => [String(dueMs), elements]));
}

function byId(map: ReadonlyMap<bigint, readonly string[]>): JsonObject {
  return new JsonObject([...map].map(([id, paths]) => [String(id), paths]));
}

/** What of a JVM's properties there is: those of ZooKeeper that were set, and those of the system that have a meaning here. */
function systemProperties({ settings }: AdminContext): Pairs {
  const own = [...settings.given].map(
    ([name, value]) => [/^(jute|znode)\./.test(name) ? name : `zookeeper.${name}`, value] as const,
  );
  const fromSystem = environment().filter(([key, value]) => /^(java|os|user)\./.test(key) && value !== '<NA>');
  return [...own, ...fromSystem.filter(([key]) => !key.startsWith('os.memory'))].sort(([a], [b]) => (a < b ? -1 : 1));
}
