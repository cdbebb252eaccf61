/**
 * Whether two outputs of zkCli.sh say the same. WATCHER blocks come from a second thread there: they are taken out and
 * compared by themselves, in order, and may stand one prompt earlier or two later.
 */
import type { Outcome } from './cases.js';

/** A block may be cut behind its first lines, by a prompt or by output; its last line follows. */
const BLOCK = /\nWATCHER::\n((?:(?!WATCHER::)[\s\S])*?)\nWatchedEvent (state:[^\n]*)\n/;
const PROMPT = /\[zk: [^\n]*?\([A-Z_]+\) \d+\] /g;
const EARLIER_MAX = 1;
const LATER_MAX = 2;

interface Taken {
  readonly text: string;
  readonly events: readonly { readonly what: string; readonly promptsBefore: number }[];
}

/** What differs, in a few lines; null: nothing that counts. `laterMax`: prompts by which zkCli.sh may be late with an event. */
export function difference(
  theirs: Outcome,
  ours: Outcome,
  tags: readonly string[] = [],
  laterMax = LATER_MAX,
): string | null {
  const exact = tags.includes('exact-state');
  const [expected, actual] = [take(theirs.stdout, exact), take(ours.stdout, exact)];
  const differences = [
    theirs.exit === ours.exit ? null : `status ${theirs.exit} there, ${ours.exit} here`,
    expected.text === actual.text ? null : showBoth('stdout', expected.text, actual.text),
    compareStderr(theirs.stderr, ours.stderr),
    compareEvents(expected.events, actual.events, tags, laterMax),
  ].filter((each) => each !== null);
  return differences.length === 0 ? null : differences.join('\n');
}

function take(stdout: string, exact: boolean): Taken {
  const events: { what: string; promptsBefore: number }[] = [];
  let text = stdout;
  for (let match = BLOCK.exec(text); match !== null; match = BLOCK.exec(text)) {
    const [whole, between = '', what = ''] = match;
    events.push({ what, promptsBefore: text.slice(0, match.index).match(PROMPT)?.length ?? 0 });
    text = text.slice(0, match.index) + between + text.slice(match.index + whole.length);
  }
  // Half a block, when the process has ended meanwhile.
  text = text.replace(/\nWATCHER::\n$/, '');
  return { text: exact ? text : text.replace(/\((?:CONNECTING|CONNECTED)\)/g, '(CONNECTED)'), events };
}

/** Where zkCli.sh dies, any text of our own is right, but there must be one. */
function compareStderr(theirs: string, ours: string): string | null {
  const trace = theirs.search(/^TRACE\b/m);
  if (trace < 0) {
    return theirs === ours ? null : showBoth('stderr', theirs, ours);
  }
  const before = theirs.slice(0, trace);
  const rest = ours.slice(before.length);
  const isOneLine = ours.startsWith(before) && /^[^\n]+\n$/.test(rest) && !/^\s+at /m.test(rest);
  return isOneLine ? null : `${showBoth('stderr', theirs, ours)} is not one line`;
}

function compareEvents(
  theirs: Taken['events'],
  ours: Taken['events'],
  tags: readonly string[],
  laterMax: number,
): string | null {
  const isOptional = ({ what }: { what: string }) =>
    tags.includes('local') && /^state:(?:SyncConnected|Closed) type:None/.test(what);
  const [expected, actual] = [theirs, ours].map((events) =>
    withRemovalsInOrder(events.filter((event) => !isOptional(event))),
  );
  const list = (events: Taken['events'] = []) => events.map(({ what }) => what).join('\n  ');
  if (list(expected) !== list(actual)) {
    return `events there\n  ${list(expected)}\nevents here\n  ${list(actual)}`;
  }
  const moved = actual?.find((event, index) => {
    const by = event.promptsBefore - (expected?.[index]?.promptsBefore ?? 0);
    return by < -laterMax || by > EARLIER_MAX;
  });
  return moved === undefined ? null : `the event ${moved.what} stands at another prompt`;
}

/** What one removewatches takes off is told in the order of a hash table that changes from run to run. */
function withRemovalsInOrder(events: Taken['events']): Taken['events'] {
  const isRemoval = ({ what }: { what: string }) => /WatchRemoved/.test(what);
  const sorted = [...events];
  for (let from = 0; from < sorted.length; from++) {
    let to = from;
    while (to < sorted.length && isRemoval(sorted[to]!)) {
      to++;
    }
    const run = sorted.slice(from, to).sort((a, b) => (a.what < b.what ? -1 : 1));
    sorted.splice(from, run.length, ...run);
    from = to;
  }
  return sorted;
}

/** From a little before the first character that differs. */
function showBoth(name: string, theirs: string, ours: string): string {
  let at = 0;
  while (at < theirs.length && theirs[at] === ours[at]) {
    at++;
  }
  const [there, here] = [theirs, ours].map((text) => JSON.stringify(text.slice(Math.max(0, at - 200), at + 300)));
  return `${name} there ${there}\n${name} here  ${here}`;
}
