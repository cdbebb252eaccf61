/** The text of /zookeeper/config: `server.ID=…` lines and `version=HEX` (QuorumServer and QuorumVerifier of ZooKeeper 3.9). */
import { UsageError } from '../errors.js';
import type { Stat } from '../protocol/stat.js';
import type { ConfigResult, EnsembleServer } from './results.js';

export function configResult(
  { data, stat }: { readonly data: Buffer | null; readonly stat: Stat },
  shows: ConfigResult['shows'],
): ConfigResult {
  const text = (data ?? Buffer.alloc(0)).toString('utf8');
  return { kind: 'config', text, ...parseConfig(text), stat, shows };
}

export function parseConfig(text: string): {
  readonly version: bigint | null;
  readonly servers: readonly EnsembleServer[];
} {
  const version = /^version=([0-9a-f]+)$/im.exec(text)?.[1];
  const servers = [...text.matchAll(/^(server\.\d+=.*)$/gm)].flatMap(([line]) => {
    try {
      return [parseServer(line)];
    } catch {
      // A form that a newer server may have: its text is shown all the same.
      return [];
    }
  });
  return { version: version === undefined ? null : BigInt(`0x${version}`), servers };
}

const SPELLING = 'server.ID=HOST:QUORUMPORT:ELECTIONPORT[:ROLE];[HOST:]CLIENTPORT';
const ADDRESS = String.raw`(\[[0-9a-fA-F:.%]+\]|[^\s:;|=\[\]]+)`;
const SERVER = new RegExp(
  `^server\\.(\\d{1,3})=${ADDRESS}:(\\d{1,5}):(\\d{1,5})(?::(participant|observer))?((?:\\|[^;]*)?)(?:;(?:${ADDRESS}:)?(\\d{1,5}))?$`,
  'i',
);

/** One `server.ID=…` line. @throws UsageError with the right form */
export function parseServer(line: string): EnsembleServer {
  const [, id, host, quorumPort, electionPort, role, , clientHost, clientPort] = SERVER.exec(line.trim()) ?? [];
  const ports = [quorumPort, electionPort, ...(clientPort === undefined ? [] : [clientPort])].map(Number);
  if (
    id === undefined ||
    host === undefined ||
    Number(id) > 255 ||
    ports.some((port) => !(port >= 1 && port <= 65535))
  ) {
    throw new UsageError(`not a server: ${line}`, {
      why: `It is written ${SPELLING}`,
      hint: 'server.4=zk4:2888:3888;2181',
    });
  }
  return {
    id: Number(id),
    role: role?.toLowerCase() === 'observer' ? 'observer' : 'participant',
    host,
    quorumPort: Number(quorumPort),
    electionPort: Number(electionPort),
    clientHost: clientHost ?? null,
    clientPort: clientPort === undefined ? null : Number(clientPort),
    text: line.trim().slice(line.indexOf('=') + 1),
  };
}

/** `server.ID=…` of each, as the wire takes them. */
export function serverLines(servers: readonly EnsembleServer[]): string {
  return servers.map(({ id, text }) => `server.${id}=${text}`).join(',');
}
