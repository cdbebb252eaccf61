/**
 * The settings of a server, one table: keys of zoo.cfg and ZooKeeper's system properties under their own names, which here
 * are the same (real servers take any key of zoo.cfg that they do not know for a property `zookeeper.` + key). Defaults are
 * ZooKeeper's (3.9), with three exceptions that make a sandbox a sandbox: extended types are on, all four-letter words are
 * allowed, and the AdminServer runs only where it is asked for. tickTime is that of the sample configuration.
 * Knows no files: reading the text of a zoo.cfg is zoo-cfg.ts.
 */
import { UsageError } from '../../errors.js';
import { REQUEST_BYTES_MAX } from '../../protocol/limits.js';
import { sortByDistance } from './word-distance.js';

/** What a setting can be given as. */
export type SettingInput = string | number | boolean;

export interface Setting<T = unknown> {
  readonly default: T;
  /** For lists and errors: `milliseconds`, `true or false`. */
  readonly kind: string;
  /** One sentence. */
  readonly summary: string;
  /** @throws RangeError where the text is not of its kind */
  readonly parse: (text: string) => T;
}

const KB_PER_LOG_FILE = 65_536;

export const SETTINGS = {
  // Where it listens.
  clientPort: port('The port for clients; 0 is any free one.'),
  clientPortAddress: text('The address it listens on; by default loopback only.'),
  clientPortListenBacklog: integer(
    -1,
    'connections',
    'How many connections may wait to be accepted; -1 leaves it to the system.',
  ),
  secureClientPort: port('The port for TLS; 0 is any free one, none if it is not set.'),
  secureClientPortAddress: text('The address of the TLS port; by default that of the other.'),
  'client.portUnification': boolean(false, 'Takes TLS on the ordinary port as well.'),
  clientTcpKeepAlive: boolean(false, 'Has the system probe idle connections.'),

  // Time and sessions.
  tickTime: integer(2000, 'milliseconds', 'The unit of time: sessions end at multiples of it.', 1),
  minSessionTimeout: integer(-1, 'milliseconds', 'The shortest session time-out; -1 is two ticks.'),
  maxSessionTimeout: integer(-1, 'milliseconds', 'The longest session time-out; -1 is twenty ticks.'),
  'nio.sessionlessCnxnTimeout': integer(10_000, 'milliseconds', 'How long a connection may stay without a session.', 1),

  // Limits.
  maxClientCnxns: integer(60, 'connections', 'Connections from one address; 0 is no limit.', 0),
  maxCnxns: integer(0, 'connections', 'Connections in all; 0 is no limit.', 0),
  'jute.maxbuffer': integer(REQUEST_BYTES_MAX, 'bytes', 'The largest request; a larger one ends its connection.', 0),
  globalOutstandingLimit: integer(1000, 'requests', 'Requests that may be unanswered before no more are read.', 1),
  throttled_op_wait_time: integer(
    0,
    'milliseconds',
    'Requests that waited longer are refused with -127; 0 is never.',
    0,
  ),
  largeRequestThreshold: integer(-1, 'bytes', 'From this size on a request counts as large; -1 is never.'),
  largeRequestMaxBytes: integer(100 * 1024 * 1024, 'bytes', 'What all large requests under way may have together.', 1),

  // What is served, and how.
  extendedTypesEnabled: boolean(true, 'Allows TTL znodes.'),
  enforceQuota: boolean(false, 'Refuses what a hard quota does not allow, instead of only counting.'),
  skipACL: boolean(false, 'Checks no ACL.'),
  reconfigEnabled: boolean(false, 'Whether reconfig is refused as disabled or as impossible.'),
  'readonlymode.enabled': boolean(false, 'Allows the word isro whatever the whitelist says.'),
  'digest.enabled': boolean(true, 'Keeps a digest of the tree, for the word hash and the log.'),
  'znode.container.checkIntervalMs': integer(
    60_000,
    'milliseconds',
    'How often empty containers and old TTL znodes are looked for.',
    1,
  ),
  'znode.container.maxPerMinute': integer(10_000, 'znodes', 'How many of them go in a minute.', 1),
  'znode.container.maxNeverUsedIntervalMs': integer(
    0,
    'milliseconds',
    'After this a container that never had a child goes too; 0 is never.',
    0,
  ),
  '4lw.commands.whitelist': text('The four-letter words that are answered, with commas between them; * is all.', '*'),

  // Who may.
  'DigestAuthenticationProvider.enabled': boolean(true, 'Whether scheme digest exists.'),
  'DigestAuthenticationProvider.digestAlg': text('The hash of scheme digest.', 'SHA1'),
  'DigestAuthenticationProvider.superDigest': text('The super user of scheme digest: `super:` and a hash.'),
  'X509AuthenticationProvider.superUser': text('The distinguished name that is super user.'),
  superUser: text('The SASL user that is super user; superUser.1, superUser.2 … are further ones.'),
  'SASLAuthenticationProvider.superPassword': text('The password of the SASL user `super`, whatever the accounts say.'),
  letAnySaslUserDoX: text('An id of scheme sasl that stands for every SASL user.'),
  sessionRequireClientSASLAuth: boolean(false, 'Serves only who has logged in by SASL.'),
  allowSaslFailedClients: boolean(false, 'Serves on who failed to log in by SASL.'),
  'enforce.auth.enabled': boolean(false, 'Serves only who has an identity of enforce.auth.schemes.'),
  'enforce.auth.schemes': text('Schemes that enforce.auth.enabled accepts, with commas between them.'),
  ensembleAuthName: text('Names that clients may expect of the ensemble, with commas between them; scheme ensemble.'),

  // TLS.
  'ssl.keyStore.location': text("PEM or PKCS12 file with the server's key and certificate."),
  'ssl.keyStore.password': text('Its password.'),
  'ssl.keyStore.passwordPath': text('A file with its password, instead.'),
  'ssl.keyStore.type': text('PEM or PKCS12; by default the ending of the name says it.'),
  'ssl.trustStore.location': text("PEM file with the certificates that sign clients' certificates."),
  'ssl.trustStore.password': text('Its password.'),
  'ssl.trustStore.passwordPath': text('A file with its password, instead.'),
  'ssl.trustStore.type': text('PEM or PKCS12; by default the ending of the name says it.'),
  'ssl.clientAuth': choice(['need', 'want', 'none'], 'need', 'Whether clients show a certificate.'),
  'ssl.enabledProtocols': text('TLS versions, with commas between them: TLSv1.3, TLSv1.2. By default TLSv1.3 only.'),
  'ssl.protocol': text('The TLS version, if ssl.enabledProtocols does not say.'),
  'ssl.ciphersuites': text('Cipher suites under their IANA or OpenSSL names, with commas between them.'),
  'ssl.handshakeDetectionTimeoutMillis': integer(
    5000,
    'milliseconds',
    'With client.portUnification: how long to wait for the first bytes.',
    1,
  ),

  // AdminServer.
  'admin.enableServer': boolean(false, 'Starts the AdminServer.'),
  'admin.serverPort': integer(
    8080,
    'port',
    "The AdminServer's port, 0 is any free one; to give one starts it.",
    0,
    65_535,
  ),
  'admin.serverAddress': text("The AdminServer's address; by default that of clientPort."),
  'admin.commandURL': text('The path in front of commands.', '/commands'),
  'admin.idleTimeout': integer(30_000, 'milliseconds', 'How long an idle connection to the AdminServer lives.', 0),
  'admin.rateLimiterIntervalInMS': integer(
    300_000,
    'milliseconds',
    'The least time between two restores; snapshots take it for microseconds, as in ZooKeeper.',
    0,
  ),
  'admin.snapshot.enabled': boolean(true, 'Whether the AdminServer gives out snapshots.'),
  'admin.restore.enabled': boolean(true, 'Whether the AdminServer takes snapshots.'),

  // Storage.
  dataDir: text('Where the tree lives; without it, in memory only.'),
  dataLogDir: text('Where logs go; by default beside the snapshots.'),
  snapCount: integer(100_000, 'transactions', 'A snapshot after between half of this and all of it.', 2),
  snapSizeLimitInKb: integer(
    4_194_304,
    'KB',
    'A snapshot after between half of this and all of it in the log; 0 is never.',
    0,
  ),
  preAllocSize: integer(KB_PER_LOG_FILE, 'KB', 'What log files grow by.', 1),
  txnLogSizeLimitInKb: integer(-1, 'KB', 'A new log file beyond that; -1 is only after snapshots.'),
  forceSync: boolean(true, 'Whether a reply waits until the disk has the transaction.'),
  'autopurge.snapRetainCount': integer(3, 'snapshots', 'How many snapshots a purge leaves; at least 3.', 3),
  'autopurge.purgeInterval': integer(0, 'hours', 'How often old files are removed; 0 is never.', 0),
  'snapshot.trust.empty': boolean(false, 'Takes logs without a snapshot for the whole history.'),
  'snapshot.compression.method': choice(['', 'gz'], '', 'Compresses snapshots.'),
  'serializeLastProcessedZxid.enabled': boolean(true, 'Whether snapshots end with their last zxid.'),
} as const satisfies Readonly<Record<string, Setting>>;

