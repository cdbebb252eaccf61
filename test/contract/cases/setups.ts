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

export const NO_WORDS: Setup = { name: 'with the whitelist of old', settings: { '4lw.commands.whitelist': 'srvr' } };

export const THREE_CONNECTIONS: Setup = { name: 'for three connections', settings: { maxClientCnxns: 3 } };

export const ADMIN: Setup = { name: 'with the AdminServer', admin: true };

export const SASL: Setup = { name: 'with SASL', sasl: { bob: 'secret' } };

export const DEMANDING_SASL: Setup = {
  name: 'demanding SASL',
  sasl: { bob: 'secret' },
  settings: { sessionRequireClientSASLAuth: true },
};

export const DEMANDING_DIGEST: Setup = {
  name: 'demanding digest',
  settings: { 'enforce.auth.enabled': true, 'enforce.auth.schemes': 'digest' },
};

export const RECONFIG: Setup = { name: 'with reconfig', settings: { reconfigEnabled: true } };

export const SMALL_FRAMES: Setup = { name: 'for small frames', settings: { 'jute.maxbuffer': 10_000 } };

export const TIMEOUTS: Setup = {
  name: 'with bounds of time-outs',
  settings: { minSessionTimeout: 3000, maxSessionTimeout: 30_000 },
};
