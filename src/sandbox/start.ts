/** Puts a sandbox together and keeps it: settings, engine, storage, ports; stopping, killing, starting again. */
import { createServer, type Socket } from 'node:net';
import { join, resolve } from 'node:path';
import { LocalError } from '../errors.js';
import { MovableClock, systemClock } from './clock.js';
import { createEngine } from './engine/create-engine.js';
import type { Engine, EngineSettings } from './engine/engine.js';
import { FaultControl } from './fault-control.js';
import type { Faults } from './faults.js';
import { chooseSeed, seededRandom } from './random.js';
import type { Sandbox, SandboxOptions, SandboxSession } from './sandbox.js';
import { seedTree } from './seed.js';
import type { AdminServer } from './server/admin/admin-server.js';
import { Authentication } from './server/authentication.js';
import { hostPort } from './server/java-address.js';
import { type Listener, listen } from './server/listener.js';
import { firstSessionId } from './server/local-sessions.js';
import { Server } from './server/server.js';
import { IN_MEMORY, type StorageFigures } from './server/storage-figures.js';
import type { SecureClient, TlsEndpoint } from './server/tls.js';
import { readSettings, type Settings, type SettingValues } from './settings/settings.js';
import type { DataDirectory, StorageSettings } from './storage/data-directory.js';
import type { DataTree } from './tree/data-tree.js';

const LOOPBACK = '127.0.0.1';