export type SettingName = keyof typeof SETTINGS;
export type SettingValues = { readonly [K in SettingName]: (typeof SETTINGS)[K] extends Setting<infer T> ? T : never };

/** Keys with a free end. */
export const SETTING_FAMILIES: readonly { readonly prefix: string; readonly summary: string }[] = [
  { prefix: 'superUser.', summary: 'A further SASL super user.' },
  {
    prefix: 'authProvider.',
    summary:
      'A provider of an ACL scheme: SASLAuthenticationProvider, X509AuthenticationProvider, EnsembleAuthenticationProvider …',
  },
];

/** What real configurations hold and means nothing to one server in memory: accepted, without effect. */
export const IGNORED_SETTINGS: readonly string[] = [
  'serverCnxnFactory',
  'initLimit',
  'syncLimit',
  'connectToLearnerMasterLimit',
  'electionAlg',
  'electionPortBindRetry',
  'peerType',
  'syncEnabled',
  'observer.syncEnabled',
  'dynamicConfigFile',
  'standaloneEnabled',
  'quorumListenOnAllIPs',
  'sslQuorum',
  'sslQuorumReloadCertFiles',
  'portUnification',
  'localSessionsEnabled',
  'localSessionsUpgradingEnabled',
  'observerMasterPort',
  'oraclePath',
  'cnxTimeout',
  'leaderServes',
  'tcpKeepAlive',
  'fsync.warningthresholdms',
  'datadir.autocreate',
  'db.autocreate',
  'closeSessionTxn.enabled',
  'emulate353TTLNodes',
  'enableEagerACLCheck',
  'fips-mode',
  'client.certReload',
  'ssl.hostnameVerification',
  'ssl.clientHostnameVerification',
  'ssl.crl',
  'ssl.ocsp',
  'ssl.sslProvider',
  'ssl.authProvider',
  'ssl.context.supplier.class',
  'ssl.allowReverseDnsLookup',
  'sasl.serverconfig',
  'requireKerberosConfig',
  'admin.portUnification',
  'admin.forceHttps',
  'admin.needClientAuth',
  'admin.httpVersion',
  'audit.enable',
  'audit.impl.class',
  'flushDelay',
  'maxBatchSize',
  'maxWriteQueuePollTime',
  'maxResponseCacheSize',
  'maxGetChildrenResponseCacheSize',
  'commitLogCount',
  'snapshotSizeFactor',
  'preferEphemeralSessionsOnSnapshot',
  'intBufferStartingSizeBytes',
  'bitHashCacheSize',
  'maxInProcessingDeadWatchers',
  'IPAuthenticationProvider.usexforwardedfor',
  'forceSnapshotSync',
];

