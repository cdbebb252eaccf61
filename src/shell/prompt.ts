/** The prompt: `host:port/chroot cwd> `, with the state in words while it is not CONNECTED. Pure. */
import type { ServerAddress, SessionState } from '../client/api.js';
import type { Span } from './frame.js';

export interface PromptFacts {
  /** As the connect string has it, chroot included; shown until a server has answered. */
  readonly servers: string;
  readonly server: ServerAddress | null;
  /** `''` or `/path`. */
  readonly chroot: string;
  readonly cwd: string;
  /** null: no session was opened, or the attempt failed. */
  readonly state: SessionState | null;
  /** Operations of a multi that is being put together; null: none is. */
  readonly staged?: number | null;
}

/** Longer lists of servers are cut behind the first. */
const SERVERS_WIDTH_MAX = 40;

const STATE_WORDS: Readonly<Record<SessionState, string>> = {
  connecting: 'connecting',
  connected: '',
  connectedReadOnly: 'read-only',
  disconnected: 'disconnected',
  expired: 'session expired',
  authFailed: 'authentication failed',
  closed: 'closed',
};

export function promptSpans(facts: PromptFacts): Span[] {
  const words = facts.state === null ? 'not connected' : STATE_WORDS[facts.state];
  const isUnderWay = facts.state === 'connecting' || facts.state === 'connectedReadOnly';
  return [
    { text: serverText(facts), style: 'server' },
    ...(words === '' ? [] : [{ text: ` (${words})`, style: isUnderWay ? 'state' : 'trouble' } as const]),
    { text: ' ', style: 'plain' },
    { text: facts.cwd, style: 'cwd' },
    ...(facts.staged === undefined || facts.staged === null
      ? []
      : [{ text: ` multi(${facts.staged})`, style: 'state' } as const]),
    { text: '> ', style: 'plain' },
  ];
}

/** `host:port/chroot`; IPv6 in brackets. */
export function serverText({ server, servers, chroot }: Pick<PromptFacts, 'server' | 'servers' | 'chroot'>): string {
  if (server !== null) {
    return `${addressText(server)}${chroot}`;
  }
  if (servers.length <= SERVERS_WIDTH_MAX) {
    return servers;
  }
  return `${servers.slice(0, servers.indexOf(',') + 1 || SERVERS_WIDTH_MAX)}…`;
}

export function addressText({ host, port }: ServerAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
