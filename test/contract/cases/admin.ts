/** The AdminServer (JettyAdminServer, Commands). */
import { expect } from 'vitest';
import { rule, section } from '../rules.js';
import type { Scene } from '../scene.js';
import { ADMIN } from './setups.js';

const NAMES = [
  'configuration',
  'connection_stat_reset',
  'connections',
  'dirs',
  'dump',
  'environment',
  'get_trace_mask',
  'hash',
  'initial_configuration',
  'is_read_only',
  'last_snapshot',
  'leader',
  'monitor',
  'observer_connection_stat_reset',
  'observers',
  'ruok',
  'server_stats',
  'set_trace_mask',
  'stat_reset',
  'stats',
  'system_properties',
  'voting_view',
  'watch_summary',
  'watches',
  'watches_by_path',
  'zabstate',
];

/** The keys of an answer in their order, and its text with big numbers as they are. */
async function ask(
  scene: Scene,
  name: string,
): Promise<{ keys: string[]; json: Record<string, unknown>; text: string }> {
  const { status, type, text } = await scene.http(`/commands/${name}`);
  expect(status).toBe(200);
  expect(type).toMatch(/^application\/json/);
  const json = JSON.parse(text) as Record<string, unknown>;
  return { keys: Object.keys(json), json, text };
}

