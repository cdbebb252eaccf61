/**
 * What is known to go wrong with node-zookeeper-client 1.1.3 as it comes, D1 to D35, and the test that holds our
 * transport against it. A row whose test does not exist fails.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** Number, defect, file, (the beginning of) the name of its test. */
const DEFECTS: readonly (readonly [number, string, string, string])[] = [
  [1, 'bytes of a cut reply are taken for the next handshake', 'transport', 'leaves nothing behind for the next one'],
  [
    2,
    'an error number that it does not know kills the process',
    'transport',
    'error numbers that nobody knows are errors',
  ],
  [3, 'a silent server is never noticed', 'silence', 'when we write all the time'],
  [4, 'a server that accepts and is mute holds it for ever', 'connecting', 'a server that accepts and is mute is left'],
  [5, 'no pings while bytes come in, so the session expires', 'silence', 'pings go on while events pour in'],
  [6, 'version 0 in a transaction means any', 'operations', 'sends version 0 as 0'],
  [7, 'queued requests are never told of expiry or close', 'loss', 'are told SESSIONEXPIRED when'],
  [8, 'close outside CONNECTED throws, hangs or kills', 'closing', 'while connecting to a mute server'],
  [9, 'malformed replies kill the process', 'transport', 'a stat that is cut'],
  [10, 'an ACL entry without permissions kills the process', 'operations', 'getAcl with an entry of no permissions'],
  [11, 'credentials are sent behind requests', 'auth', 'given at first goes before the requests'],
  [12, 'its subtree functions see one level', 'library', 'none of its own operations is called'],
  [13, 'the reply to an op that it does not know is lost', 'transport', 'is told UNIMPLEMENTED, although'],
  [14, 'retries repeat creates and deletes', 'loss', 'a create whose reply is lost is never sent again'],
  [15, 'all watches in one packet: too large, for ever', 'rearming', '2,000 watches go in batches'],
  [16, 'a storm of connections', 'connecting', 'nor does one that answers the handshake and then closes'],
  [17, 'each attempt queues credentials and watches again', 'connecting', 'ten half-open attempts do not multiply'],
  [18, 'connect errors are swallowed', 'connecting', 'servers that all refuse fail at once, each with its reason'],
  [19, 'framing in quadratic time', 'transport', 'a reply of 50 MB'],
  [20, 'queues in quadratic time', 'transport', '200,000 requests queued in one turn'],
  [21, 'one write for each request', 'transport', 'requests made in one turn leave in one write'],
  [22, 'numbers begin at 0 and end in an exception', 'exchange', 'numbers wrap before they become negative'],
  [23, 'any reply sets the last zxid, 0 and -1 too', 'transport', 'lastZxid is the highest of any reply'],
  [24, 'a callback that throws leaves replies unread', 'rearming', 'a watcher that throws is seen'],
  [
    25,
    'expiry waits for the server to close, and ends as DISCONNECTED',
    'loss',
    'is final, also where the server leaves',
  ],
  [26, 'connect twice crashes', 'connecting', 'connect twice is connect once'],
  [27, 'connect strings are misread', 'connecting', 'a connect string that is none is refused'],
  [28, 'the session time-out can only shrink', 'connecting', 'the next server has the same session'],
  [29, 'no deadline, no cancelling, no bound', 'loss', 'end at their own deadline, not sent'],
  [30, 'too large a request costs every neighbour', 'operations', 'a request larger than the server takes'],
  [31, 'watchers: a warning from 11 on, told twice, never removed', 'rearming', '30 watchers of one znode'],
  [32, 'data of null throws, or comes back undefined', 'operations', 'setData to null, version 0'],
  [33, 'no nameless sequential znodes; containers become plain ones', 'operations', 'create of a container'],
  [34, 'errors without path and op, transactions without index', 'operations', 'refused: the error names the step'],
  [35, 'watches are armed behind queued requests', 'rearming', 'one-shot watches are armed by SetWatches with xid -8'],
];

test('all 35 are here, once', () => {
  expect(DEFECTS.map(([number]) => number)).toEqual(Array.from({ length: 35 }, (_, index) => index + 1));
});

test.each(DEFECTS)('D%i, %s: %s.test.ts has its test', (_, __, file, name) => {
  const source = readFileSync(join(import.meta.dirname, `${file}.test.ts`), 'utf8');
  const names = [...source.matchAll(/(?:test(?:\.each\(.*?\))?\(\s*|name: )(['"`])(.*?)\1/gs)].map(
    ([, , found]) => found ?? '',
  );
  const listed = [...source.matchAll(/^ {4}'([^']+)': \(/gm)].map(([, found]) => found ?? '');
  expect([...names, ...listed].filter((found) => found.startsWith(name))).toHaveLength(1);
});
