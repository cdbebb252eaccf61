/** Settings that several sections share; each is a server. */
import type { Setup } from '../target.js';

/** Looks for containers and TTL znodes every second. */
export const SCANNING: Setup = { name: 'scanning every second', settings: { 'znode.container.checkIntervalMs': 1000 } };

/** Ended and started again by its rules. */
export const RESTARTING: Setup = { name: 'with restarts', onFiles: true };

export const NO_EXTENDED_TYPES: Setup = {
  name: 'without extended types',
  settings: { extendedTypesEnabled: false },
};

export const SKIPPING_ACL: Setup = { name: 'with skipACL', settings: { skipACL: 'yes' } };

export const ENFORCING_QUOTA: Setup = { name: 'enforcing quotas', settings: { enforceQuota: true } };
