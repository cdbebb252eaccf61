/** connect: where the session stands. Scripts asked for no words. */
import type { ConnectionResult } from '../../commands/results.js';
import { formatSessionId } from '../../protocol/ids.js';
import { visibleName } from '../escape.js';
import { type Form, type KindForms, nothing } from '../forms.js';
import { paintFor } from '../paint.js';

const human: Form<ConnectionResult> = ({ server, chroot, sessionId, sessionTimeoutMs, state }, options) => {
  const paint = paintFor(options);
  if (server === null) {
    return `${paint.warning('not connected')}\n`;
  }
  const readOnly = state === 'connectedReadOnly' ? ', read-only' : '';
  const where = visibleName(`${server.host}:${server.port}${chroot}`);
  const session = `session ${formatSessionId(sessionId)}, time-out ${sessionTimeoutMs / 1000} s${readOnly}`;
  return `${paint.good('connected')} to ${where}\n  ${paint.faint(session)}\n`;
};

export const connection: KindForms<ConnectionResult> = { human, plain: nothing, zkcli: nothing };