/** The same, by how they begin. */
export const IGNORED_FAMILIES: readonly string[] = [
  'server.',
  'group.',
  'weight.',
  'quorum.',
  'multiAddress.',
  'metricsProvider.',
  'jvm.pause.',
  'ssl.quorum.',
  'commitProcessor.',
  'connection_throttle_',
  'request_throttle_',
  'request_throttler.',
  'request_stale_',
  'nio.',
  'netty.',
  'leader.',
  'learner.',
  'follower.',
  'fastleader.',
  'observer.',
  'observerMaster.',
  'pathStats.',
  'messageTracker.',
  'watchManager',
  'watcherClean',
  'kerberos.',
  'security.',
];

/** The settings of one server: what was given, and defaults for the rest. */
export interface Settings {
  readonly values: SettingValues;
  /** Names that were given, without `zookeeper.`; a family's with their free end. */
  readonly given: ReadonlyMap<string, string>;
}

/**
 * @param given under ZooKeeper's names, with or without `zookeeper.`; later ones win
 * @throws UsageError for a name that nobody knows, with those that there are, the closest first; for a value that cannot be
 */
export function readSettings(given: Readonly<Record<string, SettingInput | undefined>>): Settings {
  const values: Record<string, unknown> = Object.fromEntries(
    Object.entries(SETTINGS).map(([name, setting]) => [name, setting.default]),
  );
  const texts = new Map<string, string>();
  for (const [key, input] of Object.entries(given)) {
    if (input === undefined) {
      continue;
    }
    const name = key.trim().replace(/^zookeeper\./, '');
    const value = String(input).trim();
    if (isSettingName(name)) {
      values[name] = parseSetting(name, value);
    } else if (!isInFamily(name) && !isIgnoredSetting(name)) {
      throw unknownSetting(name);
    }
    texts.set(name, value);
  }
  return { values: values as SettingValues, given: texts };
}