/**
 * A server that serves.
 * @throws UsageError a setting that is unknown or cannot be; LocalError a port that is taken, files that cannot be used
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = new RunningSandbox(options);
  await sandbox.start();
  return sandbox;
}

class RunningSandbox implements Sandbox {
  readonly randomSeed: number;
  readonly faults: Faults;
  readonly #options: SandboxOptions;
  readonly #settings: Settings;
  readonly #clock: MovableClock;
  readonly #random: () => number;
  readonly #log: (line: string) => void;
  readonly #faultControl: FaultControl;
  readonly #authentication: Authentication;
  #engine: Engine | null = null;
  #directory: DataDirectory | null = null;
  #storage: StorageFigures = IN_MEMORY;
  #server: Server | null = null;
  #admin: AdminServer | null = null;
  #listeners: Listener[] = [];
  /** What was asked for, then what was got: the same again after a restart. */
  #port: number;
  #securePort: number | null;
  #adminPort: number;

  constructor(options: SandboxOptions) {
    this.#options = options;
    this.#settings = readSettings(options.settings ?? {});
    const { values } = this.#settings;
    if (values.minSessionTimeout !== -1 && values.maxSessionTimeout !== -1) {
      requireOrder(values.minSessionTimeout, values.maxSessionTimeout);
    }
    this.randomSeed = options.randomSeed ?? chooseSeed();
    this.#random = seededRandom(this.randomSeed);
    this.#clock = new MovableClock(options.clock ?? systemClock);
    this.#log = options.log ?? (() => undefined);
    this.#faultControl = new FaultControl(this.#clock, this.#random, () => this.#server);
    this.faults = this.#faultControl;
    this.#port = options.port ?? values.clientPort ?? 0;
    this.#securePort = values.secureClientPort ?? (options.tls === undefined ? null : 0);
    this.#adminPort = values['admin.serverPort'];
    this.#authentication = new Authentication(this.#settings, options.saslUsers ?? {}, this.#hasTls);
  }

  get #values(): SettingValues {
    return this.#settings.values;
  }

  get #hasTls(): boolean {
    return this.#securePort !== null || this.#values['client.portUnification'];
  }

  get host(): string {
    return this.#options.host ?? this.#values.clientPortAddress ?? LOOPBACK;
  }

  get port(): number {
    return this.#port;
  }

  get address(): string {
    return hostPort(this.host, this.#port);
  }

  get #secureHost(): string {
    return this.#values.secureClientPortAddress ?? this.host;
  }

  get secureAddress(): string | null {
    return this.#securePort === null ? null : hostPort(this.#secureHost, this.#securePort);
  }

  get adminUrl(): string | null {
    return this.#hasAdmin
      ? `http://${hostPort(this.#adminHost, this.#adminPort)}${this.#values['admin.commandURL']}`
      : null;
  }

  get #adminHost(): string {
    return this.#values['admin.serverAddress'] ?? this.host;
  }

  /** Asked for by name, or by giving it a port. */
  get #hasAdmin(): boolean {
    const { given } = this.#settings;
    return given.has('admin.enableServer') ? this.#values['admin.enableServer'] : given.has('admin.serverPort');
  }

  get tree(): DataTree {
    return this.#runningEngine().tree;
  }

  get lastZxid(): number {
    return this.#runningEngine().lastZxid;
  }

  get sessions(): readonly SandboxSession[] {
    const { sessions, tree } = this.#runningEngine();
    const ephemerals = tree.ephemerals();
    return [...sessions.values()].map(({ sessionId, sessionTimeoutMs }) => ({
      sessionId,
      sessionTimeoutMs,
      remote: this.#server?.bySession.get(sessionId)?.remote ?? null,
      ephemerals: ephemerals.get(sessionId) ?? [],
    }));
  }

  async start(): Promise<void> {
    try {
      const engine = await this.#openEngine();
      const server = new Server({
        engine,
        journal: this.#directory?.journal ?? null,
        settings: this.#values,
        clock: this.#clock,
        faults: this.#faultControl,
        authentication: this.#authentication,
        storage: this.#storage,
        random: this.#random,
        log: this.#log,
        failed: () => void this.#crash().catch((error: Error) => this.#log(error.message)),
      });
      this.#server = server;
      await this.#openPorts(server);
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.#closePorts();
    const directory = this.#directory;
    this.#directory = null;
    await directory?.close();
  }

  async kill(): Promise<void> {
    await this.#crash();
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  async #crash(): Promise<void> {
    const directory = this.#directory;
    this.#directory = null;
    await Promise.all([this.#closePorts(), directory?.abandon()]);
  }

  async #openPorts(server: Server): Promise<void> {
    const { clientPortListenBacklog: backlog, clientTcpKeepAlive: keepAlive } = this.#values;
    const endpoint = this.#hasTls ? await this.#openTls() : null;
    const plain = createServer(
      { allowHalfOpen: true, noDelay: true, keepAlive },
      acceptor(server, endpoint, this.#values),
    );
    const listener = await listen(plain, { host: this.host, port: this.#port, backlog });
    this.#listeners.push(listener);
    this.#port = listener.port;
    server.ports.plain = listener.port;
    if (endpoint !== null && this.#securePort !== null) {
      const secure = endpoint.createServer(
        (client) => acceptSecure(server, client),
        ({ remoteAddress = '' }) => server.mayConnect(remoteAddress),
      );
      const secureListener = await listen(secure, { host: this.#secureHost, port: this.#securePort, backlog });
      this.#listeners.push(secureListener);
      this.#securePort = secureListener.port;
      server.ports.secure = secureListener.port;
    }
    await this.#openAdmin(server);
  }

  async #openTls(): Promise<TlsEndpoint> {
    const { createTlsEndpoint } = await import('./server/tls.js');
    return createTlsEndpoint(this.#values, this.#options.tls, this.#clock);
  }

  async #openAdmin(server: Server): Promise<void> {
    if (!this.#hasAdmin) {
      return;
    }
    const { startAdminServer } = await import('./server/admin/admin-server.js');
    this.#admin = await startAdminServer({
      host: this.#adminHost,
      port: this.#adminPort,
      server,
      settings: this.#settings,
      directory: this.#directory,
    });
    this.#adminPort = this.#admin.port;
  }

  async #closePorts(): Promise<void> {
    this.#server?.stop();
    this.#server = null;
    const admin = this.#admin;
    this.#admin = null;
    await Promise.all([admin?.close(), ...this.#listeners.splice(0).map((listener) => listener.close())]);
  }

  /** Without a data directory the tree outlives its server, as if it had been on a disk. */
  async #openEngine(): Promise<Engine> {
    const dataDir = this.#options.dataDir ?? this.#values.dataDir;
    if (dataDir === null && this.#engine !== null) {
      this.#engine.settings.readOnly = this.#faultControl.isReadOnly;
      return this.#engine;
    }
    const engine = createEngine({
      wallClock: () => this.#clock.wallClock(),
      settings: this.#engineSettings(),
      journal: null,
      firstSessionId: firstSessionId(this.#clock.wallClock()),
    });
    const isNew = dataDir === null || (await this.#recover(engine, dataDir));
    if (isNew && this.#options.seed !== undefined) {
      seedTree(engine, this.#options.seed);
      await this.#directory?.journal.flushed();
    }
    this.#engine = engine;
    return engine;
  }

  /** Whether there was nothing. */
  async #recover(engine: Engine, dataDir: string): Promise<boolean> {
    const [{ openDataDirectory }, { folderSize }, { lastSnapshotIn }] = await Promise.all([
      import('./storage/open-data-directory.js'),
      import('./storage/folder-size.js'),
      import('./storage/last-snapshot.js'),
    ]);
    this.#directory = await openDataDirectory({
      dataDir,
      settings: storageSettings(this.#values),
      clock: this.#clock,
      random: this.#random,
      log: this.#log,
      onFailure: (error) => this.#server?.fail(error),
    });
    const snapshots = versionFolder(dataDir);
    const logs = versionFolder(this.#values.dataLogDir ?? dataDir);
    this.#storage = {
      dataDir: snapshots,
      dataLogDir: logs,
      dataDirSize: () => folderSize(snapshots),
      logDirSize: () => folderSize(logs),
      lastSnapshot: () => lastSnapshotIn(snapshots),
    };
    const report = await this.#directory.recover(engine);
    for (const note of report.notes) {
      this.#log(note);
    }
    return report.snapshot === null && report.lastZxid === 0;
  }

  #engineSettings(): EngineSettings {
    const values = this.#values;
    return {
      enforceQuota: values.enforceQuota,
      extendedTypesEnabled: values.extendedTypesEnabled,
      skipACL: values.skipACL,
      reconfigEnabled: values.reconfigEnabled,
      readOnly: this.#faultControl.isReadOnly,
      containerDeletesPerMinuteMax: values['znode.container.maxPerMinute'],
      containerNeverUsedMs: values['znode.container.maxNeverUsedIntervalMs'],
      digestEnabled: values['digest.enabled'],
      aclSchemes: this.#authentication.aclSchemes,
      digestSchemeEnabled: values['DigestAuthenticationProvider.enabled'],
      letAnySaslUserDoX: values.letAnySaslUserDoX,
      x509SuperUser: values['X509AuthenticationProvider.superUser'],
    };
  }

  #runningEngine(): Engine {
    if (this.#engine === null) {
      throw new LocalError('the sandbox does not run');
    }
    return this.#engine;
  }
}

/** Takes plain sockets; on a port that takes both, looks first. */
function acceptor(server: Server, endpoint: TlsEndpoint | null, values: SettingValues): (socket: Socket) => void {
  const acceptPlain = (socket: Socket): void => server.accept(socket, { isSecure: false, subject: null });
  if (endpoint === null || !values['client.portUnification']) {
    return acceptPlain;
  }
  const detect = endpoint.createDetector({ plain: acceptPlain, secure: (client) => acceptSecure(server, client) });
  return (socket) => {
    if (server.mayConnect(socket.remoteAddress ?? '')) {
      detect(socket);
    } else {
      socket.destroy();
    }
  };
}

function acceptSecure(server: Server, { socket, subject }: SecureClient): void {
  server.accept(socket, { isSecure: true, subject });
}

function requireOrder(min: number, max: number): void {
  if (min > max) {
    throw new LocalError('minSessionTimeout must not be larger than maxSessionTimeout');
  }
}

function storageSettings(values: SettingValues): StorageSettings {
  return {
    ...(values.dataLogDir === null ? {} : { dataLogDir: values.dataLogDir }),
    snapCount: values.snapCount,
    snapSizeLimitInKb: values.snapSizeLimitInKb,
    preAllocSize: values.preAllocSize,
    txnLogSizeLimitInKb: values.txnLogSizeLimitInKb,
    forceSync: values.forceSync,
    snapRetainCount: values['autopurge.snapRetainCount'],
    purgeInterval: values['autopurge.purgeInterval'],
    trustEmpty: values['snapshot.trust.empty'],
    compressionMethod: values['snapshot.compression.method'],
    serializeLastProcessedZxid: values['serializeLastProcessedZxid.enabled'],
  };
}

/** What ZooKeeper appends to its directories. */
function versionFolder(folder: string): string {
  return join(resolve(folder), 'version-2');
}
