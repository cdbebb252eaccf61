/** Ctrl-C and its like: the first one ends what runs in order, the second one ends the process. */
import { constants } from 'node:os';
import type { Host } from './host.js';

export interface Interruption {
  readonly signal: AbortSignal;
  /** 128 and the number of the signal that came: what the run ends with. null: none came. */
  readonly status: number | null;
  /** Stops listening. */
  end(): void;
}

const NAMES = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export function listenForSignals(host: Host): Interruption {
  const controller = new AbortController();
  let status: number | null = null;
  const listeners = NAMES.map((name) => {
    const listener = () => {
      if (status !== null) {
        host.exit(status);
        return;
      }
      status = 128 + constants.signals[name];
      controller.abort();
    };
    host.on(name, listener);
    return { name, listener };
  });
  return {
    signal: controller.signal,
    get status() {
      return status;
    },
    end() {
      for (const { name, listener } of listeners) {
        host.off(name, listener);
      }
    },
  };
}
