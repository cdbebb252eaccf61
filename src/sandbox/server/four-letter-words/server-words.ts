/** Words about the server as a whole. Each follows the class of its name in server.command (3.9), to the byte. */
import { environment, type MonitorValue, monitorValues, stateOf, VERSION_TEXT } from '../../tree/inspection.js';
import { javaDouble, javaHex, roundMean } from '../../tree/java-text.js';
import type { Server } from '../server.js';
import type { AnswerWord } from './answer-word.js';
import { connectionLines } from './connection-lines.js';

export const serverWords: Readonly<Record<string, AnswerWord>> = {
  ruok: () => 'imok',
  /** IsroCommand */
  isro: (server) => (server.isReadOnly ? 'ro' : 'rw'),
  gtmk: (server) => server.traceMask.toString(),
  /** StatCommand */
  srvr: (server) => `${versionLines(server)}${figureLines(server)}`,
  stat: (server, { isSecure }) =>
    `${versionLines(server)}Clients:\n${connectionLines(server, isSecure, 'short')}\n${figureLines(server)}`,
  /** StatResetCommand */
  srst(server) {
    server.figures.reset();
    return 'Server stats reset.\n';
  },
  /** ZooKeeperServer.dumpConf */
  async conf(server) {
    const [dataDirSize, dataLogSize] = await Promise.all([server.storage.dataDirSize(), server.storage.logDirSize()]);
    return [
      ['clientPort', server.ports.plain],
      ['secureClientPort', server.ports.secure],
      ['dataDir', server.storage.dataDir],
      ['dataDirSize', dataDirSize],
      ['dataLogDir', server.storage.dataLogDir],
      ['dataLogSize', dataLogSize],
      ['tickTime', server.settings.tickTime],
      ['maxClientCnxns', server.settings.maxClientCnxns],
      ['minSessionTimeout', server.minSessionTimeoutMs],
      ['maxSessionTimeout', server.maxSessionTimeoutMs],
      ['clientPortListenBacklog', server.settings.clientPortListenBacklog],
      ['serverId', 0],
    ]
      .map(([key, value]) => `${key}=${value}\n`)
      .join('');
  },
  /** DirsCommand */
  async dirs({ storage }) {
    return `datadir_size: ${await storage.dataDirSize()}\nlogdir_size: ${await storage.logDirSize()}\n`;
  },
  /** EnvCommand */
  envi: () =>
    `Environment:\n${environment()
      .map(([key, value]) => `${key}=${value}\n`)
      .join('')}`,
  /** MonitorCommand */
  mntr: (server) =>
    monitorValues(server)
      .map(([name, value]) => `zk_${name}\t${formatValue(value)}\n`)
      .join(''),
  /** DigestCommand */
  hash: ({ engine }) =>
    engine.digestLog.map(({ zxid, digest }) => `${javaHex(zxid)}: ${BigInt.asIntN(64, digest.treeDigest)}\n`).join(''),
};

function versionLines(server: Server): string {
  const notice = server.isReadOnly ? 'READ-ONLY mode; serving only read-only clients\n' : '';
  return `Zookeeper version: ${VERSION_TEXT}\n${notice}`;
}

/** ServerStats.toString, and the number of znodes. */
function figureLines(server: Server): string {
  const { figures, engine } = server;
  const { latency } = figures;
  return [
    `Latency min/avg/max: ${latency.min}/${javaDouble(roundMean(latency.mean))}/${latency.max}`,
    `Received: ${figures.packetsReceived}`,
    `Sent: ${figures.packetsSent}`,
    `Connections: ${server.connections.size}`,
    `Outstanding: ${server.outstandingCount}`,
    `Zxid: 0x${javaHex(engine.lastZxid)}`,
    `Mode: ${stateOf(server)}`,
    `Node count: ${engine.tree.nodeCount}`,
    '',
  ].join('\n');
}

function formatValue(value: MonitorValue): string {
  return typeof value === 'object' ? javaDouble(value.double) : String(value);
}
