/** Paths of znodes: what is legal (PathUtils.validatePath, 3.9), parent, name, join, resolve. */

declare const znodePath: unique symbol;
/** A legal, absolute path as the user knows it (below the chroot). */
export type ZnodePath = string & { readonly [znodePath]: true };

declare const serverPath: unique symbol;
/** A path as the server knows it (chroot in front). */
export type ServerPath = string & { readonly [serverPath]: true };
