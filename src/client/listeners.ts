/** Who is told of a session's events. A listener that throws is at fault alone: the others are told, the session goes on. */
import type { SessionEvent } from './api.js';

export type SessionListener = (event: SessionEvent) => void;

export class Listeners {
  readonly #listeners = new Set<SessionListener>();

  /** The same function may listen twice. The function returned ends one of the two. */
  add(listener: SessionListener): () => void {
    const own: SessionListener = (event) => listener(event);
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  tell(event: SessionEvent): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(event);
      } catch (error) {
        // It must be seen, as an uncaught exception, but not here.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
