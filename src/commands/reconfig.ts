/** reconfig: other members for the ensemble, after a look at what it would mean. */
import { isListening } from '../client/listening.js';
import { isKeeperError, isZkshError, KeeperError, UsageError } from '../errors.js';
import { errorEntry } from '../protocol/error-codes.js';
import type { Stat } from '../protocol/stat.js';
import { pause } from '../tree/abort.js';
import { confirm } from './confirm.js';
import type { CommandContext } from './context.js';
import { configResult, parseConfig, parseServer, serverLines } from './ensemble-config.js';
import { type Change, danger, isVoter, majorityOf, type Plan, planOf } from './reconfig-plan.js';
import type { EnsembleServer, Result } from './results.js';
import { command, flag, option } from './spec.js';

export const reconfig = command({
  name: 'reconfig',
  group: 'ensemble',
  summary: 'Change the members of the ensemble',
  description:
    'Members are written server.ID=HOST:QUORUMPORT:ELECTIONPORT[:ROLE];[HOST:]CLIENTPORT, several with commas; the role is participant unless it says observer. One with an id that exists replaces it.\nThe plan is shown, and on a terminal it asks. The change is made only to the configuration that was looked at, and the verb ends when the new one is active. What could lose the majority is refused unless --force: too few of the members of now would stay, or too few of the new ones answer. The servers need reconfigEnabled=true, and you the right to write /zookeeper/config.',
  args: [],
  options: {
    add: option('add', null, 'SERVERS', 'text', 'members to add or to change', { conflicts: ['members', 'file'] }),
    remove: option('remove', null, 'IDS', 'text', 'ids of members to remove', { conflicts: ['members', 'file'] }),
    members: option('members', null, 'SERVERS', 'text', 'all members from now on', { conflicts: ['file'] }),
    file: option('file', null, 'FILE', 'file', 'all members from now on, a line each'),
    version: option('version', 'v', 'HEX', 'text', 'only where the configuration has this version, in hex'),
    stat: flag('stat', 's', 'with the stat of /zookeeper/config'),
    force: flag('force', null, 'also what could lose the majority'),
  },
  examples: [
    { line: "reconfig -n --add 'server.4=zk4:2888:3888;2181'", summary: 'what it would mean' },
    { line: 'reconfig -n --remove 3', summary: 'one fewer' },
  ],
  zkCliDifferences: [
    'Options have two hyphens: --add, --remove, --members, --file.',
    'Shows the plan, refuses an id that nobody has and what could lose the majority, and waits until the new configuration is active.',
  ],
  writes: true,
  async *run(context, values) {
    const { session, settings, signal } = context;
    const wanted = await changeOf(context, values);
    const wantedVersion = versionOf(values.version);
    const config = await session.getConfig({ signal });
    const current = parseConfig((config.data ?? Buffer.alloc(0)).toString('utf8'));
    const shows = { stat: values.stat, connectString: false };
    if (current.version === null) {
      yield* withoutEnsemble(context, wanted);
      return;
    }
    const plan = planOf(current.servers, wanted);
    if (wantedVersion !== null && wantedVersion !== current.version) {
      throw new KeeperError('BADVERSION', errorEntry('BADVERSION').what, {
        op: 'reconfig',
        why: `Its version is ${current.version.toString(16)}, not ${wantedVersion.toString(16)}.`,
      });
    }
    if (plan.steps.length === 0) {
      yield { kind: 'message', text: 'nothing to change' };
      yield configResult(config, shows);
      return;
    }
    if (settings.dryRun) {
      for (const { action, server } of plan.steps) {
        yield { kind: 'planned', action, path: `server.${server.id}=${server.text}` };
      }
    } else {
      yield* tellPlan(current.servers, plan);
    }
    if (!values.force) {
      await refuseDanger(context, current.servers, plan);
    }
    if (settings.dryRun) {
      return;
    }
    await confirm(context, 'Change the members so?');
    const request =
      wanted.members === null
        ? {
            joining: serverLines(plan.steps.filter(({ action }) => action !== 'remove').map(({ server }) => server)),
            leaving: plan.steps.flatMap(({ action, server }) => (action === 'remove' ? [server.id] : [])).join(','),
          }
        : { newMembers: serverLines(plan.servers) };
    const done = await change(context, { ...request, fromConfig: current.version }, plan);
    await untilActive(context, parseConfig((done.data ?? Buffer.alloc(0)).toString('utf8')).version);
    yield configResult(done, shows);
  },
});

interface Given {
  readonly add: string | undefined;
  readonly remove: string | undefined;
  readonly members: string | undefined;
  readonly file: string | undefined;
}

/** @throws UsageError where no change is named; LocalError the file */
async function changeOf({ io }: CommandContext, { add, remove, members, file }: Given): Promise<Change> {
  if (file !== undefined) {
    const text = (await io.readData({ from: 'file', file }))?.toString('utf8') ?? '';
    return { add: [], remove: [], members: checked(memberLines(text)) };
  }
  if (members !== undefined) {
    return { add: [], remove: [], members: checked(listOf(members)) };
  }
  if (add === undefined && remove === undefined) {
    throw new UsageError('no change given', {
      why: '--add and --remove change some members, --members and --file name all of them.',
      hint: 'See the members: config',
    });
  }
  const added = listOf(add ?? '');
  const removed = listOf(remove ?? '');
  if (added.length + removed.length === 0) {
    throw new UsageError('no member is named', { hint: 'See the members: config' });
  }
  added.forEach(parseServer);
  return { add: added, remove: removed, members: null };
}

/** Before anything is sent, also to a server that has no members. @throws UsageError */
function checked(members: readonly string[]): readonly string[] {
  if (members.length === 0) {
    throw new UsageError('no member is named', { hint: 'See the members: config' });
  }
  members.forEach(parseServer);
  return members;
}

