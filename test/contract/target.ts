/** What the cases run against: the sandbox, and real servers of the two lines, all with the same settings. */
import { temporaryFolder } from '../helpers/reaper.js';
import { startZooKeeper, type ZooKeeperServer } from '../helpers/zookeeper.js';

export const TARGETS = ['sandbox', '3.9.5', '3.8.6'] as const;
export type TargetKind = (typeof TARGETS)[number];

export interface Setup {
  readonly name: string;
  /** Keys of zoo.cfg and system properties, without `zookeeper.`; over those that all have. */
  readonly settings?: Readonly<Record<string, string | number | boolean>>;
  /** Also the AdminServer. */
  readonly admin?: boolean;
  /** Accounts of SASL DIGEST-MD5. */
  readonly sasl?: Readonly<Record<string, string>>;
  /** On files, so that a crash is one; the sandbox without them keeps its tree in memory. */
  readonly onFiles?: boolean;
}

export interface Target {
  readonly kind: TargetKind;
  /** Whether it behaves like the line 3.8 where that differs from 3.9. */
  readonly is38: boolean;
  readonly port: number;
  readonly adminPort: number | null;
  /** Ends it as a crash does and starts it again on its data. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** `super:secret` is the super user everywhere. */
export const SUPER_DIGEST = 'super:lK75jTNcA+U9vtVEw5vB51mj/w4=';

const SETTINGS: NonNullable<Setup['settings']> = {
  tickTime: 1000,
  maxClientCnxns: 0,
  '4lw.commands.whitelist': '*',
  extendedTypesEnabled: true,
  reconfigEnabled: false,
  'DigestAuthenticationProvider.superDigest': SUPER_DIGEST,
};

/** Read by Java as they are; the other keys of a zoo.cfg become `zookeeper.*`. */
const BARE_PROPERTIES = /^(jute\.|znode\.)/;

export async function startTarget(kind: TargetKind, setup: Setup): Promise<Target> {
  return kind === 'sandbox' ? startSandboxTarget(setup) : startRealTarget(kind, setup);
}

async function startRealTarget(version: '3.9.5' | '3.8.6', setup: Setup): Promise<Target> {
  const all = Object.entries({ ...SETTINGS, ...setup.settings });
  const server: ZooKeeperServer = await startZooKeeper({
    version,
    config: Object.fromEntries(all.filter(([key]) => !BARE_PROPERTIES.test(key))),
    jvm: all.filter(([key]) => BARE_PROPERTIES.test(key)).map(([key, value]) => `-D${key}=${value}`),
    admin: setup.admin ?? false,
    ...(setup.sasl === undefined ? {} : { sasl: setup.sasl }),
  });
  const { port, adminPort } = server;
  return {
    kind: version,
    is38: version === '3.8.6',
    port,
    adminPort,
    restart: () => server.restart(),
    stop: () => server.stop(),
  };
}

async function startSandboxTarget(setup: Setup): Promise<Target> {
  const { startSandbox } = await import('../../src/sandbox/start.js');
  const folder = setup.onFiles === true ? temporaryFolder('sandbox') : null;
  const sandbox = await startSandbox({
    settings: {
      ...SETTINGS,
      'admin.enableServer': setup.admin ?? false,
      'admin.serverPort': 0,
      ...setup.settings,
    },
    ...(setup.sasl === undefined ? {} : { saslUsers: setup.sasl }),
    ...(folder === null ? {} : { dataDir: folder.path }),
  });
  const { port, adminUrl } = sandbox;
  return {
    kind: 'sandbox',
    is38: false,
    port,
    adminPort: adminUrl === null ? null : Number(new URL(adminUrl).port),
    async restart() {
      await sandbox.kill();
      await sandbox.restart();
    },
    async stop() {
      await sandbox.stop();
      folder?.remove();
    },
  };
}
