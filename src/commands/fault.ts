/** fault: what can go wrong between a client and its server, on demand. Only on the sandbox inside this process. */
import { UsageError } from '../errors.js';
import { errorCode } from '../protocol/error-codes.js';
import { parseSessionId } from '../protocol/ids.js';
import { OPS } from '../protocol/ops.js';
import type { ActiveFault, Faults, FaultTarget } from '../sandbox/faults.js';
import type { CommandContext } from './context.js';
import { readDuration } from './duration.js';
import type { Result } from './results.js';
import { command, option, optionalArg, repeatedOption } from './spec.js';

/** What it is about, and how it is done. `value`: the name of what stands behind the fault; null: nothing does. */
interface FaultKind {
  readonly value: string | null;
  readonly summary: string;
  begin(faults: Faults, value: string, target: FaultTarget): ActiveFault | number | null;
}

const FAULTS: Readonly<Record<string, FaultKind>> = {
  expire: {
    value: null,
    summary: 'sessions, as if their time-out had passed',
    begin: (faults, _, { sessionId }) => faults.expireSessions(sessionId === undefined ? {} : { sessionId }),
  },
  drop: {
    value: null,
    summary: 'connections; their sessions live on',
    begin: (faults, _, { sessionId }) => faults.dropConnections(sessionId === undefined ? {} : { sessionId }),
  },
  freeze: {
    value: null,
    summary: 'nothing is read and nothing answered',
    begin: (faults, _, target) => faults.freeze(target),
  },
  slow: {
    value: 'BYTES',
    summary: 'at most so many bytes a second to a client',
    begin: (faults, value, target) => faults.slow(readCount(value, 'BYTES'), target),
  },
  delay: {
    value: 'DURATION',
    summary: 'replies come later',
    begin: (faults, value, target) => faults.delayReplies(readMs(value), target),
  },
  lose: {
    value: null,
    summary: 'requests are done, their replies never come',
    begin: (faults, _, target) => faults.loseReplies(target),
  },
  cut: {
    value: 'BYTES',
    summary: 'replies end after so many bytes, and the connection with them',
    begin: (faults, value, target) => faults.cutReplies(readCount(value, 'BYTES'), target),
  },
  answer: {
    value: 'CODE',
    summary: 'requests are not done but answered with an error, NOAUTH or -102',
    begin: (faults, value, target) => faults.answer(readCode(value), target),
  },
  hangup: {
    value: null,
    summary: 'the connection ends before the request is done',
    begin: (faults, _, target) => faults.dropRequests(target),
  },
  throttle: {
    value: null,
    summary: 'requests are refused with THROTTLEDOP',
    begin: (faults, _, target) => faults.throttle(target),
  },
  'read-only': { value: null, summary: 'as a server that lost its quorum', begin: (faults) => faults.readOnly() },
  refuse: {
    value: null,
    summary: 'new connections are closed at once',
    begin: (faults) => faults.refuseConnections(),
  },
  full: { value: null, summary: 'no space is left for the log', begin: (faults) => faults.outOfSpace() },
  clock: {
    value: 'DURATION',
    summary: 'the clock of the server jumps forward',
    begin(faults, value) {
      faults.moveClock(readMs(value));
      return null;
    },
  },
};

const ACTIONS = [...Object.keys(FAULTS), 'clear'];

const FAULT_LINES = Object.entries(FAULTS).map(
  ([name, { value, summary }]) => `${value === null ? name : `${name} ${value}`}: ${summary}.`,
);

export const fault = command({
  name: 'fault',
  group: 'shell',
  summary: 'In the sandbox of this run: make something go wrong',
  description: `Without words it lists what goes wrong at the moment: number, what, how often it struck. clear ends all that lasts, clear N one of them.\n${FAULT_LINES.join('\n')}\nThe options say which requests are meant, every one unless given. Sessions and connections that are gone do not come back with clear.`,
  args: [
    optionalArg('what', 'choice', 'what shall go wrong, or clear', { choices: ACTIONS }),
    optionalArg('value', 'text', 'how much of it'),
  ],
  options: {
    session: option('session', null, 'ID', 'text', 'only of this session, 0x…'),
    op: repeatedOption('op', null, 'NAME', 'choice', 'only these operations', { choices: Object.keys(OPS) }),
    path: option('path', null, 'PATH', 'znodePath', 'only requests for this znode or below it'),
    after: option('after', null, 'N', 'count', 'let so many pass first'),
    times: option('times', null, 'N', 'count', 'so often; until cleared unless given'),
    probability: option('probability', null, 'P', 'text', 'how likely each time, 0 to 1'),
  },
  examples: [
    { line: 'fault answer NOAUTH --op create --times 1', summary: 'the next create is refused' },
    { line: 'fault delay 200ms --op getData', summary: 'a slow server' },
    { line: 'fault expire', summary: 'every session, this one too' },
    { line: 'fault clear', summary: 'all is well again' },
  ],
  session: 'none',
  async *run(context, values) {
    const faults = faultsOf(context);
    if (values.what === undefined) {
      yield* list(faults);
      return;
    }
    if (values.what === 'clear') {
      clear(faults, values.value);
      yield { kind: 'done', verb: 'fault', fields: { cleared: values.value ?? 'all' } };
      return;
    }
    yield begin(faults, FAULTS[values.what] as FaultKind, values.what, values.value, targetOf(values));
  },
});

