/** All sections, in the order in which they run. */
import type { Section } from '../rules.js';
import { acls, skippedAcls } from './acl.js';
import { admin } from './admin.js';
import { handshakes, silentConnections } from './handshake.js';
import { headers } from './headers.js';
import { expiry, kinds, withoutExtendedTypes } from './kinds.js';
import { multis } from './multi.js';
import { order } from './order.js';
import { paths } from './paths.js';
import { enforcedQuotas, quotas } from './quotas.js';
import { demands, digestDemands, frameLimits, reconfigs, saslLogin, timeouts } from './settings.js';
import { restarts, stats } from './stats.js';
import { watchKeeping } from './watch-keeping.js';
import { watches } from './watches.js';
import { connectionLimit, words, wordsForbidden } from './words.js';
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
  order,
  words,
  withoutExtendedTypes,
  skippedAcls,
  enforcedQuotas,
  wordsForbidden,
  connectionLimit,
  admin,
  saslLogin,
  demands,
  digestDemands,
  reconfigs,
  frameLimits,
  timeouts,
  silentConnections,
  expiry,
  restarts,
];
