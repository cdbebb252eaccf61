/** All sections, in the order in which they run. */
import type { Section } from '../rules.js';
import { acls, skippedAcls } from './acl.js';
import { handshakes, silentConnections } from './handshake.js';
import { headers } from './headers.js';
import { expiry, kinds, withoutExtendedTypes } from './kinds.js';
import { multis } from './multi.js';
import { paths } from './paths.js';
import { enforcedQuotas, quotas } from './quotas.js';
import { restarts, stats } from './stats.js';
import { watchKeeping } from './watch-keeping.js';
import { watches } from './watches.js';
import { writes } from './writes.js';

export const SECTIONS: readonly Section[] = [
  stats,
  handshakes,
  headers,
  paths,
  writes,
  kinds,
  multis,
  watches,
  watchKeeping,
  acls,
  quotas,
  withoutExtendedTypes,
  skippedAcls,
  enforcedQuotas,
  silentConnections,
  expiry,
  restarts,
];
