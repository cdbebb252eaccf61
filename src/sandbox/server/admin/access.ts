/** Who may take and restore snapshots: whoever has ALL on the root. Follows Commands.handleAuthentication and handleAuthorization (3.9). */
import { PERMISSIONS } from '../../../protocol/acl.js';
import { isAllowed } from '../../engine/acl-check.js';
import type { Identity } from '../../engine/peer.js';
import type { Server } from '../server.js';

export interface Refusal {
  readonly status: 401 | 403;
  readonly error: string;
}

/** null: granted. */
export function refusalOf(server: Server, authorization: string | undefined, remoteAddress: string): Refusal | null {
  if (authorization === undefined) {
    return { status: 401, error: 'Auth info is missing for the command' };
  }
  const identities = authenticate(server, authorization, remoteAddress);
  if (identities === null) {
    return { status: 401, error: 'Not authenticated' };
  }
  return mayDoAll(server, identities) ? null : { status: 403, error: 'Not authorized' };
}

/** `scheme credentials`, split at blanks as Java's String.split does; null: nobody. */
function authenticate(server: Server, authorization: string, remoteAddress: string): readonly Identity[] | null {
  const words = authorization.split(' ');
  while (words.length > 1 && words.at(-1) === '') {
    words.pop();
  }
  const [scheme = '', credentials] = words;
  if (words.length > 2) {
    return null;
  }
  const auth = credentials === undefined ? null : Buffer.from(credentials, 'utf8');
  const result = server.authentication.authenticate(scheme, auth, { remoteAddress, certificateSubject: null });
  return result.kind === 'ok' && result.identities.length > 0 ? result.identities : null;
}

function mayDoAll({ engine }: Server, identities: readonly Identity[]): boolean {
  const entries = engine.tree.get('/')?.acl ?? [];
  const worldPerms = entries.reduce((perms, entry) => (entry.scheme === 'world' ? perms | entry.perms : perms), 0);
  const acl = { entries, worldPerms, key: '', uses: 0 };
  const asker = { sessionId: 0n, identities, remoteAddress: '', notify: () => undefined };
  return Object.values(PERMISSIONS).every((bit) => isAllowed(acl, bit, asker, engine.settings));
}
