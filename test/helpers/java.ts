/**
 * Java and ZooKeeper's own jars, for tests against the real thing. Looked for in this order: ZKSH_TEST_CLASSPATH,
 * ZOOKEEPER_HOME, our cache folder, Maven (which fills the cache), Debian's package `zookeeper`.
 */
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

export const ZOOKEEPER_VERSIONS = ['3.9.5', '3.8.6'] as const;
export type ZooKeeperVersion = (typeof ZOOKEEPER_VERSIONS)[number];

/** Everything that server, zkCli and AdminServer need; only the first brings its own dependencies along. */
const ARTIFACTS = [
  'io.dropwizard.metrics:metrics-core:4.1.12.1',
  'org.xerial.snappy:snappy-java:1.1.10.5',
  'commons-cli:commons-cli:1.5.0',
  'org.jline:jline:3.25.1',
  'com.fasterxml.jackson.core:jackson-databind:2.15.2',
  'org.eclipse.jetty:jetty-server:9.4.58.v20250814',
  'org.eclipse.jetty:jetty-servlet:9.4.58.v20250814',
  'org.eclipse.jetty:jetty-client:9.4.58.v20250814',
];
const LOGBACK: Partial<Record<ZooKeeperVersion, string>> = { '3.9.5': 'ch.qos.logback:logback-classic:1.3.15' };

let java: boolean | undefined;

/** Set for the processes of the tests by global-setup.ts where there is no real server; by people who want to run without one. */
const SANDBOX = 'ZKSH_TEST_SANDBOX';

/** Whether the sandbox takes the place of a real 3.9.5. */
export function sandboxStandsIn(): boolean {
  return process.env[SANDBOX] === '1';
}

export function letSandboxStandIn(): void {
  process.env[SANDBOX] = '1';
}

/** Whether a JVM of version 11 or later can be started. */
export function haveJava(): boolean {
  java ??= javaVersion() >= 11;
  return java;
}

function javaVersion(): number {
  const { stderr } = spawnSync('java', ['-version'], { encoding: 'utf8' });
  return Number(/version "(\d+)/.exec(stderr ?? '')?.[1] ?? 0);
}

/** What `java -cp` takes to run that version. @throws Error saying in one line why it cannot be had */
export async function zooKeeperClasspath(version: ZooKeeperVersion): Promise<string> {
  const given = environmentClasspath(version);
  if (given !== undefined) return given;
  const lib = join(cacheFolder(), `zookeeper-${version}`);
  if (existsSync(lib)) return join(lib, '*');
  try {
    await fetchJars(version, lib);
    return join(lib, '*');
  } catch (error) {
    const debian = version === '3.9.5' ? debianClasspath() : undefined;
    if (debian !== undefined) return debian;
    throw error;
  }
}

/** ZooKeeper of the machine's own stands in for 3.9.5; ZKSH_TEST_CLASSPATH_3_8 for 3.8.6. */
function environmentClasspath(version: ZooKeeperVersion): string | undefined {
  const { ZKSH_TEST_CLASSPATH, ZKSH_TEST_CLASSPATH_3_8, ZOOKEEPER_HOME } = process.env;
  if (version === '3.8.6') return ZKSH_TEST_CLASSPATH_3_8 || undefined;
  if (ZKSH_TEST_CLASSPATH) return ZKSH_TEST_CLASSPATH;
  return ZOOKEEPER_HOME ? `${join(ZOOKEEPER_HOME, 'lib', '*')}:${join(ZOOKEEPER_HOME, '*')}` : undefined;
}

function cacheFolder(): string {
  const { ZKSH_TEST_CACHE, XDG_CACHE_HOME } = process.env;
  return ZKSH_TEST_CACHE || join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'zksh-tests');
}

async function fetchJars(version: ZooKeeperVersion, lib: string): Promise<void> {
  const folder = `${lib}.${process.pid}`;
  mkdirSync(folder, { recursive: true });
  try {
    writeFileSync(join(folder, 'pom.xml'), pom(version));
    // A path without blanks: Maven's launcher script splits the others.
    await promisify(execFile)('mvn', ['-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=lib'], {
      cwd: folder,
      timeout: 300_000,
    });
    // One rename at the end: a folder that is there is complete, also with several runs at once.
    if (readdirSync(join(folder, 'lib')).length > 0 && !existsSync(lib)) renameSync(join(folder, 'lib'), lib);
  } catch (error) {
    if (existsSync(lib)) return;
    const { code, stdout = '' } = error as { code?: unknown; stdout?: string };
    const why = code === 'ENOENT' ? 'there is no mvn' : (/^\[ERROR\] (.*)/m.exec(stdout)?.[1] ?? String(error));
    throw new Error(`ZooKeeper ${version} could not be fetched by Maven: ${why}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function pom(version: ZooKeeperVersion): string {
  const logback = LOGBACK[version];
  const artifacts = [`org.apache.zookeeper:zookeeper:${version}`, ...(logback ? [logback] : []), ...ARTIFACTS];
  const dependencies = artifacts.map((artifact) => {
    const [group, name, number] = artifact.split(':');
    return `<dependency><groupId>${group}</groupId><artifactId>${name}</artifactId><version>${number}</version></dependency>`;
  });
  return `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>zksh</groupId><artifactId>test-servers</artifactId><version>1</version>
<dependencies>
${dependencies.join('\n')}
</dependencies></project>
`;
}

function debianClasspath(): string | undefined {
  return existsSync('/usr/share/java/zookeeper.jar') ? '/usr/share/java/*' : undefined;
}
