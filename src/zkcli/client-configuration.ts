/**
 * Settings of the Java client (ZKClientConfig, 3.9): from -client-configuration FILE, and from the -D words of
 * CLIENT_JVMFLAGS and JVMFLAGS. What this client cannot do is said or refused, never passed over.
 */
import { readFileSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import type { ConnectOptions, TlsOptions } from '../client/api.js';
import { Crash } from './crash.js';
import { decodeInt32, parseInt64 } from './java-numbers.js';
import { parseProperties } from './properties.js';

export interface ClientConfiguration {
  readonly connect: Pick<ConnectOptions, 'tls' | 'replyBytesMax' | 'requestTimeoutMs'>;
  /** For stderr: what is asked for and has no effect here. */
  readonly warnings: readonly string[];
}

type Properties = ReadonlyMap<string, string>;

const REPLY_BYTES_MAX = 0xf_ffff;
/** ExitCode.INVALID_INVOCATION. */
const INVALID = 2;

/** @throws Crash a file that is not there (status 2), a number that is none, a key store that Node cannot read */
export function readClientConfiguration(
  file: string | null,
  environment: Readonly<Record<string, string | undefined>>,
): ClientConfiguration {
  const system = systemProperties(environment);
  // Without a file, Java reads system properties only.
  const properties = file === null ? system : new Map([...system, ...readProperties(file)]);
  const tls = properties.get('zookeeper.client.secure') === 'true' ? readTls(properties) : null;
  const timeout = readLong(properties, 'zookeeper.request.timeout');
  return {
    connect: {
      replyBytesMax: readInt(properties, 'jute.maxbuffer') ?? REPLY_BYTES_MAX,
      ...(tls === null ? {} : { tls }),
      ...(timeout === null || timeout <= 0 ? {} : { requestTimeoutMs: timeout }),
    },
    warnings: [...saslWarnings(properties), ...tlsWarnings(properties, tls)],
  };
}

/** The last one given wins, and JVMFLAGS come behind. */
function systemProperties(environment: Readonly<Record<string, string | undefined>>): Properties {
  const { CLIENT_JVMFLAGS, JVMFLAGS } = environment;
  const words = [CLIENT_JVMFLAGS, JVMFLAGS].join(' ').split(/\s+/);
  const found = words.flatMap((word) => {
    const match = /^-D([^=]+)=?(.*)$/s.exec(word);
    return match === null ? [] : [[match[1] ?? '', match[2] ?? ''] as const];
  });
  return new Map(found);
}

function readProperties(file: string): Properties {
  try {
    const entries = parseProperties(readFileSync(file, 'latin1'));
    return new Map([...entries].map(([key, value]) => [key.trim(), value.trim()]));
  } catch (error) {
    const { message } = error as Error;
    throw new Crash(`Error while processing ${isAbsolute(file) ? file : resolve(file)}: ${message}`, INVALID);
  }
}

function readInt(properties: Properties, key: string): number | null {
  const text = properties.get(key)?.trim();
  const value = text === undefined ? null : decodeInt32(text);
  if (text !== undefined && value === null) {
    throw new Crash(`java.lang.NumberFormatException: For input string: "${text}" (${key})`);
  }
  return value;
}

function readLong(properties: Properties, key: string): number | null {
  const text = properties.get(key)?.trim();
  const value = text === undefined ? null : parseInt64(text);
  if (text !== undefined && value === null) {
    throw new Crash(`java.lang.NumberFormatException: For input string: "${text}" (${key})`);
  }
  return value === null ? null : Number(value);
}

interface Store {
  readonly file: string;
  readonly contents: Buffer;
  readonly type: 'PEM' | 'PKCS12';
  readonly password: string | null;
}

function readTls(properties: Properties): TlsOptions {
  const key = readStore(properties, 'keyStore');
  const trust = readStore(properties, 'trustStore');
  if (trust?.type === 'PKCS12') {
    throw new Crash(
      `${trust.file}: a trust store in PKCS12 cannot be read here; convert it: openssl pkcs12 -in ${trust.file} -nokeys -out trust.pem, and set zookeeper.ssl.trustStore.location=trust.pem`,
    );
  }
  const ours =
    key === null ? {} : key.type === 'PEM' ? { cert: key.contents, key: key.contents } : { pkcs12: key.contents };
  return {
    ...ours,
    ...(trust === null ? {} : { ca: trust.contents }),
    ...(key === null || key.password === null ? {} : { passphrase: key.password }),
    ...(properties.get('zookeeper.ssl.hostnameVerification') === 'false' ? { anyServerName: true } : {}),
  };
}

/** @throws Crash JKS and BCFKS, with the way out */
function readStore(properties: Properties, name: 'keyStore' | 'trustStore'): Store | null {
  const file = properties.get(`zookeeper.ssl.${name}.location`) ?? '';
  if (file === '') {
    return null;
  }
  const type = storeType(file, properties.get(`zookeeper.ssl.${name}.type`) ?? '');
  if (type !== 'PEM' && type !== 'PKCS12') {
    const target = file.replace(/\.[^./]*$/, '');
    throw new Crash(
      `${file}: a Java key store (${type}) cannot be read here; convert it: keytool -importkeystore -srckeystore ${file} -destkeystore ${target}.p12 -deststoretype PKCS12${name === 'trustStore' ? `, then openssl pkcs12 -in ${target}.p12 -nokeys -out ${target}.pem` : ''}`,
    );
  }
  return { file, contents: readBytes(file), type, password: readPassword(properties, name) };
}

/** By the property, else by the name of the file, as KeyStoreFileType does. */
function storeType(file: string, type: string): string {
  if (type !== '') {
    return type.toUpperCase();
  }
  const [, end = ''] = /\.(pem|p12|jks|bcfks)$/.exec(file) ?? [];
  const types: Readonly<Record<string, string>> = { pem: 'PEM', p12: 'PKCS12', jks: 'JKS', bcfks: 'BCFKS' };
  return types[end] ?? 'JKS';
}

function readPassword(properties: Properties, name: string): string | null {
  const file = properties.get(`zookeeper.ssl.${name}.passwordPath`) ?? '';
  if (file !== '') {
    return readBytes(file).toString('utf8').trim();
  }
  return properties.get(`zookeeper.ssl.${name}.password`) ?? null;
}

function readBytes(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new Crash(`cannot read ${file}: ${(error as Error).message}`);
  }
}

function saslWarnings(properties: Properties): string[] {
  const isWanted = properties.get('zookeeper.sasl.client') !== 'false';
  return properties.has('java.security.auth.login.config') && isWanted
    ? ['zkCli.sh (zksh): SASL is not supported; going on without it (java.security.auth.login.config is set)']
    : [];
}

/** Asked for, and not done. */
const WITHOUT_EFFECT = [
  'zookeeper.ssl.ciphersuites',
  'zookeeper.ssl.protocol',
  'zookeeper.ssl.enabledProtocols',
  'zookeeper.ssl.crl',
  'zookeeper.ssl.ocsp',
  'zookeeper.ssl.context.supplier.class',
];

function tlsWarnings(properties: Properties, tls: TlsOptions | null): string[] {
  const ignored = tls === null ? [] : WITHOUT_EFFECT.filter((key) => (properties.get(key) ?? 'false') !== 'false');
  return ignored.map((key) => `zkCli.sh (zksh): ${key} has no effect here`);
}
