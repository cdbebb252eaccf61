/** The options before the verb: one table (contract: names, environment variables, meaning). Read by commander, config, man and completions. */

import { OUTPUT_FORMATS, type OutputFormat } from '../commands/results.js';
import type { Option } from '../commands/spec.js';

/** As resolved from the command line, then the environment, then the default. Plain data: it crosses from the one-shot bundle to the shell's. */
export interface GlobalOptions {
  readonly server: string;
  /** Speak to a server inside this process instead. */
  readonly sandbox: boolean;
  /** What the sandbox begins with: lines of an export; null: the sample tree. */
  readonly seed: string | null;
  readonly empty: boolean;
  readonly sessionTimeoutMs: number;
  readonly connectTimeoutMs: number;
  /** null: do not wait. */
  readonly waitMs: number | null;
  /** Each command as a whole; null: none. */
  readonly timeoutMs: number | null;
  readonly readOnly: boolean;
  /** `scheme:credential`, from --auth, ZKSH_AUTH and --auth-file. */
  readonly auth: readonly string[];
  readonly authFile: string | null;
  /** null: human on a terminal, plain elsewhere. */
  readonly output: OutputFormat | null;
  readonly color: 'auto' | 'always' | 'never';
  readonly keepGoing: boolean;
  readonly yes: boolean;
  readonly dryRun: boolean;
  readonly quiet: boolean;
  readonly debug: boolean;
  readonly tls: boolean;
  readonly tlsCa: string | null;
  readonly tlsCert: string | null;
  readonly tlsKey: string | null;
  readonly tlsP12: string | null;
  readonly tlsPassphraseFile: string | null;
  readonly tlsServerName: string | null;
  readonly tlsInsecure: boolean;
}

/** A row of the table: an option as verbs describe theirs, and where else its value may come from. */
export interface GlobalOption extends Option {
  /** Its place in GlobalOptions; null: it says what the run is (-e, -f, --help, --version). */
  readonly key: keyof GlobalOptions | null;
  /** Environment variables, the strongest first. */
  readonly environment: readonly string[];
  /** As the man page shows it. */
  readonly defaultText?: string;
  /** `run`: before the verb, or behind a one-shot verb. `command`: behind a verb of a line or script too, for that command only. `start`: only before the verb. */
  readonly scope: 'run' | 'command' | 'start';
}