function listOf(text: string): string[] {
  return text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

/** A dynamic configuration file; its version is what the ensemble gives it. */
function memberLines(text: string): string[] {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  return lines.filter((line) => line !== '' && !line.startsWith('#') && !line.startsWith('version='));
}

function versionOf(text: string | undefined): bigint | null {
  if (text === undefined) {
    return null;
  }
  if (!/^(0x)?[0-9a-f]{1,16}$/i.test(text)) {
    throw new UsageError(`-v: not a version: ${text}`, {
      why: 'The version of a configuration is a number in hex, as config shows it.',
    });
  }
  return BigInt(`0x${text.replace(/^0x/i, '')}`);
}

/** A standalone server says itself why it cannot. */
async function* withoutEnsemble({ session, settings, signal }: CommandContext, change: Change): AsyncGenerator<Result> {
  if (settings.dryRun) {
    throw new KeeperError('UNIMPLEMENTED', errorEntry('UNIMPLEMENTED').what, { op: 'reconfig' });
  }
  const request =
    change.members === null
      ? { joining: change.add.join(','), leaving: change.remove.join(',') }
      : { newMembers: change.members.join(',') };
  yield configResult(await session.reconfig(request, { signal }), { stat: false, connectString: false });
}

function* tellPlan(current: readonly EnsembleServer[], { servers, steps }: Plan): Generator<Result> {
  const signs = { add: '+', remove: '-', change: '~' } as const;
  for (const { action, server } of steps) {
    yield { kind: 'message', text: `${signs[action]} server.${server.id}=${server.text}` };
  }
  const voters = servers.filter(isVoter).length;
  const before = current.filter(isVoter).length;
  const spare = voters - majorityOf(voters);
  const failures = spare === 1 ? 'one of them may fail' : `${spare === 0 ? 'none' : spare} of them may fail`;
  yield {
    kind: 'message',
    text: `voting members: ${before} now, ${voters} then; a majority are ${majorityOf(voters)}, ${failures}`,
  };
}

const ANSWER_MS = 2_000;

async function refuseDanger({ clock }: CommandContext, current: readonly EnsembleServer[], plan: Plan): Promise<void> {
  const silent = new Set<number>();
  await Promise.all(
    plan.servers.filter(isVoter).map(async ({ id, host, clientHost, clientPort }) => {
      const isHostKnown = clientHost !== null && !/^(0\.0\.0\.0|\[?::\]?)$/.test(clientHost);
      const address = (isHostKnown ? clientHost : host).replace(/^\[|\]$/g, '');
      // Without a client port nothing can be asked, and nothing is said against it.
      if (clientPort !== null && !(await isListening({ host: address, port: clientPort }, clock, ANSWER_MS))) {
        silent.add(id);
      }
    }),
  );
  const why = danger(current, plan, silent);
  if (why !== null) {
    throw new UsageError('refused: the ensemble could lose its majority', {
      why: `${why} Nothing was changed.`,
      hint: 'Change fewer members at a time, and start new ones first; or, if it must be so: --force',
    });
  }
}

const ACTIVE_PAUSE_MS = 100;
/** For the next server to be found, and to have heard of the change. */
const LOSS_MS = 5_000;
const ATTEMPTS_MAX = 3;

/**
 * A server that is removed, or was before, hangs up and does not answer: another one knows whether it was done. As the
 * request is for one version of the configuration, it may be sent again.
 */
async function change(
  context: CommandContext,
  request: Parameters<CommandContext['session']['reconfig']>[0],
  plan: Plan,
): Promise<{ data: Buffer | null; stat: Stat }> {
  const { session, signal } = context;
  for (let attempt = 1; ; attempt++) {
    try {
      return await session.reconfig(request, { signal });
    } catch (error) {
      const mayBeDone = isLoss(error) || (attempt > 1 && isKeeperError(error, 'BADVERSION'));
      const done = mayBeDone ? await findDone(context, plan) : null;
      if (done !== null) {
        return done;
      }
      if (!isLoss(error) || attempt === ATTEMPTS_MAX) {
        throw error;
      }
    }
  }
}

/** The configuration once it is as planned; null where it is not in time. */
async function findDone({ session, clock, signal }: CommandContext, plan: Plan) {
  const members = plan.servers.map(({ id, text }) => `server.${id}=${text}`);
  for (const end = clock.now() + LOSS_MS; clock.now() < end; ) {
    const config = await session.getConfig({ signal }).catch((error: unknown) => {
      if (isLoss(error)) {
        return null;
      }
      throw error;
    });
    const { servers } = parseConfig((config?.data ?? Buffer.alloc(0)).toString('utf8'));
    if (config !== null && servers.length > 0 && planOf(servers, { add: [], remove: [], members }).steps.length === 0) {
      return config;
    }
    await pause(ACTIVE_PAUSE_MS, clock, signal);
  }
  return null;
}

function isLoss(error: unknown): boolean {
  return isZkshError(error) && error.code === 'CONNECTIONLOSS';
}

/** Until the server that we talk to shows the new configuration, whoever that is by then. */
async function untilActive({ session, clock, signal }: CommandContext, version: bigint | null): Promise<void> {
  while (version !== null) {
    try {
      const { data } = await session.getConfig({ signal });
      const active = parseConfig((data ?? Buffer.alloc(0)).toString('utf8')).version;
      if (active !== null && active >= version) {
        return;
      }
    } catch (error) {
      // A server that was removed hangs up; the next one is asked.
      if (signal.aborted || !(isLoss(error) || isKeeperError(error, 'SESSIONMOVED'))) {
        throw error;
      }
    }
    await pause(ACTIVE_PAUSE_MS, clock, signal);
  }
}
