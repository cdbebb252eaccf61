/**
 * Four-letter words: which connections are one, which words are allowed, and who answers. Follows NIOServerCnxn
 * (checkFourLetterWord), FourLetterCommands and CommandExecutor (3.9).
 */
import { findWord, notWhitelisted } from '../../../protocol/words.js';
import type { Connection } from '../connection.js';
import type { Server } from '../server.js';
import { clientWords } from './client-words.js';
import { serverWords } from './server-words.js';

/** Gives what a word answers, newlines and all. */
export type AnswerWord = (server: Server, connection: Connection) => string | Promise<string>;

const WORD_BYTES = 4;

/** What telnet sends when it is closed: known, never enabled by a list, and no frame's length either. */
const TELNET_CLOSE = Buffer.from([0xff, 0xf4, 0xff, 0xfd]).toString('latin1');

/** A PrintWriter hands on so much at a time; each piece counts as a packet sent. */
const CHUNK_CHARS = 8192;

const ANSWERS: Readonly<Record<string, AnswerWord>> = { ...serverWords, ...clientWords };

export function isKnownWord(first: Buffer): boolean {
  const word = first.toString('latin1', 0, WORD_BYTES);
  return findWord(word) !== undefined || word === TELNET_CLOSE;
}

/** @param bytes all that came so far, the word first */
export function answerWord(server: Server, connection: Connection, bytes: Buffer): void {
  const word = bytes.toString('latin1', 0, WORD_BYTES);
  if (word === TELNET_CLOSE) {
    closeTelnet(server, connection);
    return;
  }
  server.packetReceived(connection, WORD_BYTES);
  if (!isEnabled(server, word)) {
    send(server, connection, notWhitelisted(word));
    return;
  }
  if (word === 'stmk') {
    setTraceMask(server, connection, bytes.subarray(WORD_BYTES));
    return;
  }
  const answer = ANSWERS[word]?.(server, connection) ?? '';
  if (typeof answer === 'string') {
    send(server, connection, answer);
    return;
  }
  answer.then(
    (text) => send(server, connection, text),
    (error: Error) => {
      server.log(`${word}: ${error.message}`);
      connection.destroy();
    },
  );
}

/** srvr always, because zkServer.sh needs it; isro where there is a read-only mode to ask about. */
function isEnabled(server: Server, word: string): boolean {
  const list = server.settings['4lw.commands.whitelist'].split(',').map((each) => each.trim());
  return (
    word === 'srvr' ||
    list.includes('*') ||
    list.includes(word) ||
    (word === 'isro' && server.settings['readonlymode.enabled'])
  );
}

/** With `*` it is enabled, has no command, and so is taken for a length. */
function closeTelnet(server: Server, connection: Connection): void {
  if (server.settings['4lw.commands.whitelist'].includes('*')) {
    connection.destroy();
    return;
  }
  server.packetReceived(connection, WORD_BYTES);
  send(server, connection, notWhitelisted('telnet close'));
}

/** The mask comes in the same segment; without it the original fails, and the connection with it. */
function setTraceMask(server: Server, connection: Connection, argument: Buffer): void {
  if (argument.length < 8) {
    connection.destroy();
    return;
  }
  server.traceMask = argument.readBigInt64BE(0);
  send(server, connection, server.traceMask.toString());
}

function send(server: Server, connection: Connection, text: string): void {
  for (let chars = 0; chars < text.length; chars += CHUNK_CHARS) {
    server.packetSent(connection);
  }
  connection.sendText(Buffer.from(text, 'utf8'));
}