/** Whether it is accepted and means nothing here. */
export function isIgnoredSetting(name: string): boolean {
  return IGNORED_SETTINGS.includes(name) || IGNORED_FAMILIES.some((prefix) => name.startsWith(prefix));
}

function isSettingName(name: string): name is SettingName {
  return Object.hasOwn(SETTINGS, name);
}

function isInFamily(name: string): boolean {
  return SETTING_FAMILIES.some(({ prefix }) => name.startsWith(prefix) && name.length > prefix.length);
}

function parseSetting(name: SettingName, value: string): unknown {
  try {
    return SETTINGS[name].parse(value);
  } catch (error) {
    throw new UsageError(`${name}=${value}: ${(error as Error).message}`, {
      why: SETTINGS[name].summary,
      hint: `The default is ${formatDefault(name)}.`,
      cause: error,
    });
  }
}

/** A default for people: `none` where there is none. */
export function formatDefault(name: SettingName): string {
  const value: unknown = SETTINGS[name].default;
  return value === null || value === '' ? 'none' : String(value);
}

function unknownSetting(name: string): UsageError {
  const names = [...Object.keys(SETTINGS), ...SETTING_FAMILIES.map(({ prefix }) => `${prefix}N`)];
  const closest = sortByDistance(name, names);
  return new UsageError(`unknown setting: ${name}`, {
    why: "The sandbox honours keys of zoo.cfg and ZooKeeper's system properties under their own names, and this is none of them.",
    hint: `Closest first: ${closest.join(', ')}`,
  });
}

function integer(
  value: number,
  unit: string,
  summary: string,
  min = Number.NEGATIVE_INFINITY,
  max = Number.MAX_SAFE_INTEGER,
): Setting<number> {
  return { default: value, kind: unit, summary, parse: (word) => parseInteger(word, min, max) };
}

/** null: not given. */
function port(summary: string): Setting<number | null> {
  return { default: null, kind: 'port', summary, parse: (word) => parseInteger(word, 0, 65_535) };
}

function parseInteger(word: string, min: number, max: number): number {
  const number = Number(word);
  if (!/^[+-]?[0-9]+$/.test(word) || !Number.isSafeInteger(number)) {
    throw new RangeError('not a whole number');
  }
  if (number < min || number > max) {
    throw new RangeError(max === Number.MAX_SAFE_INTEGER ? `not ${min} or more` : `not from ${min} to ${max}`);
  }
  return number;
}

/** ZooKeeper spells some of its switches true and false, others yes and no: both are taken for each. */
function boolean(value: boolean, summary: string): Setting<boolean> {
  return {
    default: value,
    kind: 'true or false',
    summary,
    parse(word) {
      if (!/^(true|false|yes|no)$/i.test(word)) {
        throw new RangeError('not true, false, yes or no');
      }
      return /^(true|yes)$/i.test(word);
    },
  };
}

function text(summary: string): Setting<string | null>;
function text(summary: string, value: string): Setting<string>;
function text(summary: string, value: string | null = null): Setting<string | null> {
  return { default: value, kind: 'text', summary, parse: (word) => word };
}

function choice<const T extends string>(words: readonly T[], value: NoInfer<T>, summary: string): Setting<T> {
  return {
    default: value,
    kind: words.filter((word) => word !== '').join(', '),
    summary,
    parse(word) {
      const found = words.find((each) => each.toLowerCase() === word.toLowerCase());
      if (found === undefined) {
        throw new RangeError(`not one of ${words.filter((each) => each !== '').join(', ')}`);
      }
      return found;
    },
  };
}
