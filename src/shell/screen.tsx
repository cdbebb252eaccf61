/**
 * The live region at the bottom of the terminal, drawn by Ink while a line is being typed and gone while a verb runs:
 * output of any size never passes through Ink. Ink writes to a canvas of ours, for three reasons: it would clear the
 * whole terminal when a frame is higher than it, it does not know how a terminal wraps a frame that it makes narrower,
 * and its last frame is not always wanted.
 */
import { EventEmitter } from 'node:events';
import { type Instance, render, useStdout } from 'ink';
import { useLayoutEffect } from 'react';
import { type Frame, rowsAboveCursor } from './frame.js';
import { FrameView, type FrameViewProps } from './frame-view.js';
import type { Palette } from './palette.js';

export interface Screen {
  /** Draws the region, in place of what it showed. */
  show(frame: Frame): void;
  /** Whole lines, above the region. Where there is none, they are just written. */
  printAbove(text: string): void;
  /** The region is gone; what is written next stands in its place. */
  erase(): void;
}

export function createScreen(stdout: NodeJS.WriteStream, palette: Palette): Screen {
  const canvas = new Canvas(stdout);
  let ink: Instance | null = null;
  let shown: Frame | null = null;
  let writeAbove: ((text: string) => void) | null = null;

  function keepWriter(write: (text: string) => void): void {
    writeAbove = write;
  }
  function show(frame: Frame): void {
    if (ink === null) {
      const options = { stdout: canvas.forInk(), patchConsole: false, exitOnCtrlC: false, maxFps: FRAMES_PER_SECOND };
      ink = render(<Region frame={frame} palette={palette} keepWriter={keepWriter} />, options);
    } else {
      ink.rerender(<Region frame={frame} palette={palette} keepWriter={keepWriter} />);
    }
    shown = frame;
  }
  function unmount(): void {
    ink?.unmount();
    ink = null;
    shown = null;
    writeAbove = null;
  }

  return {
    show,
    printAbove(text) {
      if (writeAbove === null) {
        stdout.write(text);
      } else {
        writeAbove(text);
      }
    },
    erase() {
      if (shown === null) {
        return;
      }
      const up = rowsAboveCursor(shown, canvas.columns);
      canvas.isMuted = true;
      unmount();
      canvas.isMuted = false;
      stdout.write(`${up > 0 ? `\x1b[${up}A` : ''}\r\x1b[J\x1b[?25h`);
    },
  };
}

interface RegionProps extends FrameViewProps {
  /** Gets Ink's own way of writing above what it shows. */
  keepWriter(write: (text: string) => void): void;
}

function Region({ keepWriter, ...view }: RegionProps) {
  const { write } = useStdout();
  // Not a passive effect: the first notification may come before those run.
  useLayoutEffect(() => keepWriter(write), [write, keepWriter]);
  return <FrameView {...view} />;
}

/**
 * 0: Ink draws at once, whenever it is told. A frame that it draws later would stand where erase() does not look for it,
 * and without its cursor when lines were written above meanwhile.
 */
const FRAMES_PER_SECOND = 0;

/** What Ink takes for the terminal. It never resizes: screen-shell.ts draws anew when the real one does. */
class Canvas extends EventEmitter {
  readonly isTTY = true;
  /** No frame is ever as high, so Ink never clears the terminal. */
  readonly rows = Number.MAX_SAFE_INTEGER;
  readonly writable = true;
  readonly writableLength = 0;
  isMuted = false;
  readonly #stdout: NodeJS.WriteStream;

  constructor(stdout: NodeJS.WriteStream) {
    super();
    this.#stdout = stdout;
  }
  get columns(): number {
    return this.#stdout.columns;
  }
  write(text: string, done?: () => void): boolean {
    if (this.isMuted) {
      done?.();
      return true;
    }
    return this.#stdout.write(text, done);
  }
  forInk(): NodeJS.WriteStream {
    return this as unknown as NodeJS.WriteStream;
  }
}
