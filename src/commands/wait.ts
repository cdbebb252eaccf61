/** wait: until a znode is as it should be, or a server serves. The conditions are read again whenever a watch fires. */
import type { Session, Watcher } from '../client/api.js';
import { ConnectionError, isKeeperError, isZkshError, UsageError } from '../errors.js';
import type { ZnodePath } from '../protocol/path.js';
import type { Stat } from '../protocol/stat.js';
import { abortReason, orAborted, pause } from '../tree/abort.js';
import type { CommandContext } from './context.js';
import { explained } from './explained.js';
import { command, flag, option, optionalArg } from './spec.js';

const OTHERS = ['gone', 'value', 'version', 'newer-than', 'children', 'server'] as const;
const but = (name: string) => ({ conflicts: OTHERS.filter((other) => other !== name) });

export const wait = command({
  name: 'wait',
  group: 'watch',
  summary: 'Wait until a znode exists, is gone, or is as it should be',
  description:
    'Without an option, until PATH exists. Ends at once where it is so already. The connection and the session may be lost meanwhile; with --timeout D (a global option) the status is 8 when it was not so in time.\nWith --server and no PATH: until a server of the list gives a session, however often they refuse.',
  args: [optionalArg('path', 'znodePath', 'the znode')],
  options: {
    gone: flag('gone', null, 'until it does not exist', but('gone')),
    value: option('value', null, 'DATA', 'data', 'until its data are these: text or @FILE', but('value')),
    version: option('version', 'v', 'N', 'version', 'until its version is N', but('version')),
    newerThan: option('newer-than', null, 'N', 'version', 'until its version is above N', but('newer-than')),
    children: option('children', null, 'N', 'count', 'until it has N children or more', but('children')),
    server: flag('server', null, 'until a server serves', but('server')),
  },
  examples: [
    { line: 'wait /config/db --timeout 30s', summary: 'until it exists; status 8 after half a minute' },
    { line: "wait /config/db --value 'host=db2'", summary: 'until somebody has written that' },
    { line: 'wait /services --children 1', summary: 'until somebody has registered' },
    { line: 'wait --server --timeout 1m', summary: 'until there is a server' },
  ],
  session: 'none',
  async *run(context, { path, server, gone, value, version, newerThan, children }) {
    if (server !== (path === undefined)) {
      throw new UsageError(server ? '--server takes no PATH' : 'PATH is missing', {
        why: 'Wait for a znode, or with --server for a server.',
        hint: 'wait /jobs/42 --gone; wait --server',
      });
    }
    if (path === undefined) {
      await untilServed(context);
      const { session } = { session: context.connection.current };
      yield { kind: 'done', verb: 'wait', fields: { server: serverOf(session) } };
      return;
    }
    const data = value === undefined ? undefined : await context.io.readData(value);
    const condition: Condition = {
      needs: data !== undefined ? 'data' : children !== undefined ? 'children' : 'stat',
      isMet: ({ stat, data: found }) => {
        if (gone || stat === null) {
          return gone && stat === null;
        }
        return (
          (data === undefined || (found !== null && data !== null ? found?.equals(data) === true : found === data)) &&
          (version === undefined || stat.version === version) &&
          (newerThan === undefined || stat.version > newerThan) &&
          (children === undefined || stat.numChildren >= children)
        );
      },
    };
    const stat = await untilMet(context, path, condition);
    yield stat === null
      ? { kind: 'done', verb: 'wait', fields: { path, exists: false } }
      : { kind: 'changed', path, stat, withStat: false };
  },
});

interface Found {
  readonly stat: Stat | null;
  /** Only where it is needed and the znode exists. */
  readonly data?: Buffer | null;
}

interface Condition {
  readonly needs: 'stat' | 'data' | 'children';
  isMet(found: Found): boolean;
}

/** The stat with which it was met; null: it is gone. */
async function untilMet(context: CommandContext, path: ZnodePath, condition: Condition): Promise<Stat | null> {
  const { connection, signal } = context;
  for (;;) {
    const session = await orAborted(connection.open(), signal).catch((error: unknown) => orAgain(context, error));
    if (session === null) {
      continue;
    }
    const news = createNews(session);
    try {
      const found = await read(session, path, { needs: condition.needs, watcher: news.tell, signal });
      if (condition.isMet(found)) {
        return found.stat;
      }
      await orAborted(news.come, signal);
    } catch (error) {
      if (signal.aborted || !isLoss(error)) {
        throw withPath(error, path);
      }
      await pause(PAUSE_MS, context.clock, signal);
    } finally {
      news.end();
    }
  }
}

/** Watches first, then what they watch: nothing that happens in between is missed. */
async function read(
  session: Session,
  path: ZnodePath,
  { needs, watcher, signal }: { needs: Condition['needs']; watcher: Watcher; signal: AbortSignal },
): Promise<Found> {
  const stat = await explained(session, session.exists(path, { watcher, signal }), { op: 'exists', path }, { signal });
  if (stat === null || needs === 'stat') {
    return { stat };
  }
  try {
    if (needs === 'children') {
      const reading = session.getChildren(path, { watcher, signal });
      return { stat: (await explained(session, reading, { op: 'getChildren', path }, { signal })).stat };
    }
    return await explained(session, session.getData(path, { signal }), { op: 'getData', path }, { signal });
  } catch (error) {
    // Deleted between the two; the watch of the first has fired.
    if (isKeeperError(error, 'NONODE')) {
      return { stat: null };
    }
    throw error;
  }
}

/** Something happened: a watch fired, or the session with its watches is over. */
function createNews(session: Session) {
  let tell = (): void => {};
  const come = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const end = session.onEvent(({ type }) => {
    if (type === 'expired' || type === 'closed') {
      tell();
    }
  });
  return { come, tell: () => tell(), end };
}

const PAUSE_MS = 250;

async function untilServed(context: CommandContext): Promise<void> {
  for (;;) {
    const session = await orAborted(context.connection.open(), context.signal).catch((error: unknown) =>
      orAgain(context, error),
    );
    if (session !== null) {
      // `eager` sessions are there before their servers are.
      const isServed = await session.exists('/', { signal: context.signal }).then(
        () => true,
        (error: unknown) => isKeeperError(error) || orAgain(context, error).then(() => false),
      );
      if (isServed) {
        return;
      }
    }
  }
}

function serverOf(session: Session | null): string {
  const server = session?.server ?? null;
  return server === null ? '' : `${server.host}:${server.port}`;
}

/** A server that refuses may serve a moment later. @throws what will not change by waiting */
async function orAgain({ signal, clock }: CommandContext, error: unknown): Promise<null> {
  if (signal.aborted) {
    throw abortReason(signal);
  }
  if (!isLoss(error)) {
    throw error;
  }
  await pause(PAUSE_MS, clock, signal);
  return null;
}

const LOSSES: ReadonlySet<string> = new Set([
  'CONNECTREFUSED',
  'CONNECTTIMEOUT',
  'CONNECTIONLOSS',
  'SESSIONEXPIRED',
  'SESSIONMOVED',
]);

function isLoss(error: unknown): boolean {
  return isZkshError(error) && LOSSES.has(error.code);
}

/** What ends the wait is about this znode. */
function withPath(error: unknown, path: ZnodePath): unknown {
  const isOurs = isZkshError(error) && error.kind === 'connection' && error.path === undefined;
  return isOurs ? new ConnectionError(error.code, error.message, { path, cause: error }) : error;
}
