/**
 * The shell on a terminal with a cursor: keys go through line.ts, frames to the screen, lines to the conversation. While a
 * verb runs there is no live region, the terminal is the verb's; what is typed meanwhile waits for the next prompt.
 */
import type { UsageSource } from '../commands/usage-source.js';
import { splitCommands } from '../syntax/lines.js';
import type { Conversation } from './conversation.js';
import { createHistory } from './history-file.js';
import { createInput } from './input.js';
import type { KeyPress } from './keyboard.js';
import { completionArrived, EMPTY_LINE, type LineEffect, type LineState, nextLine, pressKey } from './line.js';
import { doneText, type FrameSurroundings, lineFrame } from './line-frame.js';
import { createOutput } from './output.js';
import { type PromptFacts, promptSpans } from './prompt.js';
import type { Screen } from './screen.js';
import { typeSecret } from './secret.js';
import type { ShellParts } from './shell-parts.js';
import type { UsageView } from './usage-view.js';

/** Nothing was shown for so long: say that something is going on. */
const QUIET_MS = 1_000;
/** How long keys wait for a completion that was asked for before them. */
const HOLD_MS = 150;
const HANGUP_STATUS = 129;
const CLEAR_SCREEN = '\x1b[H\x1b[2J';
const OTHER_SCREEN = { enter: '\x1b[?1049h', leave: '\x1b[?1049l' } as const;

