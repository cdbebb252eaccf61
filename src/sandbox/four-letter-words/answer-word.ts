/**
 * Four-letter words: which connections are one, which words are allowed, and who answers. Follows NIOServerCnxn
 * (checkFourLetterWord) and FourLetterCommands (3.9).
 */
import { findWord, NOT_SERVING, notWhitelisted } from '../../protocol/words.js';
import type { Connection } from '../connection.js';
import type { Server } from '../server.js';

const WORD_BYTES = 4;

export function isKnownWord(first: Buffer): boolean {
  return findWord(first.toString('latin1', 0, WORD_BYTES)) !== undefined;
}

export function answerWord(server: Server, connection: Connection, bytes: Buffer): void {
  server.packetReceived(connection);
  const word = bytes.toString('latin1', 0, WORD_BYTES);
  if (word === 'srvr') {
    const zxid = server.engine.lastZxid.toString(16);
    connection.sendText(
      Buffer.from(
        `Zookeeper version: 3.9.5\nZxid: 0x${zxid}\nMode: standalone\nNode count: ${server.engine.tree.nodeCount}\n`,
      ),
    );
    return;
  }
  connection.sendText(
    Buffer.from(word === 'ruok' ? 'imok' : word === 'isro' ? 'rw' : NOT_SERVING + notWhitelisted(word)),
  );
}
