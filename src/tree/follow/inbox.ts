/** What a follower is told, in the order in which it came, until it has time for it. Never drops anything. */
import type { SessionEvent } from '../../client/api.js';
import type { WatchEvent } from '../../protocol/events.js';
import { abortReason } from '../abort.js';

export type Item =
  | { readonly kind: 'watch'; readonly event: WatchEvent; readonly time: number; readonly number: number }
  | { readonly kind: 'session'; readonly event: SessionEvent; readonly time: number; readonly number: number };

export interface Inbox {
  /** Number of the item that came last; 0 before the first. */
  readonly lastNumber: number;
  watch(event: WatchEvent): void;
  session(event: SessionEvent): void;
  /** The next item; waits for it. @throws the signal's reason */
  next(): Promise<Item>;
  clear(): void;
}

export function createInbox(signal: AbortSignal, wallClock: () => number): Inbox {
  let items: Item[] = [];
  let read = 0;
  let lastNumber = 0;
  let wake: () => void = () => {};
  signal.addEventListener('abort', () => wake(), { once: true });
  const push = (item: Item): void => {
    items.push(item);
    wake();
  };
  return {
    get lastNumber() {
      return lastNumber;
    },
    watch: (event) => push({ kind: 'watch', event, time: wallClock(), number: ++lastNumber }),
    session: (event) => push({ kind: 'session', event, time: wallClock(), number: ++lastNumber }),
    async next() {
      for (;;) {
        if (signal.aborted) {
          throw abortReason(signal);
        }
        const item = items[read];
        if (item !== undefined) {
          read += 1;
          if (read === items.length) {
            items = [];
            read = 0;
          }
          return item;
        }
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    clear() {
      items = [];
      read = 0;
    },
  };
}
