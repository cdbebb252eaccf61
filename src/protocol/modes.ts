/** Kinds of znode and the numbers that create sends for them (CreateMode, 3.9). */

export type CreateMode =
  | 'persistent'
  | 'ephemeral'
  | 'persistentSequential'
  | 'ephemeralSequential'
  | 'container'
  | 'ttl'
  | 'ttlSequential';

/** Flags of create, create2, createContainer, createTTL. */
export const CREATE_FLAGS: Readonly<Record<CreateMode, number>> = {
  persistent: 0,
  ephemeral: 1,
  persistentSequential: 2,
  ephemeralSequential: 3,
  container: 4,
  ttl: 5,
  ttlSequential: 6,
};

const MODES: ReadonlyMap<number, CreateMode> = new Map(
  Object.entries(CREATE_FLAGS).map(([mode, flags]) => [flags, mode as CreateMode]),
);

/** undefined: flags that no server takes. */
export function modeOfFlags(flags: number): CreateMode | undefined {
  return MODES.get(flags);
}

/** Longest TTL a server takes, in ms (EphemeralType.TTL, 40 bits). */
export const TTL_MS_MAX = 0xff_ffff_ffff;

export function isSequential(mode: CreateMode): boolean {
  return mode === 'persistentSequential' || mode === 'ephemeralSequential' || mode === 'ttlSequential';
}
