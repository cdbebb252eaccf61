/**
 * ZooKeeper servers: one process, one folder, free ports. A test that kills, freezes or configures a server starts
 * its own here; all others share the one of global-setup.ts. Where there is no real one, the sandbox stands in for 3.9.5.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { eventually } from './eventually.js';
import { askWord } from './four-letter-word.js';
import { freePort } from './free-port.js';
import { sandboxStandsIn, type ZooKeeperVersion, zooKeeperClasspath } from './java.js';
import { reapWithUs, temporaryFolder } from './reaper.js';

export interface ZooKeeperOptions {
  readonly version?: ZooKeeperVersion;
  /** Lines of zoo.cfg, over the defaults; null takes a default away. */
  readonly config?: Readonly<Record<string, string | number | boolean | null>>;
  /** Options of the JVM, e.g. `-Djute.maxbuffer=…`. */
  readonly jvm?: readonly string[];
  /** Also a TLS port. The key stores are named in `config` (`ssl.keyStore.location` …). */
  readonly tls?: boolean;
  /** Users of SASL DIGEST-MD5 and their passwords. */
  readonly sasl?: Readonly<Record<string, string>>;
  /** Also the AdminServer. */
  readonly admin?: boolean;
  /** In an ensemble: serve reads without a quorum. */
  readonly readOnlyMode?: boolean;
}

export interface ZooKeeperServer {
  readonly port: number;
  /** `127.0.0.1:port`. */
  readonly address: string;
  /** null without `tls`. */
  readonly securePort: number | null;
  /** null without `admin`. */
  readonly adminPort: number | null;
  /** Of its configuration, data and log. */
  readonly folder: string;
  /** Ends it in order and removes its folder. */
  stop(): Promise<void>;
  /** SIGKILL; the data stay. */
  kill(): Promise<void>;
  /** SIGSTOP: sockets stay open and nothing answers. */
  freeze(): void;
  resume(): void;
  /** On the same ports and data, killed before if it runs; resolves when it serves. */
  restart(): Promise<void>;
  /** `leader`, `follower`, `standalone`, `read-only` …; null while it does not serve. */
  mode(): Promise<string | null>;
  /** Without waiting until it serves. */
  launch(): Promise<void>;
  untilServing(): Promise<string>;
}

/** The super user of every server started here, as addauth takes it. */
export const SUPER_AUTH = 'super:zksh-test';
export const SUPER_DIGEST = 'super:tuu7w7IQb7NyXdAJT7ZUwkHzbRo=';

const DEFAULT_CONFIG: NonNullable<ZooKeeperOptions['config']> = {
  tickTime: 2000,
  '4lw.commands.whitelist': '*',
  'admin.enableServer': false,
  maxClientCnxns: 0,
  forceSync: 'no',
  reconfigEnabled: true,
};

/** A small JVM that starts fast: servers of tests live for seconds. */
const JVM = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto', '-Xms64m', '-Xmx512m'];

const LOGBACK = `<configuration>
  <appender name="out" class="ch.qos.logback.core.ConsoleAppender"><encoder><pattern>%d %-5level %logger{20} %msg%n</pattern></encoder></appender>
  <root level="WARN"><appender-ref ref="out"/></root>
</configuration>
`;

/** A standalone server that serves. */
export function startZooKeeper(options: ZooKeeperOptions = {}): Promise<ZooKeeperServer> {
  return retryStart(async () => {
    const server = await prepareZooKeeper(options);
    try {
      await server.launch();
      await server.untilServing();
      return server;
    } catch (error) {
      await server.stop();
      throw error;
    }
  });
}

/** Starts again, on other ports, when somebody else has taken one meanwhile. */
export async function retryStart<T>(start: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start();
    } catch (error) {
      if (attempt === 3 || !/Address already in use|BindException/.test(String((error as Error).message))) throw error;
    }
  }
}

/** A server with its folder, not yet started. `member`: of an ensemble, whose list of servers gives the client port. */
export async function prepareZooKeeper(
  options: ZooKeeperOptions,
  member?: { readonly id: number; readonly port: number; readonly servers: readonly string[] },
): Promise<ZooKeeperServer> {
  const { version = '3.9.5', tls = false, admin = false } = options;
  const folder = temporaryFolder(`server-${version}`);
  const port = member?.port ?? (await freePort());
  const securePort = tls ? await freePort() : null;
  const adminPort = admin ? await freePort() : null;

  const config: Record<string, string | number | boolean | null> = {
    ...DEFAULT_CONFIG,
    dataDir: join(folder.path, 'data'),
    ...(member === undefined ? { clientPort: port, clientPortAddress: '127.0.0.1' } : { initLimit: 20, syncLimit: 10 }),
    ...(securePort === null
      ? {}
      : {
          serverCnxnFactory: 'org.apache.zookeeper.server.NettyServerCnxnFactory',
          secureClientPort: securePort,
          secureClientPortAddress: '127.0.0.1',
        }),
    ...(adminPort === null ? {} : { 'admin.enableServer': true, 'admin.serverPort': adminPort }),
    ...(options.sasl === undefined
      ? {}
      : { 'authProvider.sasl': 'org.apache.zookeeper.server.auth.SASLAuthenticationProvider' }),
    ...options.config,
  };
  const lines = Object.entries(config).flatMap(([key, value]) => (value === null ? [] : [`${key}=${value}`]));
  mkdirSync(join(folder.path, 'data'));
  if (member !== undefined) writeFileSync(join(folder.path, 'data', 'myid'), `${member.id}\n`);
  writeFileSync(join(folder.path, 'zoo.cfg'), `${[...lines, ...(member?.servers ?? [])].join('\n')}\n`);
  writeFileSync(join(folder.path, 'logback.xml'), LOGBACK);

  const jvm = [
    ...JVM,
    `-Djava.io.tmpdir=${folder.path}`,
    '-Dzookeeper.extendedTypesEnabled=true',
    `-Dzookeeper.DigestAuthenticationProvider.superDigest=${SUPER_DIGEST}`,
    ...(options.readOnlyMode ? ['-Dreadonlymode.enabled=true'] : []),
    ...(options.sasl === undefined
      ? []
      : [`-Djava.security.auth.login.config=${writeJaas(folder.path, options.sasl)}`]),
    ...(options.jvm ?? []),
  ];
  const place = { port, securePort, adminPort, folder };
  if (sandboxStandsIn() && version === '3.9.5' && member === undefined) {
    return control(sandboxCommand(config, jvm, options.sasl), place);
  }
  const classpath = `${folder.path}:${await zooKeeperClasspath(version)}`;
  const server = ['org.apache.zookeeper.server.quorum.QuorumPeerMain', 'zoo.cfg'];
  return control(['java', '-cp', classpath, ...jvm, ...server], place);
}

