/** An ensemble of real servers on this machine, three by default. */
import { eventually } from './eventually.js';
import { freePort } from './free-port.js';
import { prepareZooKeeper, retryStart, type ZooKeeperOptions, type ZooKeeperServer } from './zookeeper.js';

export interface Ensemble {
  readonly servers: readonly ZooKeeperServer[];
  /** `127.0.0.1:a,127.0.0.1:b,127.0.0.1:c`. */
  readonly address: string;
  /** Waits until there is one. */
  leader(): Promise<ZooKeeperServer>;
  followers(): Promise<ZooKeeperServer[]>;
  /** Resolves when every server of the ensemble serves. */
  untilServing(): Promise<void>;
  stop(): Promise<void>;
}

export async function startEnsemble(options: ZooKeeperOptions & { readonly size?: number } = {}): Promise<Ensemble> {
  const servers = await retryStart(() => startServers(options));
  const modes = () => Promise.all(servers.map(async (server) => ({ server, mode: await server.mode() })));
  return {
    servers,
    address: servers.map(({ address }) => address).join(','),
    leader: () =>
      eventually(async () => (await modes()).find(({ mode }) => mode === 'leader')?.server, {
        what: 'a leader',
        deadlineMs: 90_000,
      }),
    followers: async () => (await modes()).filter(({ mode }) => mode === 'follower').map(({ server }) => server),
    untilServing: async () => void (await Promise.all(servers.map((server) => server.untilServing()))),
    stop: async () => void (await Promise.all(servers.map((server) => server.stop()))),
  };
}

async function startServers({ size = 3, ...options }: ZooKeeperOptions & { readonly size?: number }) {
  const ports = await Promise.all(Array.from({ length: size }, freePort));
  const list: string[] = [];
  for (const [index, port] of ports.entries()) {
    list.push(`server.${index + 1}=127.0.0.1:${await freePort()}:${await freePort()};127.0.0.1:${port}`);
  }
  const servers = await Promise.all(
    ports.map((port, index) => prepareZooKeeper(options, { id: index + 1, port, servers: list })),
  );
  try {
    await Promise.all(servers.map((server) => server.launch()));
    await Promise.all(servers.map((server) => server.untilServing()));
    return servers;
  } catch (error) {
    await Promise.all(servers.map((server) => server.stop()));
    throw error;
  }
}
