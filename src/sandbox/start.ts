/** Puts a sandbox together and keeps it: settings, engine, storage, ports; stopping, killing, starting again. */
import { LocalError } from '../errors.js';
import { Authentication } from './authentication.js';
import { MovableClock, systemClock } from './clock.js';
import { createEngine } from './create-engine.js';
import type { DataTree } from './data-tree.js';
import type { Engine, EngineSettings } from './engine.js';
import { FaultControl } from './fault-control.js';
import type { Faults } from './faults.js';
import { hostPort } from './java-address.js';
import { type Listener, listen } from './listener.js';
import { chooseSeed, seededRandom } from './random.js';
import type { Sandbox, SandboxOptions, SandboxSession } from './sandbox.js';
import { seedTree } from './seed.js';
import { Server } from './server.js';
import { readSettings, type Settings } from './settings.js';
import type { DataDirectory } from './storage/data-directory.js';
import { IN_MEMORY } from './storage-figures.js';

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
  #server: Server | null = null;
  #listeners: Listener[] = [];
  #port: number;

  constructor(options: SandboxOptions) {
    this.#options = options;
    this.#settings = readSettings(options.settings ?? {});
    this.randomSeed = options.randomSeed ?? chooseSeed();
    this.#random = seededRandom(this.randomSeed);
    this.#clock = new MovableClock(options.clock ?? systemClock);
    this.#log = options.log ?? (() => undefined);
    this.#faultControl = new FaultControl(this.#clock, this.#random, () => this.#server);
    this.faults = this.#faultControl;
    this.#authentication = new Authentication(this.#settings, options.saslUsers ?? {}, this.#hasTls);
    this.#port = options.port ?? this.#settings.values.clientPort ?? 0;
  }

  get #hasTls(): boolean {
    const { values } = this.#settings;
    return values.secureClientPort !== null || values['client.portUnification'];
  }

  get host(): string {
    return this.#options.host ?? this.#settings.values.clientPortAddress ?? LOOPBACK;
  }

  get port(): number {
    return this.#port;
  }

  get address(): string {
    return hostPort(this.host, this.#port);
  }

  get secureAddress(): string | null {
    return null;
  }

  get adminUrl(): string | null {
    return null;
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
    const engine = await this.#openEngine();
    const server = new Server({
      engine,
      journal: this.#directory?.journal ?? null,
      settings: this.#settings.values,
      clock: this.#clock,
      faults: this.#faultControl,
      authentication: this.#authentication,
      storage: IN_MEMORY,
      random: this.#random,
      log: this.#log,
      failed: () => void this.#crash(),
    });
    this.#server = server;
    try {
      const { clientPortListenBacklog: backlog, clientTcpKeepAlive: keepAlive } = this.#settings.values;
      const listener = await listen({
        host: this.host,
        port: this.#port,
        backlog,
        keepAlive,
        accept: (socket) => server.accept(socket, false),
      });
      this.#listeners.push(listener);
      this.#port = listener.port;
      server.ports.plain = listener.port;
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

  async #closePorts(): Promise<void> {
    this.#server?.stop();
    this.#server = null;
    await Promise.all(this.#listeners.splice(0).map((listener) => listener.close()));
  }

  /** Without a data directory the tree outlives its server, as if it had been on a disk. */
  async #openEngine(): Promise<Engine> {
    if (this.#engine !== null) {
      return this.#engine;
    }
    const engine = createEngine({
      wallClock: () => this.#clock.wallClock(),
      settings: this.#engineSettings(),
      journal: null,
      firstSessionId: firstSessionId(this.#clock.wallClock()),
    });
    if (this.#options.seed !== undefined) {
      seedTree(engine, this.#options.seed);
    }
    this.#engine = engine;
    return engine;
  }

  #engineSettings(): EngineSettings {
    const { values } = this.#settings;
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

/** Server id 1, and 40 bits of the time (SessionTrackerImpl.initializeNextSessionId). */
function firstSessionId(startedMs: number): bigint {
  const time = BigInt.asUintN(64, BigInt(startedMs) << 24n) >> 8n;
  return (time & 0x00ff_ffff_ffff_ffffn) | 0x0100_0000_0000_0000n;
}
