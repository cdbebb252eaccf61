/** A znode's place in the name of a job: the same ensemble has the same servers, in whatever order they were given. */
import type { Session } from '../client/api.js';
import { formatServer } from '../client/connect-string.js';
import type { ZnodePath } from '../protocol/path.js';

export function jobPlace({ servers, chroot }: Session, path: ZnodePath): string {
  return `${servers.map(formatServer).sort().join(',')}${chroot}${path}`;
}
