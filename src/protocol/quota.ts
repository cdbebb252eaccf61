/** Where quotas are kept: znodes of these names below this path, to which the server itself reacts (Quotas, 3.9). */

export const QUOTA_ROOT = '/zookeeper/quota';
export const LIMITS_NAME = 'zookeeper_limits';
export const STATS_NAME = 'zookeeper_stats';
