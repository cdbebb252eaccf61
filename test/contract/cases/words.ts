/** Four-letter words (the Command classes of NIOServerCnxn). */
import { connect } from 'node:net';
import { expect } from 'vitest';
import { PLAIN, rule, section } from '../rules.js';
import type { Scene } from '../scene.js';
import { NO_WORDS, THREE_CONNECTIONS } from './setups.js';

/** Exactly these bytes, in these pieces; the whole answer. */
function say(scene: Scene, ...pieces: (string | Buffer)[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect({ host: '127.0.0.1', port: scene.target.port }, async () => {
      socket.setNoDelay(true);
      for (const piece of pieces) {
        socket.write(piece);
        await new Promise((later) => setTimeout(later, 20));
      }
    });
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('error', reject);
    socket.on('close', () => resolve(Buffer.concat(chunks).toString()));
    socket.setTimeout(10_000, () => socket.destroy(new Error(`no answer to ${pieces}`)));
  });
}

const keysOf = (text: string, separator: RegExp): string[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => line.split(separator)[0] ?? '');

const sid = (sessionId: bigint): string => `0x${sessionId.toString(16)}`;

export const words = section('words', PLAIN, [
  rule(275, 'a word is four bytes, in how many pieces ever and whatever comes behind', async ({ scene }) => {
    expect(await say(scene, 'ruok')).toBe('imok');
    expect(await say(scene, 'ru', 'ok')).toBe('imok');
    expect(await say(scene, 'r', 'u', 'o', 'k')).toBe('imok');
    expect(await say(scene, 'ruok\n')).toBe('imok');
    expect(await say(scene, 'ruokisro')).toBe('imok');
  }),
  rule('275b', 'what is no word', async ({ scene }) => {
    for (const text of ['RUOK', 'GET ', 'help', 'ruo\n']) expect(await say(scene, text)).toBe('');
  }),
  rule(279, 'isro, gtmk, stmk', async ({ scene }) => {
    expect(await say(scene, 'isro')).toBe('rw');
    expect(await say(scene, 'gtmk')).toBe('306');
    expect(await say(scene, Buffer.concat([Buffer.from('stmk'), long(514n)]))).toBe('514');
    expect(await say(scene, 'gtmk')).toBe('514');
    expect(await say(scene, Buffer.concat([Buffer.from('stmk'), long(306n)]))).toBe('306');
  }),
  rule('279b', 'srvr, stat', async ({ scene, a }) => {
    const zxid = await a.sync();
    const srvr = await scene.word('srvr');
    expect(srvr).toMatch(/^Zookeeper version: \d+\.\d+\.\d+-[0-9a-f]{40}, built on \d{4}-\d\d-\d\d \d\d:\d\d \S+\n/);
    expect(keysOf(srvr, /: /)).toEqual([
      'Zookeeper version',
      'Latency min/avg/max',
      'Received',
      'Sent',
      'Connections',
      'Outstanding',
      'Zxid',
      'Mode',
      'Node count',
    ]);
    expect(srvr).toMatch(/^Latency min\/avg\/max: \d+\/\d+\.\d+\/\d+$/m);
    expect(srvr).toContain(`\nZxid: 0x${zxid.toString(16)}\n`);
    expect(srvr).toContain('\nConnections: 3\nOutstanding: 0\n');
    expect(srvr).toContain('\nMode: standalone\nNode count: 6\n');
    const stat = await scene.word('stat');
    expect(stat.split('\n')[1]).toBe('Clients:');
    const clients = stat.split('\n').slice(2, 5).sort();
    const own = clients.filter((line) => line.includes('[0]'));
    expect(own).toHaveLength(1);
    expect(own[0]).toMatch(/^ \/127\.0\.0\.1:\d+\[0\]\(queued=0,recved=1,sent=0\)$/);
    expect(clients.filter((line) => line.includes(`:${a.wire.localPort}[1](queued=0,recved=`))).toHaveLength(1);
    expect(stat.split('\n')[5]).toBe('');
    expect(stat.split('\n')[6]).toMatch(/^Latency min/);
    expect(stat.endsWith('\nNode count: 6\n')).toBe(true);
  }),
  rule('279c', 'counters go back to the beginning', async ({ scene, a }) => {
    await a.exists('/t');
    expect(await scene.word('srst')).toBe('Server stats reset.\n');
    const srvr = await scene.word('srvr');
    // The word that resets is answered behind it, and srvr counts itself.
    expect(Number(/^Received: (\d+)$/m.exec(srvr)?.[1])).toBeLessThanOrEqual(1);
    expect(await scene.word('crst')).toBe('Connection stats reset.\n');
    expect(await scene.word('cons')).toContain(`:${a.wire.localPort}[1](queued=0,recved=0,sent=0,sid=`);
  }),
  rule('279d', 'cons', async ({ scene, a, b }) => {
    await a.sync();
    await a.addWatch('/t', 0);
    await b.ping();
    await a.removeWatches('/t', 3);
    const lines = (await scene.word('cons')).split('\n');
    expect(lines.slice(-2)).toEqual(['', '']);
    const line = lines.find((text) => text.includes(`:${a.wire.localPort}[`)) ?? '';
    expect(line).toMatch(
      new RegExp(
        `^ /127\\.0\\.0\\.1:\\d+\\[1\\]\\(queued=0,recved=4,sent=4,sid=${sid(a.sessionId)},lop=REMW,est=\\d{13},to=20000,` +
          `lcxid=0x3,lzxid=0x${scene.ledger.zxid.toString(16)},lresp=\\d+,llat=\\d+,minlat=\\d+,avglat=\\d+,maxlat=\\d+\\)$`,
      ),
    );
    const other = lines.find((text) => text.includes(`:${b.wire.localPort}[`)) ?? '';
    expect(other).toContain(`sid=${sid(b.sessionId)},lop=PING,est=`);
    expect(other).toContain('to=20000,lcxid=0x0,lzxid=');
    expect(lines.filter((text) => /\[0\]\(queued=0,recved=1,sent=0\)$/.test(text))).toHaveLength(1);
  }),
  rule('279e', 'what cons calls the last operation', async ({ scene, a }) => {
    const last = async (): Promise<string | undefined> => {
      const lines = (await scene.word('cons')).split('\n');
      return /lop=(\w+)/.exec(lines.find((text) => text.includes(`:${a.wire.localPort}[`)) ?? '')?.[1];
    };
    const names: string[] = [];
    const steps: (() => Promise<unknown>)[] = [
      () => Promise.resolve(),
      () => a.create('/t/a'),
      () => a.create('/t/b', { as: 'create2' }),
      () => a.create('/t/c', { as: 'createContainer', flags: 4 }),
      () => a.create('/t/d', { as: 'createTTL', flags: 5, ttl: 60_000n }),
      () => a.setData('/t/a'),
      () => a.delete('/t/a'),
      () => a.exists('/t'),
      () => a.getData('/t'),
      () => a.getACL('/t'),
      () => a.setACL('/t', [[31, 'world', 'anyone']]),
      () => a.getChildren('/t'),
      () => a.getChildren2('/t'),
      () => a.getAllChildrenNumber('/t'),
      () => a.getEphemerals('/t'),
      () => a.sync('/t'),
      () => a.multi([]),
      () => a.multiRead([]),
      () => a.addWatch('/t', 0),
      () => a.checkWatches('/t', 3),
      () => a.removeWatches('/t', 3),
      () => a.setWatches(0, [[], [], []]),
      () => a.setWatches(0, [[], [], [], [], []]),
      () => a.whoAmI(),
      () => a.reconfig({ err: -123 }),
      () => a.delete('/nope', { err: -101 }),
    ];
    for (const step of steps) {
      await step();
      names.push((await last()) ?? '');
    }
    expect(names.join(' ')).toBe(
      'SESS CREA CREA CREA CREA SETD DELE EXIS GETD GETA SETA GETC GETC GETACN GETE SYNC MULT MLTR ADDW CHKW REMW SETW STW2 HOMI NA NA',
    );
  }),
  rule('279f', 'conf', async ({ scene }) => {
    const conf = await scene.word('conf');
    expect(keysOf(conf, /=/)).toEqual([
      'clientPort',
      'secureClientPort',
      'dataDir',
      'dataDirSize',
      'dataLogDir',
      'dataLogSize',
      'tickTime',
      'maxClientCnxns',
      'minSessionTimeout',
      'maxSessionTimeout',
      'clientPortListenBacklog',
      'serverId',
    ]);
    expect(conf).toContain(`clientPort=${scene.target.port}\nsecureClientPort=-1\n`);
    expect(conf).toContain(
      '\ntickTime=1000\nmaxClientCnxns=0\nminSessionTimeout=2000\nmaxSessionTimeout=20000\nclientPortListenBacklog=-1\nserverId=0\n',
    );
  }),
  rule('279g', 'envi, dirs', async ({ scene }) => {
    const envi = await scene.word('envi');
    expect(envi.startsWith('Environment:\nzookeeper.version=')).toBe(true);
    expect(keysOf(envi, /=/).slice(1)).toEqual([
      'zookeeper.version',
      'host.name',
      'java.version',
      'java.vendor',
      'java.home',
      'java.class.path',
      'java.library.path',
      'java.io.tmpdir',
      'java.compiler',
      'os.name',
      'os.arch',
      'os.version',
      'user.name',
      'user.home',
      'user.dir',
      'os.memory.free',
      'os.memory.max',
      'os.memory.total',
    ]);
    expect(await scene.word('dirs')).toMatch(/^datadir_size: \d+\nlogdir_size: \d+\n$/);
  }),
  rule('279h', 'dump', async ({ scene, a, b }) => {
    await a.create('/t/e1', { flags: 1 });
    await a.create('/t/e2', { flags: 1 });
    const dump = await scene.word('dump');
    const lines = dump.split('\n');
    expect(lines[0]).toBe('SessionTracker dump:');
    expect(lines[1]).toMatch(/^Session Sets \(\d+\)\/\(2\):$/);
    expect(dump).toMatch(/\n\d+ expire at \w{3} \w{3} \d\d \d\d:\d\d:\d\d \S+ \d{4}:\n/);
    for (const session of [a, b]) expect(lines).toContain(`\t${sid(session.sessionId)}`);
    const ephemerals = lines.slice(lines.indexOf('ephemeral nodes dump:'), lines.indexOf('Connections dump:'));
    expect(ephemerals[1]).toMatch(/^Sessions with Ephemerals \(\d+\):$/);
    const from = ephemerals.indexOf(`${sid(a.sessionId)}:`);
    expect(ephemerals.slice(from + 1, from + 3).sort()).toEqual(['\t/t/e1', '\t/t/e2']);
    const connections = lines.slice(lines.indexOf('Connections dump:'));
    expect(connections[1]).toMatch(/^Connections Sets \(\d+\)\/\(\d+\):$/);
    expect(connections).toContain(`\tip: /127.0.0.1:${a.wire.localPort} sessionId: ${sid(a.sessionId)}`);
    expect(dump).toMatch(/\tip: \/127\.0\.0\.1:\d+ sessionId: 0x0\n/);
  }),
  rule(278, 'wchs, wchc, wchp: the data table, with what is persistent', async ({ scene, a, b }) => {
    await a.getChildren('/t', { watch: true });
    expect(await scene.word('wchs')).toBe('0 connections watching 0 paths\nTotal watches:0\n');
    expect(await scene.word('wchc')).toBe('\n');
    expect(await scene.word('wchp')).toBe('\n');
    await a.getData('/t', { watch: true });
    expect(await scene.word('wchs')).toBe('1 connections watching 1 paths\nTotal watches:1\n');
    expect(await scene.word('wchc')).toBe(`${sid(a.sessionId)}\n\t/t\n\n`);
    expect(await scene.word('wchp')).toBe(`/t\n\t${sid(a.sessionId)}\n\n`);
    await b.addWatch('/t', 1);
    await b.addWatch('/t/x', 0);
    await b.exists('/t/y', { watch: true, err: -101 });
    expect(await scene.word('wchs')).toBe('2 connections watching 3 paths\nTotal watches:4\n');
    const wchc = await scene.word('wchc');
    for (const path of ['/t', '/t/x', '/t/y']) expect(wchc).toContain(`\t${path}\n`);
    expect(wchc.endsWith('\n\n')).toBe(true);
    const wchp = await scene.word('wchp');
    expect(wchp).toContain(`/t/x\n\t${sid(b.sessionId)}\n`);
  }),
  rule('278b', 'mntr', async ({ scene, a }) => {
    await a.getChildren('/t', { watch: true });
    await a.create('/t/e', { flags: 1, data: '12345' });
    await a.saw('K /t');
    await a.exists('/t/e', { watch: true });
    await a.getChildren('/t', { watch: true });
    // Watches of a connection that has just ended go a moment later; 3.8 loses count of some.
    const watches = scene.differs({ '3.8': /^zk_watch_count\t\d+$/m, '3.9': /^zk_watch_count\t2$/m });
    await expect.poll(() => scene.word('mntr'), { timeout: 10_000 }).toMatch(watches);
    const lines = (await scene.word('mntr')).trimEnd().split('\n');
    expect(lines[0]).toMatch(/^zk_version\t\d+\.\d+\.\d+-[0-9a-f]{40}, built on /);
    expect(lines[1]).toBe('zk_server_state\tstandalone');
    const values = new Map(lines.map((line) => line.split('\t') as [string, string]));
    expect(values.get('zk_znode_count')).toBe('7');
    expect(values.get('zk_ephemerals_count')).toBe('1');
    expect(values.get('zk_num_alive_connections')).toBe('3');
    expect(values.get('zk_global_sessions')).toBe('2');
    expect(values.get('zk_local_sessions')).toBe('0');
    expect(values.get('zk_outstanding_requests')).toBe('0');
    for (const key of [
      'approximate_data_size',
      'avg_latency',
      'min_latency',
      'max_latency',
      'packets_received',
      'packets_sent',
      'last_client_response_size',
      'max_client_response_size',
      'min_client_response_size',
      'uptime',
      'open_file_descriptor_count',
      'max_file_descriptor_count',
      'auth_failed_count',
      'connection_drop_probability',
      'outstanding_tls_handshake',
      'non_mtls_local_conn_count',
      'non_mtls_remote_conn_count',
    ]) {
      expect(values.get(`zk_${key}`), key).toMatch(/^-?\d+(\.\d+)?$/);
    }
  }),
  rule('278c', 'hash', async ({ scene }) => {
    expect(await scene.word('hash')).toMatch(/^([0-9a-f]+: -?\d+\n)*$/);
  }),
]);

