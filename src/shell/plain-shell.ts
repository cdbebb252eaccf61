/**
 * The shell on a terminal that cannot move its cursor (TERM=dumb, no size): the terminal's own line editing, a prompt and
 * lines, nothing else. The same commands, history file and notifications.
 */
import type { Interface } from 'node:readline';
import { createInterface } from 'node:readline';
import { splitCommands } from '../syntax/lines.js';
import type { Conversation } from './conversation.js';
import { CONTINUATION } from './frame.js';
import { createHistory } from './history-file.js';
import { createOutput } from './output.js';
import { promptSpans } from './prompt.js';
import type { ShellParts } from './shell-parts.js';

export async function runPlainShell(parts: ShellParts): Promise<number> {
  const { start } = parts;
  const { stdin, stdout } = start.terminal;
  const output = createOutput(start.terminal);
  const history = createHistory(start.historyFile);
  let conversation: Conversation | null = null;
  let running: AbortController | null = null;
  let typed = '';
  let leaving: number | null = null;
  const lines: Interface = createInterface({ input: stdin, terminal: false, crlfDelay: Number.POSITIVE_INFINITY });
  // Taken now, so that lines typed before the rest is loaded are not lost.
  const typedLines = lines[Symbol.asyncIterator]();
  const stopSignals = parts.onSignals({ end, interrupt, resumed: prompt });
  prompt();
  const talk = await parts.converse({
    output,
    hasEditor: false,
    say,
    changed: () => {},
    readSecret: () => Promise.resolve(null),
    readAnswer,
    history: () => history.lines,
  });
  conversation = talk;
  talk.open();
  for await (const line of { [Symbol.asyncIterator]: () => typedLines }) {
    typed = typed === '' ? line : `${typed}\n${line}`;
    if (splitCommands(typed, { complete: false }).incomplete === null) {
      await run(talk);
    }
    if (talk.isOver || leaving !== null) {
      break;
    }
    prompt();
  }
  stopSignals();
  lines.close();
  if (leaving === null && !talk.isOver) {
    stdout.write('\n');
  }
  await history.flushed();
  await talk.close();
  return leaving ?? talk.status;

  async function run(begun: Conversation): Promise<void> {
    const text = typed;
    typed = '';
    history.add(parts.redact(text));
    running = new AbortController();
    await begun.run(text, running.signal);
    await output.flush();
    running = null;
  }

  /** The next line is the answer, as the terminal edits and echoes it. */
  async function readAnswer(question: string): Promise<string | null> {
    await output.write(question);
    await output.flush();
    const answer = await typedLines.next();
    return answer.done === true ? null : answer.value;
  }

  function prompt(): void {
    const spans = typed === '' ? promptSpans(conversation?.promptFacts ?? parts.firstFacts) : [CONTINUATION];
    stdout.write(spans.map(({ text }) => text).join(''));
  }

  function say(text: string): void {
    if (running !== null) {
      void output.write(text, 'stderr');
      return;
    }
    // The line being typed is the terminal's and cannot be drawn again; it is still there when Enter comes.
    stdout.write(`\n${text}`);
    prompt();
  }

  function interrupt(): void {
    if (running !== null) {
      running.abort();
      return;
    }
    typed = '';
    stdout.write('\n');
    prompt();
  }

  function end(status: number): void {
    leaving = status;
    running?.abort();
    lines.close();
  }
}
