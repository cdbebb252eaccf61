/** Plays the same steps on two servers; where they differ, looks for fewer steps that show it. */
import type { Target } from '../target.js';
import { play } from './play.js';
import { type Step, stepText } from './steps.js';

export interface Difference {
  /** The first line that differs, on both sides. */
  readonly where: string;
  readonly one: string;
  readonly other: string;
}

export async function compare(one: Target, other: Target, steps: readonly Step[]): Promise<Difference | null> {
  const [left, right] = await Promise.all([play(one, steps), play(other, steps)]);
  for (const [index, lines] of left.entries()) {
    const others = right[index] ?? [];
    for (let at = 0; at < Math.max(lines.length, others.length); at++) {
      if (lines[at] !== others[at]) {
        const where = index < left.length - 1 ? `session ${index}, line ${at}` : `the tree, line ${at}`;
        return { where, one: lines[at] ?? '(nothing)', other: others[at] ?? '(nothing)' };
      }
    }
  }
  return null;
}

/** Leaves out what is not needed for a difference, in pieces that become smaller. */
export async function shorten(
  one: Target,
  other: Target,
  steps: readonly Step[],
  deadlineMs: number,
): Promise<{ steps: readonly Step[]; difference: Difference | null }> {
  const until = performance.now() + deadlineMs;
  let short = steps;
  let difference = await compare(one, other, steps);
  for (let piece = Math.ceil(steps.length / 2); piece >= 1; piece = piece === 1 ? 0 : Math.ceil(piece / 2)) {
    for (let at = 0; at < short.length && performance.now() < until; ) {
      const fewer = [...short.slice(0, at), ...short.slice(at + piece)];
      const found = await compare(one, other, fewer);
      if (found === null) {
        at += piece;
      } else {
        short = fewer;
        difference = found;
      }
    }
  }
  return { steps: short, difference };
}

export function describeSteps(steps: readonly Step[]): string {
  return steps.map((step) => `  ${stepText(step)}`).join('\n');
}
