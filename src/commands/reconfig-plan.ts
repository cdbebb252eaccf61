/** What a reconfiguration would change, and what speaks against it. Text and numbers; asks no server. */
import { UsageError } from '../errors.js';
import { parseServer } from './ensemble-config.js';
import type { EnsembleServer } from './results.js';

export interface Change {
  readonly add: readonly string[];
  readonly remove: readonly string[];
  /** null: `add` and `remove` are meant. */
  readonly members: readonly string[] | null;
}

export interface Plan {
  readonly servers: readonly EnsembleServer[];
  readonly steps: readonly { readonly action: 'add' | 'remove' | 'change'; readonly server: EnsembleServer }[];
}

/** @throws UsageError for members that do not exist, are named twice, or are malformed */
export function planOf(current: readonly EnsembleServer[], change: Change): Plan {
  const servers = change.members === null ? changed(current, change) : distinct(change.members.map(parseServer));
  const steps = [
    ...servers.flatMap((server) => {
      const before = current.find(({ id }) => id === server.id);
      const action = before === undefined ? 'add' : isSame(before, server) ? null : 'change';
      return action === null ? [] : [{ action, server } as const];
    }),
    ...current
      .filter(({ id }) => !servers.some((server) => server.id === id))
      .map((server) => ({ action: 'remove', server }) as const),
  ];
  if (!servers.some(isVoter)) {
    throw new UsageError('no voting member would be left', { why: 'An ensemble without one serves nobody.' });
  }
  return { servers, steps };
}

function changed(current: readonly EnsembleServer[], { add, remove }: Change): EnsembleServer[] {
  const added = distinct(add.map(parseServer));
  const removed = remove.map((word) => memberId(word, current));
  const both = added.find(({ id }) => removed.includes(id));
  if (both !== undefined) {
    throw new UsageError(`server.${both.id} is both added and removed`);
  }
  const kept = current.filter(({ id }) => !removed.includes(id) && !added.some((server) => server.id === id));
  return [...kept, ...added].sort((a, b) => a.id - b.id);
}

/** zkCli.sh commits the same list again for an id that nobody has. */
function memberId(word: string, current: readonly EnsembleServer[]): number {
  const id = /^(?:server\.)?(\d{1,3})$/.exec(word)?.[1];
  if (id === undefined) {
    throw new UsageError(`not the id of a member: ${word}`, { why: 'Members are removed by their number, such as 3.' });
  }
  if (!current.some((server) => server.id === Number(id))) {
    const ids = current.map((server) => server.id).join(', ');
    throw new UsageError(`there is no member ${id}`, { why: `Members are ${ids}.`, hint: 'See them: config' });
  }
  return Number(id);
}

function distinct(servers: readonly EnsembleServer[]): EnsembleServer[] {
  const twice = servers.find(({ id }, index) => servers.findIndex((other) => other.id === id) !== index);
  if (twice !== undefined) {
    throw new UsageError(`server.${twice.id} is named twice`);
  }
  return [...servers];
}

function isSame(a: EnsembleServer, b: EnsembleServer): boolean {
  const facts = ({ role, host, quorumPort, electionPort, clientHost, clientPort }: EnsembleServer) =>
    JSON.stringify([role, host, quorumPort, electionPort, isAny(clientHost) ? null : clientHost, clientPort]);
  return facts(a) === facts(b);
}

function isAny(host: string | null): boolean {
  return host === null || host === '0.0.0.0' || host === '::' || host === '[::]';
}

export function isVoter({ role }: EnsembleServer): boolean {
  return role === 'participant';
}

export function majorityOf(count: number): number {
  return Math.floor(count / 2) + 1;
}

/**
 * Why the ensemble could lose its majority; null where nothing speaks against it.
 * @param silent members of the plan that do not answer at their client port
 */
export function danger(
  current: readonly EnsembleServer[],
  { servers }: Plan,
  silent: ReadonlySet<number>,
): string | null {
  const voters = servers.filter(isVoter);
  const before = current.filter(isVoter);
  const kept = voters.filter(({ id }) => before.some((server) => server.id === id));
  const needed = majorityOf(voters.length);
  if (before.length > 0 && kept.length < majorityOf(before.length)) {
    return `Only ${kept.length} of the ${before.length} voting members of now would stay; a majority are ${majorityOf(before.length)}.`;
  }
  if (kept.length < needed) {
    return `Of ${voters.length} voting members ${voters.length - kept.length} would be new; those that stay (${kept.length}) are no majority (${needed}).`;
  }
  const answering = voters.filter(({ id }) => !silent.has(id)).length;
  return answering < needed
    ? `Only ${answering} of the ${voters.length} voting members answer at their client port; a majority are ${needed}.`
    : null;
}