export const GLOBAL_OPTIONS: readonly GlobalOption[] = [
  {
    key: 'server',
    short: 's',
    long: 'server',
    scope: 'run',
    environment: ['ZKSH_SERVER'],
    value: { name: 'LIST', kind: 'connectString' },
    defaultText: 'localhost:2181',
    summary: 'servers: host[:port][,host…][/chroot], IPv6 in brackets',
  },
  {
    key: 'sandbox',
    long: 'sandbox',
    scope: 'run',
    environment: [],
    summary: 'a server of its own inside this process, in memory, with a sample tree; for trying things',
  },
  {
    key: 'seed',
    long: 'seed',
    scope: 'start',
    environment: [],
    value: { name: 'FILE', kind: 'file' },
    conflicts: ['empty'],
    summary: 'with --sandbox: begin with the znodes of an export instead of the sample tree',
  },
  {
    key: 'empty',
    long: 'empty',
    scope: 'start',
    environment: [],
    conflicts: ['seed'],
    summary: 'with --sandbox: begin with an empty tree',
  },
  {
    key: 'sessionTimeoutMs',
    short: 't',
    long: 'session-timeout',
    scope: 'run',
    environment: ['ZKSH_SESSION_TIMEOUT'],
    value: { name: 'DURATION', kind: 'duration' },
    defaultText: '30s',
    summary: 'how long the session outlives a lost connection',
  },
  {
    key: 'connectTimeoutMs',
    long: 'connect-timeout',
    scope: 'run',
    environment: ['ZKSH_CONNECT_TIMEOUT'],
    value: { name: 'DURATION', kind: 'duration' },
    defaultText: '10s',
    summary: 'for the whole list of servers; refused by each of them fails at once',
  },
  {
    key: 'waitMs',
    long: 'wait',
    scope: 'run',
    environment: ['ZKSH_WAIT'],
    value: { name: 'DURATION', kind: 'duration' },
    defaultText: 'no wait',
    summary: 'keep trying until a server serves, at most this long',
  },
  {
    key: 'timeoutMs',
    long: 'timeout',
    scope: 'command',
    environment: ['ZKSH_TIMEOUT'],
    value: { name: 'DURATION', kind: 'duration' },
    defaultText: 'none',
    summary: 'each command as a whole; status 8 when it is over',
  },
  {
    key: 'readOnly',
    short: 'r',
    long: 'read-only',
    scope: 'command',
    environment: ['ZKSH_READ_ONLY'],
    summary: 'accept a read-only server, and refuse every write before it is sent',
  },
  {
    key: 'auth',
    short: 'a',
    long: 'auth',
    scope: 'run',
    environment: ['ZKSH_AUTH'],
    repeatable: true,
    value: { name: 'SCHEME:CRED', kind: 'secret' },
    summary: 'authenticate, e.g. digest:user:password; the variable takes one a line',
  },
  {
    key: 'authFile',
    long: 'auth-file',
    scope: 'run',
    environment: ['ZKSH_AUTH_FILE'],
    value: { name: 'FILE', kind: 'file' },
    summary: 'the same from a file, one a line: keeps it out of ps',
  },
  {
    key: 'output',
    short: 'o',
    long: 'output',
    scope: 'command',
    environment: ['ZKSH_OUTPUT'],
    value: { name: 'FORMAT', kind: 'choice', choices: OUTPUT_FORMATS },
    defaultText: 'human on a terminal, plain elsewhere',
    summary: 'human, plain, json or zkcli',
  },
  {
    key: 'color',
    long: 'color',
    scope: 'command',
    environment: ['FORCE_COLOR', 'NO_COLOR'],
    value: { name: 'WHEN', kind: 'choice', choices: ['auto', 'always', 'never'] },
    defaultText: 'auto',
    summary: 'auto, always or never',
  },
  {
    key: 'keepGoing',
    short: 'k',
    long: 'keep-going',
    scope: 'run',
    environment: [],
    summary: 'a script goes on after a failure; the status is that of the first one',
  },
  { key: 'yes', short: 'y', long: 'yes', scope: 'command', environment: [], summary: 'no questions' },
  {
    key: 'dryRun',
    short: 'n',
    long: 'dry-run',
    scope: 'command',
    environment: [],
    summary: 'verbs that write say what they would do, and do not',
  },
  { key: 'quiet', short: 'q', long: 'quiet', scope: 'command', environment: [], summary: 'only errors on stderr' },
  { key: 'debug', long: 'debug', scope: 'run', environment: [], summary: 'internals and stacks on stderr' },
  {
    key: 'tls',
    long: 'tls',
    scope: 'run',
    environment: ['ZKSH_TLS'],
    summary: 'speak TLS; so does every option below that begins with --tls',
  },
  {
    key: 'tlsCa',
    long: 'tls-ca',
    scope: 'run',
    environment: ['ZKSH_TLS_CA'],
    value: { name: 'FILE', kind: 'file' },
    summary: 'certificates to trust, PEM',
  },
  {
    key: 'tlsCert',
    long: 'tls-cert',
    scope: 'run',
    environment: ['ZKSH_TLS_CERT'],
    value: { name: 'FILE', kind: 'file' },
    summary: 'our certificate, PEM',
  },
  {
    key: 'tlsKey',
    long: 'tls-key',
    scope: 'run',
    environment: ['ZKSH_TLS_KEY'],
    value: { name: 'FILE', kind: 'file' },
    summary: 'its private key, PEM',
  },
  {
    key: 'tlsP12',
    long: 'tls-p12',
    scope: 'run',
    environment: ['ZKSH_TLS_P12'],
    value: { name: 'FILE', kind: 'file' },
    summary: 'certificate and key in one file, PKCS12',
  },
  {
    key: 'tlsPassphraseFile',
    long: 'tls-passphrase-file',
    scope: 'run',
    environment: ['ZKSH_TLS_PASSPHRASE_FILE'],
    value: { name: 'FILE', kind: 'file' },
    summary: 'a file with the passphrase of the key or of the PKCS12 file',
  },
  {
    key: 'tlsServerName',
    long: 'tls-server-name',
    scope: 'run',
    environment: ['ZKSH_TLS_SERVER_NAME'],
    value: { name: 'NAME', kind: 'text' },
    summary: 'the name that the certificate must have, whatever the host is called',
  },
  {
    key: 'tlsInsecure',
    long: 'tls-insecure',
    scope: 'run',
    environment: ['ZKSH_TLS_INSECURE'],
    summary: 'accept any certificate',
  },
  {
    key: null,
    short: 'e',
    long: 'execute',
    scope: 'start',
    environment: [],
    repeatable: true,
    value: { name: 'CMD', kind: 'text' },
    summary: 'run this command; again for the next one, in one session',
  },
  {
    key: null,
    short: 'f',
    long: 'file',
    scope: 'start',
    environment: [],
    value: { name: 'FILE', kind: 'file' },
    summary: 'run the commands of a script; - is stdin',
  },
  { key: null, short: 'V', long: 'version', scope: 'start', environment: [], summary: 'print the version' },
  {
    key: null,
    short: 'h',
    long: 'help',
    scope: 'command',
    environment: [],
    summary: 'print help; VERB --help: that of the verb',
  },
];
