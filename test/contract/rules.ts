/**
 * How rules of the protocol are stated, once for all targets: a number, a sentence, and what is asked and answered. Numbers are
 * labels and nothing else; rules with a letter behind theirs belong to the same matter.
 */
import type { Scene } from './scene.js';
import type { Session } from './session.js';
import type { Setup, TargetKind } from './target.js';

/** What a rule gets: a scene, and two sessions in it. */
export interface Cast {
  readonly scene: Scene;
  readonly a: Session;
  readonly b: Session;
}

export interface Rule {
  readonly number: string;
  readonly title: string;
  /** Before the others of its server, which nobody has prepared: without sessions and without a ledger. */
  readonly isFirst: boolean;
  /** Takes seconds, most of them waiting: runs beside others, on znodes of its own, without a ledger. */
  readonly isSlow: boolean;
  /** Only there; undefined: everywhere. */
  readonly only: readonly TargetKind[] | undefined;
  run(cast: Cast): Promise<void>;
}

export interface Section {
  readonly title: string;
  readonly setup: Setup;
  readonly rules: readonly Rule[];
}

/** The settings that most rules need: those of target.ts alone. */
export const PLAIN: Setup = { name: 'plain' };

export function section(title: string, setup: Setup, rules: readonly Rule[]): Section {
  return { title, setup, rules };
}

export function rule(
  number: number | string,
  title: string,
  run: (cast: Cast) => Promise<void>,
  more: { readonly only?: readonly TargetKind[] } = {},
): Rule {
  return { number: String(number), title, isFirst: false, isSlow: false, only: more.only, run };
}

export function firstRule(number: number | string, title: string, run: (scene: Scene) => Promise<void>): Rule {
  const only = undefined;
  return { number: String(number), title, isFirst: true, isSlow: false, only, run: ({ scene }) => run(scene) };
}

/** @param run gets a path of its own instead of /t */
export function slowRule(
  number: number | string,
  title: string,
  run: (scene: Scene, path: string) => Promise<void>,
): Rule {
  const path = `/slow-${number}`;
  const only = undefined;
  return { number: String(number), title, isFirst: false, isSlow: true, only, run: ({ scene }) => run(scene, path) };
}
