/** du -i at work: keys to its state, measuring in the background, frames to whoever draws. */
import type { UsageSource } from '../commands/usage-source.js';
import { isZkshError } from '../errors.js';
import type { Frame } from './frame.js';
import type { KeyPress } from './keyboard.js';
import {
  type BrowserStep,
  currentLevel,
  noteMeasured,
  noteMeasuring,
  noteTrouble,
  openBrowser,
  pressBrowserKey,
} from './usage-browser.js';
import { listRows, usageFrame, type WindowSize } from './usage-frame.js';

export interface UsageView {
  press(press: KeyPress): void;
  frame(size: WindowSize): Frame;
  /** The user has enough. */
  readonly left: Promise<void>;
  /** As if they had. */
  leave(): void;
}

/** @param explain an error in lines for people @param changed it looks different now */
export function openUsageView(
  source: UsageSource,
  { size, changed, explain }: { size(): WindowSize; changed(): void; explain(error: unknown): string },
): UsageView {
  let measuring: AbortController | null = null;
  let measuredPath = '';
  let leave: () => void = () => {};
  const left = new Promise<void>((resolve) => {
    leave = () => {
      measuring?.abort();
      resolve();
    };
  });
  const first = openBrowser(source.root);
  let state = first.state;
  perform(first);

  function perform({ state: next, effect }: BrowserStep): void {
    state = next;
    if (currentLevel(state).path !== measuredPath) {
      // They went elsewhere.
      measuring?.abort();
    }
    if (effect?.type === 'measure') {
      void measure(effect.path);
    } else if (effect?.type === 'leave') {
      leave();
    }
  }

  async function measure(path: string): Promise<void> {
    measuring?.abort();
    const own = new AbortController();
    measuring = own;
    measuredPath = path;
    try {
      for await (const look of source.measure(path, own.signal)) {
        if (own.signal.aborted) {
          return;
        }
        state =
          look.kind === 'measuring' ? noteMeasuring(state, path, look.znodesCount) : noteMeasured(state, path, look);
        changed();
      }
    } catch (error) {
      if (!own.signal.aborted) {
        state = noteTrouble(state, path, isZkshError(error) ? explain(error).trimEnd() : String(error));
        changed();
      }
    }
  }

  return {
    press(press) {
      perform(pressBrowserKey(state, press, listRows(size())));
      changed();
    },
    frame: (window) => usageFrame(state, window),
    left,
    leave,
  };
}