export function runScreenShell(parts: ShellParts, screen: Screen): Promise<number> {
  const { start, clock, palette } = parts;
  const { stdin, stdout } = start.terminal;
  const output = createOutput(start.terminal);
  const history = createHistory(start.historyFile);
  const input = createInput({ stdin, stdout }, { pressed, ended: () => void leave(HANGUP_STATUS) }, clock);
  let line: LineState = EMPTY_LINE;
  let waiting: KeyPress[] = [];
  let running: AbortController | null = null;
  let completing: AbortController | null = null;
  let secret: Secret | null = null;
  let browser: UsageView | null = null;
  let conversation: Conversation | null = null;
  let said = '';
  let isHolding = false;
  let isLeaving = false;
  let finish: (status: number) => void = () => {};
  const finished = new Promise<number>((resolve) => {
    finish = resolve;
  });

  stdout.on('resize', redraw);
  for (const stream of [stdout, start.terminal.stderr]) {
    stream.on('error', () => void leave(HANGUP_STATUS));
  }
  const stopSignals = parts.onSignals({ end: (status) => void leave(status), interrupt, resumed });
  input.enter();
  draw();
  const talking = parts
    .converse({
      output,
      hasEditor: true,
      say,
      changed: draw,
      readSecret,
      readAnswer,
      browse,
      history: () => history.lines,
    })
    .then(begin);
  return finished;

  function begin(begun: Conversation): Conversation {
    conversation = begun;
    begun.open();
    void history.load();
    draw();
    return begun;
  }

  // --- drawing

  function around(): FrameSurroundings {
    const facts: PromptFacts = conversation?.promptFacts ?? parts.firstFacts;
    const { text, cursor } = line.editor;
    const ghost = conversation === null || text.length > GHOST_TEXT_MAX ? '' : parts.ghost(text, cursor);
    const { columns, rows } = stdout;
    return { prompt: promptSpans(facts), history: history.lines, columns, rows, ghost };
  }

  function draw(): void {
    if (isLeaving) {
      return;
    }
    if (browser !== null) {
      screen.show(browser.frame(stdout));
    } else if (running === null) {
      screen.show(lineFrame(line, around()));
    }
  }

  function redraw(): void {
    if ((running === null || browser !== null) && !isLeaving) {
      screen.erase();
      if (browser !== null) {
        stdout.write(CLEAR_SCREEN);
      }
      draw();
    }
  }

  /** The terminal's other screen: what was there before is there again afterwards. */
  function takeScreen(): void {
    stdout.write(OTHER_SCREEN.enter + CLEAR_SCREEN);
  }

  function giveScreenBack(): void {
    screen.erase();
    stdout.write(OTHER_SCREEN.leave);
  }

  /** The line stays where it is, as text; there is a fresh one. */
  function giveUpLine(mark = ''): void {
    screen.erase();
    stdout.write(doneText(line, around(), palette, mark));
    line = nextLine(line);
  }

  function say(text: string): void {
    if (running !== null && browser === null) {
      void output.write(text, 'stderr');
      return;
    }
    if (said === '') {
      // A flood of notifications is drawn in few frames.
      setImmediate(printSaid);
    }
    said += text;
  }

  /** Not while the screen is a verb's: then it waits. */
  function printSaid(): void {
    if (browser === null && said !== '') {
      screen.printAbove(said);
      said = '';
    }
  }

  // --- keys

  function pressed(presses: readonly KeyPress[]): void {
    waiting.push(...presses);
    workOff();
  }

  function workOff(): void {
    while (waiting.length > 0 && !isLeaving && !isHolding) {
      if (running === null) {
        typeNext();
      } else if (browser !== null) {
        browseNext(browser);
      } else if (secret !== null) {
        typeSecretNext(secret);
      } else if (!hearWhileRunning(running)) {
        return;
      }
    }
    draw();
  }

  function typeNext(): void {
    const press = waiting.shift();
    if (press === undefined) {
      return;
    }
    completing?.abort();
    const step = pressKey(line, press, { history: history.lines, columns: stdout.columns, isIncomplete });
    line = step.state;
    if (step.effect !== null) {
      perform(step.effect);
    }
  }

  /** The verb asks for something that must not be seen: no live region, no echo, no history. */
  function readSecret(prompt: string): Promise<string | null> {
    return ask(prompt, () => {});
  }

  /** The same with echo. */
  function readAnswer(prompt: string): Promise<string | null> {
    return ask(prompt, (text, before) => {
      const kept = text.startsWith(before) ? before.length : 0;
      stdout.write('\b \b'.repeat(kept === 0 ? before.length : 0) + text.slice(kept));
    });
  }

  async function ask(prompt: string, typed: Secret['typed']): Promise<string | null> {
    await output.write(prompt);
    await output.flush();
    return new Promise((resolve) => {
      secret = {
        text: '',
        typed,
        end(text) {
          secret = null;
          stdout.write('\n');
          resolve(text);
        },
      };
      workOff();
    });
  }

  function typeSecretNext({ text, typed, end }: Secret): void {
    const press = waiting.shift();
    const step = press === undefined ? null : typeSecret(text, press);
    if (step?.type === 'typing') {
      typed(step.text, text);
      secret = { text: step.text, typed, end };
    } else if (step !== null) {
      if (step.type === 'givenUp') {
        running?.abort();
      }
      end(step.type === 'done' ? step.text : null);
    }
  }

  /** The screen is the verb's until the user has enough. */
  async function browse(source: UsageSource, explain: (error: unknown) => string): Promise<void> {
    const { openUsageView } = await import('./usage-view.js');
    await output.flush();
    takeScreen();
    browser = openUsageView(source, { size: () => stdout, changed: draw, explain });
    workOff();
    await browser.left;
    giveScreenBack();
    browser = null;
    printSaid();
  }

  function browseNext(view: UsageView): void {
    const press = waiting.shift();
    if (press !== undefined && isKey(press, 'C-z')) {
      suspend();
    } else if (press !== undefined) {
      view.press(press);
    }
  }

  /** A key that ends or stops the verb; false: there is none, the rest waits for the prompt. */
  function hearWhileRunning(verb: AbortController): boolean {
    const index = waiting.findLastIndex((press) => isKey(press, 'C-c') || isKey(press, 'C-z'));
    const press = waiting[index];
    if (press === undefined) {
      return false;
    }
    // What was typed before Ctrl-C is not meant any more.
    waiting = waiting.slice(index + 1);
    if (isKey(press, 'C-c')) {
      verb.abort();
    } else {
      suspend();
    }
    return true;
  }

  function perform(effect: LineEffect): void {
    switch (effect.type) {
      case 'run':
        void run(effect.text);
        return;
      case 'complete':
        void complete(effect);
        return;
      case 'interrupt':
        giveUpLine('^C');
        return;
      case 'leave':
        giveUpLine();
        void leave(conversation?.status ?? 0);
        return;
      case 'suspend':
        suspend();
        return;
      case 'clearScreen':
        screen.erase();
        stdout.write(CLEAR_SCREEN);
        return;
    }
  }

  async function run(text: string): Promise<void> {
    giveUpLine();
    if (text.trim() === '') {
      return;
    }
    const interruption = new AbortController();
    running = interruption;
    const writesBefore = output.writesCount;
    const quiet = clock.setTimeout(() => {
      if (output.writesCount === writesBefore && !output.isNoted && browser === null) {
        output.note(palette({ text: 'running; Ctrl-C ends it', style: 'dim' }));
      }
    }, QUIET_MS);
    const talk = await talking;
    history.add(parts.redact(text));
    await talk.run(text, interruption.signal);
    clock.clearTimeout(quiet);
    if (interruption.signal.aborted) {
      await output.write('^C\n');
    }
    await output.flush();
    running = null;
    if (talk.isOver) {
      await leave(talk.status);
    } else {
      workOff();
    }
  }

  async function complete({ id, text, cursor }: LineEffect & { type: 'complete' }): Promise<void> {
    const request = new AbortController();
    completing = request;
    // Whoever types on right behind Tab means the completed line; but not for long, however slow the server is.
    isHolding = true;
    const timer = clock.setTimeout(release, HOLD_MS);
    const talk = await talking;
    const answer = await talk.complete(text, cursor, request.signal).catch(() => null);
    clock.clearTimeout(timer);
    if (!request.signal.aborted) {
      line = completionArrived(line, id, answer);
      release();
    }
  }

  function release(): void {
    isHolding = false;
    workOff();
  }

  // --- the process

  function interrupt(): void {
    pressed([{ type: 'key', key: 'C-c' }]);
  }

  function suspend(): void {
    if (browser === null) {
      screen.erase();
    } else {
      giveScreenBack();
    }
    input.leave();
    // To the whole job, as a terminal does it: zksh may run below npm or a script.
    process.kill(0, 'SIGTSTP');
    // Where nobody could bring it back (the shell is all there is in this terminal) the system does not stop it.
    setImmediate(resumed);
  }

  function resumed(): void {
    if (!isLeaving) {
      input.enter();
      if (browser !== null) {
        takeScreen();
      }
      redraw();
    }
  }

  async function leave(status: number): Promise<void> {
    if (isLeaving) {
      return;
    }
    isLeaving = true;
    if (browser !== null) {
      giveScreenBack();
      browser.leave();
    }
    running?.abort();
    completing?.abort();
    screen.erase();
    stdout.off('resize', redraw);
    input.leave();
    await history.flushed();
    await talking.then((talk) => talk.close());
    // Not sooner: Ink would take a signal that nobody listens to for one that ends the process.
    stopSignals();
    finish(status);
  }
}

interface Secret {
  readonly text: string;
  /** Told of each key. */
  typed(text: string, before: string): void;
  end(text: string | null): void;
}

/** Longer texts get no hint: it would cost more than it tells. */
const GHOST_TEXT_MAX = 2_000;

function isIncomplete(text: string): boolean {
  return splitCommands(text, { complete: false }).incomplete !== null;
}

function isKey(press: KeyPress, key: string): boolean {
  return press.type === 'key' && press.key === key;
}
