/** The version of this build: set by build.mjs from package.json. */

declare const ZKSH_VERSION: string | undefined;

/** `0.0.0` when run from the sources. */
export const VERSION: string = typeof ZKSH_VERSION === 'string' ? ZKSH_VERSION : '0.0.0';