export const admin = section('admin', ADMIN, [
  rule(280, 'what is no command', async ({ scene }) => {
    const { text, type, status } = await scene.http('/commands/nope');
    expect(status).toBe(200);
    expect(type).toMatch(/^application\/json/);
    expect(JSON.parse(text)).toEqual({ command: 'nope', error: 'Unknown command: nope' });
    expect(text.trim()).toBe('{\n  "command" : "nope",\n  "error" : "Unknown command: nope"\n}');
  }),
  rule('9.2', 'the list of commands', async ({ scene }) => {
    const more = scene.differs({ '3.8': [], '3.9': ['restore', 'snapshot'] });
    const names = [...NAMES, ...more].sort();
    for (const path of ['/commands', '/commands/']) {
      const { status, text } = await scene.http(path);
      expect(status).toBe(200);
      expect(text.trimEnd()).toBe(names.map((name) => `<a href="/commands/${name}">${name}</a>\n<br/>`).join('\n'));
    }
  }),
  rule('9.2', 'elsewhere there is nothing', async ({ scene }) => {
    expect((await scene.http('/')).status).toBe(404);
    expect((await scene.http('/command')).status).toBe(404);
    for (const method of ['PUT', 'DELETE']) expect((await scene.http('/commands/ruok', { method })).status).toBe(405);
    expect((await scene.http('/commands/ruok', { method: 'HEAD' })).text).toBe('');
    expect((await scene.http('/commands/ruok', { method: 'POST' })).status).toBe(
      scene.differs({ '3.8': 405, '3.9': 500 }),
    );
    expect((await scene.http('/commands/ruok', { method: 'TRACE' })).status).toBe(
      scene.differs({ '3.8': 403, '3.9': 403 }),
    );
  }),
  rule('9.2', 'small commands', async ({ scene }) => {
    for (const name of ['ruok', 'stat_reset', 'connection_stat_reset', 'observer_connection_stat_reset']) {
      expect((await ask(scene, name)).json).toEqual({ command: name, error: null });
    }
    for (const [alias, name] of [
      ['srst', 'stat_reset'],
      ['crst', 'connection_stat_reset'],
      ['gtmk', 'get_trace_mask'],
      ['conf', 'configuration'],
      ['config', 'configuration'],
      ['env', 'environment'],
      ['envi', 'environment'],
      ['mntr', 'monitor'],
      ['lsnp', 'last_snapshot'],
      ['wchs', 'watch_summary'],
    ] as const) {
      expect((await ask(scene, alias)).json.command).toBe(name);
    }
    expect((await ask(scene, 'isro')).json).toEqual({ read_only: false, command: 'is_read_only', error: null });
    expect((await ask(scene, 'get_trace_mask')).json).toMatchObject({ tracemask: 306 });
    expect((await ask(scene, 'set_trace_mask?traceMask=306')).json).toMatchObject({ tracemask: 306, error: null });
    expect((await ask(scene, 'leader')).json).toEqual({ error: 'server is not initialized', command: 'leader' });
    expect((await ask(scene, 'zabstate')).json).toEqual({
      voting: false,
      zabstate: '',
      command: 'zabstate',
      error: null,
    });
    expect((await ask(scene, 'voting_view')).json).toEqual({ current_config: {}, command: 'voting_view', error: null });
    expect((await ask(scene, 'observers')).json).toEqual({
      synced_observers: 0,
      observers: [],
      command: 'observers',
      error: null,
    });
    const missing = (await ask(scene, 'set_trace_mask')).json;
    expect(missing.error).toBe('setTraceMask requires long traceMask argument');
    expect((await ask(scene, 'set_trace_mask?traceMask=x')).json.error).toBe(
      'setTraceMask requires long traceMask argument, got x',
    );
  }),
  rule('9.2', 'configuration, dirs, environment', async ({ scene }) => {
    const { keys, json, text } = await ask(scene, 'configuration');
    expect(keys).toEqual([
      'client_port',
      'data_dir',
      'data_log_dir',
      'tick_time',
      'max_client_cnxns',
      'min_session_timeout',
      'max_session_timeout',
      'server_id',
      'client_port_listen_backlog',
      'command',
      'error',
    ]);
    expect(json).toMatchObject({ client_port: scene.target.port, tick_time: 1000, max_client_cnxns: 0, server_id: 0 });
    expect(text.startsWith('{\n  "client_port" : ')).toBe(true);
    expect((await ask(scene, 'dirs')).keys).toEqual(['datadir_size', 'logdir_size', 'command', 'error']);
    expect((await ask(scene, 'environment')).keys).toContain('zookeeper.version');
    expect((await ask(scene, 'initial_configuration')).keys).toEqual(['initial_configuration', 'command', 'error']);
    expect((await ask(scene, 'system_properties')).keys.slice(-2)).toEqual(['command', 'error']);
    expect((await ask(scene, 'last_snapshot')).keys).toEqual(['zxid', 'timestamp', 'command', 'error']);
    expect((await ask(scene, 'hash')).json).toMatchObject({ command: 'hash', error: null });
  }),
  rule('9.2', 'connections, sessions and watches', async ({ scene, a }) => {
    await a.create('/t/e', { flags: 1 });
    await a.getData('/t', { watch: true });
    const { text, json } = await ask(scene, 'connections');
    expect(text).toContain(`"session_id" : ${a.sessionId}`);
    const mine = (json.connections as Record<string, unknown>[]).find(
      (one) => one.remote_socket_address === `127.0.0.1:${a.wire.localPort}`,
    );
    expect(Object.keys(mine ?? {})).toEqual([
      'remote_socket_address',
      'interest_ops',
      'outstanding_requests',
      'packets_received',
      'packets_sent',
      'session_id',
      'last_operation',
      'established',
      'session_timeout',
      'last_cxid',
      'last_zxid',
      'last_response_time',
      'last_latency',
      'min_latency',
      'avg_latency',
      'max_latency',
    ]);
    expect(mine).toMatchObject({ last_operation: 'GETD', session_timeout: 20_000, last_cxid: 2 });
    expect(json.secure_connections).toEqual([]);
    const dump = await ask(scene, 'dump');
    expect(dump.keys).toEqual(['expiry_time_to_session_ids', 'session_id_to_ephemeral_paths', 'command', 'error']);
    expect(dump.text).toMatch(new RegExp(`"${a.sessionId}" : \\[ "/t/e" \\]`));
    expect((await ask(scene, 'watch_summary')).json).toEqual({
      num_connections: 1,
      num_paths: 1,
      num_total_watches: 1,
      command: 'watch_summary',
      error: null,
    });
    expect((await ask(scene, 'watches')).text).toContain(
      `"session_id_to_watched_paths" : {\n    "${a.sessionId}" : [ "/t" ]`,
    );
    expect((await ask(scene, 'watches_by_path')).text).toContain(
      `"path_to_session_ids" : {\n    "/t" : [ ${a.sessionId} ]`,
    );
  }),
  rule('9.2', 'monitor, server_stats, stats', async ({ scene, a }) => {
    const zxid = await a.sync();
    const monitor = await ask(scene, 'monitor');
    expect(monitor.keys.slice(0, 2)).toEqual(['version', 'server_state']);
    expect(monitor.json).toMatchObject({ server_state: 'standalone', znode_count: 6, ephemerals_count: 0 });
    const stats = await ask(scene, 'server_stats');
    expect(stats.keys).toEqual([
      'version',
      'read_only',
      'server_stats',
      'client_response',
      'node_count',
      'command',
      'error',
    ]);
    expect(stats.json).toMatchObject({
      read_only: false,
      node_count: 6,
      server_stats: { last_processed_zxid: zxid, server_state: 'standalone', num_alive_client_connections: 2 },
    });
    const all = await ask(scene, 'stats');
    expect(all.keys).toEqual([
      'version',
      'read_only',
      'server_stats',
      'client_response',
      'node_count',
      'connections',
      'secure_connections',
      'command',
      'error',
    ]);
    const connections = all.json.connections as Record<string, unknown>[];
    expect(connections).toHaveLength(2);
    expect(Object.keys(connections[0] ?? {})).toEqual([
      'remote_socket_address',
      'interest_ops',
      'outstanding_requests',
      'packets_received',
      'packets_sent',
    ]);
  }),
  rule(281, 'snapshot and restore need someone who may do everything on the root', async ({ scene, a }) => {
    if (scene.target.is38) {
      expect(JSON.parse((await scene.http('/commands/snapshot')).text).error).toBe('Unknown command: snapshot');
      return;
    }
    const get = (path: string, authorization?: string) =>
      scene.http(path, authorization === undefined ? {} : { headers: { Authorization: authorization } });
    const nobody = await get('/commands/snapshot');
    expect(nobody.status).toBe(401);
    expect(JSON.parse(nobody.text)).toMatchObject({
      error: 'Auth info is missing for the command',
      command: 'snapshot',
    });
    for (const wrong of ['foo bar', 'digest', 'digest a b']) {
      const refused = await get('/commands/snap', wrong);
      expect(refused.status, wrong).toBe(401);
      expect(JSON.parse(refused.text).error).toBe('Not authenticated');
    }
    await a.setACL('/', [
      [31, 'digest', 'u:7vK97ZpQvvSlFdTKyD0VZkFJUqQ='],
      [1, 'world', 'anyone'],
    ]);
    const stranger = await get('/commands/snapshot', 'digest x:y');
    expect(stranger.status).toBe(403);
    expect(JSON.parse(stranger.text).error).toBe('Not authorized');
    const answer = await get('/commands/snapshot', 'digest super:secret');
    expect(answer.status).toBe(200);
    expect(answer.type).toMatch(/^application\/octet-stream/);
    expect(answer.headers.last_zxid).toBe(`0x${scene.ledger.zxid.toString(16)}`);
    expect(Number(answer.headers.snapshot_size)).toBe(answer.body.length);
    expect(answer.body.toString('latin1', 0, 4)).toBe('ZKSN');
    expect((await scene.http('/commands/restore')).status).toBe(401);
  }),
]);