/** With the same settings; what only a JVM understands is left out. */
function sandboxCommand(
  config: Readonly<Record<string, string | number | boolean | null>>,
  jvm: readonly string[],
  saslUsers: ZooKeeperOptions['sasl'],
): string[] {
  const properties = jvm.flatMap((option) => {
    const [, key = '', value = ''] = /^-D([^=]+)=(.*)$/.exec(option) ?? [];
    return key === '' || key.startsWith('java.') ? [] : [[key, value] as const];
  });
  const given = Object.entries(config).flatMap(([key, value]) => (value === null ? [] : [[key, value] as const]));
  const { clientPort, dataDir, ...settings } = Object.fromEntries([...properties, ...given]);
  const options = { port: clientPort, dataDir, settings, ...(saslUsers === undefined ? {} : { saslUsers }) };
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const program = fileURLToPath(new URL('sandbox-process.ts', import.meta.url));
  return [process.execPath, '--import', tsx, program, JSON.stringify(options)];
}

function writeJaas(folder: string, users: Readonly<Record<string, string>>): string {
  const quoted = Object.entries(users).map(
    ([user, password]) => `user_${user}="${password.replace(/["\\]/g, (character) => `\\${character}`)}"`,
  );
  const file = join(folder, 'jaas.conf');
  writeFileSync(file, `Server { org.apache.zookeeper.server.auth.DigestLoginModule required ${quoted.join(' ')}; };\n`);
  return file;
}

function control(
  [program = '', ...args]: readonly string[],
  place: {
    port: number;
    securePort: number | null;
    adminPort: number | null;
    folder: ReturnType<typeof temporaryFolder>;
  },
): ZooKeeperServer {
  const { port, folder } = place;
  let child: ChildProcess | undefined;
  const isRunning = (): boolean => child !== undefined && child.exitCode === null && child.signalCode === null;

  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const ending = child;
    if (ending === undefined || !isRunning()) return;
    ending.kill('SIGCONT');
    ending.kill(signal);
    await eventually(() => ending.exitCode !== null || ending.signalCode !== null, {
      what: `the end of the server on port ${port} after ${signal}`,
      deadlineMs: 15_000,
    }).catch(() => ending.kill('SIGKILL'));
  };

  const server: ZooKeeperServer = {
    port,
    address: `127.0.0.1:${port}`,
    securePort: place.securePort,
    adminPort: place.adminPort,
    folder: folder.path,
    async launch() {
      const log = openSync(join(folder.path, 'log'), 'a');
      child = spawn(program, args, { cwd: folder.path, stdio: ['ignore', log, log] });
      closeSync(log);
      reapWithUs(child);
      child.unref();
    },
    untilServing: () =>
      eventually(
        async () => {
          if (!isRunning()) return { mode: null };
          const mode = await server.mode();
          return mode === null ? null : { mode };
        },
        { what: `the server on port ${port} to serve`, deadlineMs: 90_000, everyMs: 50 },
      ).then(
        ({ mode }) => {
          if (mode === null) throw new Error(`the server on port ${port} ended at once:\n${logEnd(folder.path)}`);
          return mode;
        },
        (error: Error) => {
          throw new Error(`${error.message}\n${logEnd(folder.path)}`);
        },
      ),
    async mode() {
      const answer = await askWord(port, 'srvr', { timeoutMs: 2_000 }).catch(() => '');
      return /^Mode: (.*)$/m.exec(answer)?.[1] ?? null;
    },
    async stop() {
      await end('SIGTERM');
      folder.remove();
    },
    kill: () => end('SIGKILL'),
    freeze: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
    async restart() {
      await end('SIGKILL');
      await server.launch();
      await server.untilServing();
    },
  };
  return server;
}

function logEnd(folder: string): string {
  return readFileSync(join(folder, 'log'), 'utf8').split('\n').slice(-25).join('\n');
}