export const wordsForbidden = section('words', NO_WORDS, [
  rule(276, 'by default only srvr is answered', async ({ scene }) => {
    expect(await say(scene, 'ruok')).toBe('ruok is not executed because it is not in the whitelist.\n');
    expect(await say(scene, 'stmk')).toBe('stmk is not executed because it is not in the whitelist.\n');
    expect(await say(scene, 'srvr')).toContain('Mode: standalone');
    expect(await say(scene, 'isro')).toBe('isro is not executed because it is not in the whitelist.\n');
    expect(await say(scene, Buffer.from('fff4fffd', 'hex'))).toBe(
      'telnet close is not executed because it is not in the whitelist.\n',
    );
  }),
]);

export const connectionLimit = section('handshake', THREE_CONNECTIONS, [
  rule(282, 'a connection too many is hung up on without a word', async ({ scene }) => {
    // A and B are two of three.
    const third = await scene.wire();
    // A real server counts a connection a moment after it has accepted it.
    await expect.poll(() => say(scene, 'ruok').catch(() => ''), { timeout: 10_000 }).toBe('');
    third.cut();
    await expect.poll(() => say(scene, 'ruok').catch(() => ''), { timeout: 10_000 }).toBe('imok');
  }),
]);

function long(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(value);
  return bytes;
}
