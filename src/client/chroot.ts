/**
 * The two kinds of path: a ZnodePath as the user writes it, a ServerPath with the chroot in front. Only this file turns
 * one into the other, so that the compiler finds a path that was forgotten.
 */
import { UsageError } from '../errors.js';
import { isWithin, type PathRules, type ServerPath, validatePath, type ZnodePath } from '../protocol/path.js';

export class Chroot {
  /** `''` or `/path`. */
  readonly prefix: string;

  constructor(prefix: string) {
    this.prefix = prefix === '/' ? '' : prefix;
  }

  /** @throws UsageError where no server would take the path */
  toServer(path: string, op: string, rules: PathRules = {}): ServerPath {
    const fault = validatePath(path, rules);
    if (fault !== null) {
      throw new UsageError(`not a path: ${JSON.stringify(path)}: ${fault}`, { op, path });
    }
    // The number is put to the end of it, so that here the slash counts, also that of the root.
    return rules.sequential === true ? (`${this.prefix}${path}` as ServerPath) : this.join(path);
  }

  /** `path` is known to be legal. */
  join(path: string): ServerPath {
    return (this.prefix === '' ? path : path === '/' ? this.prefix : this.prefix + path) as ServerPath;
  }

  /** A path outside the chroot, such as /zookeeper/config, stays as it is. */
  fromServer(path: string): ZnodePath {
    return (this.covers(path) ? path.slice(this.prefix.length) || '/' : path) as ZnodePath;
  }

  covers(path: string): boolean {
    return this.prefix === '' || isWithin(path, this.prefix);
  }
}
