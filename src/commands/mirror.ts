/** mirror: keeps a copy of a subtree in step, here or on another ensemble. How: tree/copy/mirror.ts. */
import type { Session } from '../client/api.js';
import { isKeeperError, UsageError } from '../errors.js';
import type { ZnodePath } from '../protocol/path.js';
import { type MirrorPlace, type MirrorTold, mirror as mirrorTree } from '../tree/copy/mirror.js';
import { createAclReader } from '../tree/read/acl-reader.js';
import { confirm } from './confirm.js';
import type { CommandContext } from './context.js';
import { isSystem } from './export.js';
import type { ZnodeLocation } from './location.js';
import { znodesOnly } from './location.js';
import { createLongRun, type LongRun } from './long-run.js';
import type { Result } from './results.js';
import { arg, command, flag, option, repeatedOption } from './spec.js';
import { openPlaces } from './transfer-places.js';
import { matchesPath } from './znode-kinds.js';

export const mirror = command({
  name: 'mirror',
  group: 'tree',
  summary: 'Keep a copy of a subtree in step with it, until interrupted',
  description:
    'Compares SRC and DST, makes DST like SRC (what only DST has goes, behind a question on a terminal), and then follows every change of SRC. A place on another ensemble is zk://HOST:PORT/PATH.\nA line for each znode of the copy: created, changed, acl, deleted; inStep when both are the same; gap after a lost connection or session, when changes may have been missed: then both are compared again. Nothing that still shows in SRC is missed.\nEphemerals are left out, and subtrees of DST that hold ephemerals of living sessions are kept. Servers tell nobody of a changed ACL: --recheck compares all again as often as you like. Containers and TTL znodes look persistent from outside, and become so.\nWith --once it ends when both are the same; -n says what it would do.',
  args: [arg('source', 'location', 'what to copy'), arg('target', 'location', 'the copy')],
  options: {
    once: flag('once', null, 'bring the copy in step, and end', { conflicts: ['recheck'] }),
    recheck: option('recheck', null, 'DURATION', 'duration', 'compare everything again as often as this'),
    noAcl: flag('no-acl', null, 'leave ACLs aside: several times as fast where there is much to compare'),
    exclude: repeatedOption(
      'exclude',
      null,
      'GLOB',
      'glob',
      'leave out these and what is below them; of the name, or with a slash in it of the whole path in SRC',
    ),
    rate: option('rate', null, 'N', 'count', 'znodes read and written a second on each side, at most'),
  },
  examples: [
    { line: 'mirror /config /standby --once', summary: 'once, and end' },
    { line: 'mirror /app zk://zk2:2181/app --recheck 1h', summary: 'to another ensemble, until interrupted' },
    { line: "mirror -n /config /standby --exclude 'tmp-*'", summary: 'what would be done' },
  ],
  writes: true,
  async *run(context, values) {
    if (values.rate === 0) {
      throw new UsageError('--rate: at least 1');
    }
    if (values.recheck === 0) {
      throw new UsageError('--recheck: 0 leaves no time between two comparisons');
    }
    const { settings, signal, clock, openSession } = context;
    const places = await openPlaces(context, {
      verb: 'cp',
      source: values.source,
      target: values.target,
      isDeep: true,
    });
    const excluded = values.exclude?.map(matchesPath) ?? [];
    const root = places.source.path;
    const chroot = places.source.session;
    const run = createLongRun(context, { doing: 'comparing', did: 'mirrored' });
    const told = mirrorTree({
      source: placeOf(context, znodesOnly(values.source, 'SRC'), places.source.session),
      target: placeOf(context, znodesOnly(values.target, 'DST'), places.target.session),
      aclsOf: values.noAcl
        ? null
        : (session) => createAclReader(session, { signal, openAnother: anotherBeside(session) }),
      isExcluded: (path) => isSystem(chroot, root, path) || excluded.some((matches) => matches(path)),
      once: values.once,
      dryRun: settings.dryRun,
      recheckMs: values.recheck ?? null,
      rate: values.rate,
      confirmExtras: (roots) => askToDelete(context, places.target.name, roots),
      signal,
      clock,
    });
    /** Sessions of the run's own ensemble only: others are opened by their connect string. */
    function anotherBeside(session: Session): (() => Promise<Session>) | undefined {
      const { server, chroot: below } = session;
      return server === null ? undefined : () => openSession(`${server.host}:${server.port}${below}`);
    }
    yield* tell(told, context, run);
    yield* run.end();
  },
});

async function* tell(
  all: AsyncGenerator<MirrorTold>,
  { settings, wallClock }: CommandContext,
  run: LongRun,
): AsyncGenerator<Result> {
  let comparedCount = 0;
  for await (const told of all) {
    switch (told.kind) {
      case 'done':
        run.progress.add(settings.dryRun ? 0 : 1);
        yield settings.dryRun
          ? { kind: 'planned', action: ACTIONS[told.did], path: told.path }
          : { kind: 'mirrored', time: wallClock(), event: told.did, path: told.path };
        break;
      case 'failed':
        // Gone between the event and the reading of it: the next event says so.
        if (!isKeeperError(told.error, 'NONODE')) {
          yield* run.fail(told.error);
        }
        break;
      case 'kept':
        run.progress.skip('only in the copy, with ephemerals of living sessions');
        break;
      case 'compared':
        comparedCount = told.count;
        break;
      case 'inStep':
        comparedCount = told.comparedCount;
        if (!settings.dryRun) {
          yield {
            kind: 'mirrored',
            time: wallClock(),
            event: 'inStep',
            path: null,
            reason: `${comparedCount} compared`,
          };
        }
        break;
      case 'gap':
        yield { kind: 'mirrored', time: wallClock(), event: 'gap', path: null, reason: told.reason };
        break;
    }
    yield* run.due();
  }
}

const ACTIONS = { created: 'create', changed: 'set', acl: 'setAcl', deleted: 'delete' } as const;

/** The run's own ensemble has a connection that opens sessions anew; another one is opened again here. */
function placeOf({ connection, openSession }: CommandContext, location: ZnodeLocation, first: Session): MirrorPlace {
  const { servers, path } = location;
  let session = first;
  return {
    root: path,
    async open() {
      if (servers === null) {
        return connection.open();
      }
      if (session.state === 'expired' || session.state === 'closed' || session.state === 'authFailed') {
        session = await openSession(servers);
      }
      return session;
    },
  };
}

/** Of a copy somebody may think of as his. */
async function askToDelete(context: CommandContext, name: string, roots: readonly ZnodePath[]): Promise<void> {
  const what = roots.length === 1 ? `${roots[0]} with all below it` : `${roots.length} subtrees below ${name}`;
  await confirm(context, `Only the copy has ${what}. Delete?`);
}
