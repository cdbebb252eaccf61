/** The environment in which --exec of watch runs its command: one event. */
import { formatZxid } from '../protocol/ids.js';
import type { WatchEventResult } from './results.js';

/** A process takes at most 128 KiB in one variable, and base64 makes four bytes of three. */
const DATA_BYTES_MAX = 64 * 1024;

export function environmentOf(
  { event, path, zxid, time, caughtUp, data }: WatchEventResult,
  servers: string,
): Record<string, string> {
  const environment = {
    ZKSH_EVENT: event,
    ZKSH_PATH: path ?? '',
    ZKSH_ZXID: zxid === null ? '' : formatZxid(zxid),
    ZKSH_TIME: new Date(time).toISOString(),
    ZKSH_CAUGHT_UP: caughtUp === true ? '1' : '',
    ZKSH_SERVER: servers,
  };
  if (data === undefined || data === null || data.length > DATA_BYTES_MAX) {
    return environment;
  }
  // A variable cannot hold a NUL; what is no UTF-8 is whole only in base64.
  const text = data.includes(0) ? {} : { ZKSH_DATA: data.toString('utf8') };
  return { ...environment, ...text, ZKSH_DATA_BASE64: data.toString('base64') };
}
