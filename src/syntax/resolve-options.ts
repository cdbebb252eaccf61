/** The global options of a run: from the command line, then the environment, then the default. Reads no files. */
import type { AuthInfo } from '../client/api.js';
import { DEFAULT_SERVERS } from '../client/connect-string.js';
import { UsageError } from '../errors.js';
import { GLOBAL_OPTIONS, type GlobalOption, type GlobalOptions } from './global-options.js';
import type { Given } from './program.js';
import { located, parseValue, shown } from './values.js';
import { argumentWords } from './word.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What the sandbox is reached with: variables that ask for TLS mean other servers. */
const WITHOUT_TLS = {
  tls: false,
  tlsCa: null,
  tlsCert: null,
  tlsKey: null,
  tlsP12: null,
  tlsPassphraseFile: null,
  tlsServerName: null,
  tlsInsecure: false,
} as const;

const DEFAULTS: GlobalOptions = {
  server: DEFAULT_SERVERS,
  sandbox: false,
  seed: null,
  empty: false,
  sessionTimeoutMs: 30_000,
  connectTimeoutMs: 10_000,
  waitMs: null,
  timeoutMs: null,
  readOnly: false,
  auth: [],
  authFile: null,
  output: null,
  color: 'auto',
  keepGoing: false,
  yes: false,
  dryRun: false,
  quiet: false,
  debug: false,
  ...WITHOUT_TLS,
};

/** @throws UsageError that names the option or the variable */
export function resolveOptions(given: readonly Given[], environment: Environment): GlobalOptions {
  const options = withTls({ ...DEFAULTS, ...readEnvironment(environment), ...readGiven(given) });
  return withSandbox(options, given);
}

/** For help and for Tab: values that make no sense are as if they were not there. */
export function resolveOptionsLeniently(given: readonly Given[], environment: Environment): GlobalOptions {
  let options: Partial<GlobalOptions> = {};
  for (const option of GLOBAL_OPTIONS) {
    options = { ...options, ...attempt(() => readVariables(option, environment)) };
  }
  for (const each of given) {
    options = { ...options, ...attempt(() => readGiven([each])) };
  }
  return { ...withTls({ ...DEFAULTS, ...options }), sandbox: isForSandbox(given) };
}

/** Between --sandbox and --server the later one counts, so that an alias or a script can be overruled. */
function isForSandbox(given: readonly Given[]): boolean {
  return (
    given.findLast(({ option }) => option.long === 'sandbox' || option.long === 'server')?.option.long === 'sandbox'
  );
}

/** @throws UsageError for options that mean nothing without the sandbox, or nothing to it */
function withSandbox(options: GlobalOptions, given: readonly Given[]): GlobalOptions {
  const sandbox = isForSandbox(given);
  const seed = given.find(({ option }) => option.long === 'seed' || option.long === 'empty');
  if (!sandbox && seed !== undefined) {
    throw new UsageError(`${seed.spelling} goes with --sandbox`, {
      why: 'It says what the tree of a sandbox begins with.',
      hint: `For a server that exists: import FILE`,
    });
  }
  const tls = given.find(({ option }) => option.long.startsWith('tls'));
  if (sandbox && tls !== undefined) {
    throw new UsageError(`${tls.spelling} and --sandbox exclude each other`, {
      why: 'The server inside this process is reached without TLS.',
      hint: 'A sandbox that speaks TLS: zksh sandbox --set secureClientPort=2281 --set ssl.keyStore.location=FILE',
    });
  }
  return sandbox ? { ...options, sandbox, ...WITHOUT_TLS } : { ...options, sandbox };
}

/** Those given, and only those: what a verb's line changes for itself. @throws UsageError that names the option */
export function readGiven(given: readonly Given[]): Partial<GlobalOptions> {
  const options: Record<string, unknown> = {};
  for (const { option, word, spelling } of given) {
    const { key } = option as GlobalOption;
    if (key === null) {
      continue;
    }
    try {
      const value = option.value === undefined ? true : readValue(option as GlobalOption, word.text);
      const earlier = (options[key] as readonly unknown[] | undefined) ?? [];
      options[key] = option.repeatable === true ? [...earlier, ...(value as readonly unknown[])] : value;
    } catch (error) {
      throw located(error, word, spelling);
    }
  }
  return options as Partial<GlobalOptions>;
}

