/** The signals that a shell answers to. */
import { constants } from 'node:os';
import process from 'node:process';
import type { SignalListener } from './shell-parts.js';

/** The function returned ends the listening. */
export function onSignals({ end, interrupt, resumed }: SignalListener): () => void {
  const entries: readonly (readonly [signal: NodeJS.Signals, listener: () => void])[] = [
    ['SIGINT', interrupt],
    ['SIGCONT', resumed],
    ['SIGTERM', () => end(128 + constants.signals.SIGTERM)],
    ['SIGHUP', () => end(128 + constants.signals.SIGHUP)],
  ];
  for (const [name, listener] of entries) {
    process.on(name, listener);
  }
  return () => {
    for (const [name, listener] of entries) {
      process.off(name, listener);
    }
  };
}
