/** What both shells, the one with a screen and the plain one, are made with. Types only. */
import type { Clock } from '../client/api.js';
import type { Conversation, ConversationSurroundings } from './conversation.js';
import type { Palette } from './palette.js';
import type { PromptFacts } from './prompt.js';
import type { ShellStart } from './start.js';

export interface SignalListener {
  /** SIGTERM, SIGHUP: the status to leave with. */
  end(status: number): void;
  /** SIGINT. */
  interrupt(): void;
  /** SIGCONT. */
  resumed(): void;
}

export interface ShellParts {
  readonly start: ShellStart;
  readonly clock: Clock;
  readonly palette: Palette;
  /** For the prompt until there is a conversation. */
  readonly firstFacts: PromptFacts;
  /** Loads the rest of the program. */
  converse(around: Omit<ConversationSurroundings, 'start' | 'clock' | 'wallClock'>): Promise<Conversation>;
  /** What may come next on the line; '' until the rest is loaded. */
  ghost(text: string, cursor: number): string;
  /** The line without its secrets. */
  redact(text: string): string;
  /** Listens to the process's signals; the function returned ends that. */
  onSignals(listener: SignalListener): () => void;
}