function readEnvironment(environment: Environment): Partial<GlobalOptions> {
  return Object.assign({}, ...GLOBAL_OPTIONS.map((option) => readVariables(option, environment)));
}

/** The first of the option's variables that is set and not empty. */
function readVariables(option: GlobalOption, environment: Environment): Partial<GlobalOptions> {
  if (option.key === 'color') {
    return readColor(environment);
  }
  for (const variable of option.environment) {
    const text = environment[variable] ?? '';
    if (text !== '' && option.key !== null) {
      return { [option.key]: readVariable(option, variable, text) };
    }
  }
  return {};
}

function readVariable(option: GlobalOption, variable: string, text: string): unknown {
  try {
    return option.value === undefined ? readSwitch(text) : readValue(option, text);
  } catch (error) {
    throw located(error, { text, start: 0, end: 0, line: 0, column: 0, quoted: true }, variable);
  }
}

const SWITCHES: Readonly<Record<string, boolean>> = {
  '1': true,
  true: true,
  yes: true,
  on: true,
  '0': false,
  false: false,
  no: false,
  off: false,
};

function readSwitch(text: string): boolean {
  const value = SWITCHES[text.toLowerCase()];
  if (value === undefined) {
    throw new UsageError(`neither on nor off: ${shown(text)}`, {
      hint: 'On is 1, true, yes or on; off is 0, false, no or off.',
    });
  }
  return value;
}

/** https://no-color.org and https://force-color.org; forcing is the stronger one, as in Node. */
function readColor({ FORCE_COLOR, NO_COLOR }: Environment): Partial<GlobalOptions> {
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '') {
    return { color: FORCE_COLOR === '0' || FORCE_COLOR.toLowerCase() === 'false' ? 'never' : 'always' };
  }
  return NO_COLOR === undefined || NO_COLOR === '' ? {} : { color: 'never' };
}

/** What a Node timer can count: more, and it goes off at once. */
const TIMER_MS_MAX = 0x7fff_ffff;

function readValue(option: GlobalOption, text: string): unknown {
  const slot = { kind: option.value?.kind ?? 'text', choices: option.value?.choices };
  const [word] = argumentWords([text]);
  const value = parseValue(word as never, slot, { cwd: '/', stdinAsData: false, fromProcess: true });
  if (slot.kind === 'duration') {
    return checkDuration(option, text, value as number);
  }
  return option.key === 'auth' ? readAuth(text) : value;
}

/** 0 takes back --wait and --timeout; for the others it would make no sense. */
function checkDuration(option: GlobalOption, text: string, ms: number): number | null {
  if (ms > TIMER_MS_MAX) {
    throw new UsageError(`${text} is too long`, { why: 'At most 596h, some 24 days.' });
  }
  if (ms === 0 && (option.key === 'waitMs' || option.key === 'timeoutMs')) {
    return null;
  }
  if (ms === 0) {
    throw new UsageError(`${text} leaves no time at all`);
  }
  return ms;
}

/** Credentials a line, as in ZKSH_AUTH and in an --auth-file; empty lines and `#` comments do not count. @throws UsageError */
export function readAuth(text: string): string[] {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.startsWith('#'));
  for (const line of lines) {
    parseAuth(line);
  }
  return lines;
}

/** `digest:user:password`; the credential may hold colons. @throws UsageError which does not show the credential */
export function parseAuth(text: string): AuthInfo {
  const colon = text.indexOf(':');
  if (colon < 1) {
    throw new UsageError('not SCHEME:CREDENTIAL', { hint: 'For example digest:user:password' });
  }
  return { scheme: text.slice(0, colon), credential: Buffer.from(text.slice(colon + 1), 'utf8') };
}

function withTls(options: GlobalOptions): GlobalOptions {
  const { tlsCa, tlsCert, tlsKey, tlsP12, tlsPassphraseFile, tlsServerName, tlsInsecure } = options;
  const named = [tlsCa, tlsCert, tlsKey, tlsP12, tlsPassphraseFile, tlsServerName].some((value) => value !== null);
  return { ...options, tls: options.tls || named || tlsInsecure };
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
