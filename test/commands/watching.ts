/** A running `watch`, for tests that do something and wait for what it tells. */
import type { Result, WatchEventResult } from '../../src/commands/results.js';
import { eventually } from '../helpers/eventually.js';
import type { Run, Scene } from './scene.js';

export interface Watching {
  readonly events: readonly WatchEventResult[];
  readonly done: Promise<Run>;
  /** Waits until `count` events are there; they, in words. */
  seen(count: number): Promise<string[]>;
  stop(): Promise<Run>;
}

/** Resolves when the watches stand. */
export async function startWatch(scene: Scene, line: string): Promise<Watching> {
  const controller = new AbortController();
  const results: Result[] = [];
  const done = scene.run(line, {
    signal: controller.signal,
    render: { format: 'json' },
    onResult: (result) => results.push(result),
  });
  await Promise.race([
    done,
    eventually(() => results.some(({ kind }) => kind === 'message'), { what: `${line} to stand` }),
  ]);
  const events = () => results.filter((result) => result.kind === 'watchEvent');
  return {
    get events() {
      return events();
    },
    done,
    async seen(count) {
      await eventually(() => events().length >= count, { what: `${count} events of ${line}, not ${words(events())}` });
      return words(events());
    },
    stop() {
      controller.abort();
      return done;
    },
  };
}

/** `changed /a caught up`. */
export function words(events: readonly WatchEventResult[]): string[] {
  return events.map(({ event, path, caughtUp }) =>
    [event, ...(path ?? '').split(' ', 1), ...(caughtUp ? ['caught up'] : [])].join(' ').trim(),
  );
}