function begin(faults: Faults, kind: FaultKind, name: string, value: string | undefined, target: FaultTarget): Result {
  if ((kind.value === null) !== (value === undefined)) {
    throw new UsageError(kind.value === null ? `${name} takes no ${value}` : `${kind.value} is missing`, {
      hint: kind.value === null ? `fault ${name}` : `fault ${name} ${EXAMPLE_VALUES[kind.value]}`,
    });
  }
  const begun = kind.begin(faults, value ?? '', target);
  if (begun === null) {
    return { kind: 'done', verb: 'fault', fields: { fault: name } };
  }
  if (typeof begun === 'number') {
    const things = name === 'expire' ? 'session' : 'connection';
    return { kind: 'text', text: `${begun} ${things}${begun === 1 ? '' : 's'}`, fields: { fault: name, count: begun } };
  }
  return rowOf(begun);
}

const EXAMPLE_VALUES: Readonly<Record<string, string>> = { BYTES: '10', DURATION: '200ms', CODE: 'NOAUTH' };

function* list(faults: Faults): Generator<Result> {
  for (const active of faults.active) {
    yield rowOf(active);
  }
}

function rowOf({ id, text, count }: ActiveFault): Result {
  return { kind: 'text', text: `${id}  ${text}  (struck ${count} times)`, fields: { id, fault: text, count } };
}

function clear(faults: Faults, id: string | undefined): void {
  if (id === undefined) {
    faults.clear();
    return;
  }
  const found = faults.active.find((active) => String(active.id) === id);
  if (found === undefined) {
    throw new UsageError(`there is no fault ${id}`, { hint: 'The numbers are those of: fault' });
  }
  found.clear();
}

/** @throws UsageError where the server is not ours */
function faultsOf({ sandbox }: CommandContext): Faults {
  if (sandbox.current === null) {
    throw new UsageError('this run does not speak to a sandbox of its own', {
      why: 'Faults can only be made in a server inside this process.',
      hint: 'zksh --sandbox',
    });
  }
  return sandbox.current.faults;
}

interface TargetValues {
  readonly session: string | undefined;
  readonly op: readonly string[] | undefined;
  readonly path: string | undefined;
  readonly after: number | undefined;
  readonly times: number | undefined;
  readonly probability: string | undefined;
}

function targetOf({ session, op, path, after, times, probability }: TargetValues): FaultTarget {
  return {
    ...(session === undefined ? {} : { sessionId: readSession(session) }),
    ...(op === undefined ? {} : { ops: op }),
    ...(path === undefined ? {} : { path }),
    ...(after === undefined ? {} : { after }),
    ...(times === undefined ? {} : { times }),
    ...(probability === undefined ? {} : { probability: readProbability(probability) }),
  };
}

function readSession(text: string): bigint {
  const sessionId = parseSessionId(text);
  if (sessionId === null) {
    throw new UsageError(`--session: not the id of a session: ${text}`, { hint: 'Ids are like 0x100001f9df80149.' });
  }
  return sessionId;
}

function readProbability(text: string): number {
  const probability = text.trim() === '' ? Number.NaN : Number(text);
  if (!(probability >= 0 && probability <= 1)) {
    throw new UsageError(`--probability: not a number from 0 to 1: ${text}`, {});
  }
  return probability;
}

function readCount(text: string, name: string): number {
  if (!/^\d{1,9}$/.test(text)) {
    throw new UsageError(`${name}: not a whole number: ${text}`, {});
  }
  return Number(text);
}

function readMs(text: string): number {
  const ms = readDuration(text);
  if (typeof ms !== 'number') {
    throw new UsageError(`not a duration: ${text}`, { hint: 'Durations are 250ms, 10s, 2m, 1h.' });
  }
  return ms;
}

/** A name of the table or a number, as the server would send it. */
function readCode(text: string): string | number {
  const name = text.toUpperCase().replace(/[-_]/g, '');
  if (errorCode(name) !== null) {
    return name;
  }
  if (/^-?\d{1,9}$/.test(text)) {
    return Number(text);
  }
  throw new UsageError(`not a code of ZooKeeper: ${text}`, { hint: 'For example NOAUTH, SESSIONEXPIRED, or -102.' });
}
