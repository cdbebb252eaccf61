/** Replies that are not the engine's: of authentication, of refusals, of faults. */
import type { JuteWriter } from '../../protocol/jute.js';
import { FRAME_HEADER_BYTES } from '../../protocol/limits.js';
import type { Connection } from '../server/connection.js';
import type { Server } from '../server/server.js';

export interface ReplyFacts {
  readonly xid: number;
  readonly zxid: number;
  readonly err: number;
}

/** Appends one frame. `writeBody` writes what follows the header. */
export function reply(
  server: Server,
  connection: Connection,
  { xid, zxid, err }: ReplyFacts,
  writeBody?: (writer: JuteWriter) => void,
): void {
  const writer = connection.output;
  const start = writer.length;
  writer.int(0);
  writer.int(xid);
  writer.longNumber(zxid);
  writer.int(err);
  writeBody?.(writer);
  writer.patchInt(start, writer.length - start - FRAME_HEADER_BYTES);
  server.packetSent(connection);
}
