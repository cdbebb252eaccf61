/**
 * Walking about in subtrees and how much is in them (du -i), as ncdu does it with folders. Pure: keys and figures go in, a
 * new state and what is to be measured come out. Draws nothing.
 */
import type { UsageRow } from '../commands/results.js';
import type { MeasuredSubtree } from '../commands/usage-source.js';
import type { KeyPress } from './keyboard.js';

export const BROWSER_ORDERS = ['bytes', 'znodes', 'children', 'name'] as const;
export type BrowserOrder = (typeof BROWSER_ORDERS)[number];

/** One znode on the way down, with what was measured there. */
export interface BrowserLevel {
  readonly path: string;
  /** null: not measured yet. */
  readonly measured: MeasuredSubtree | null;
  /** In the order wanted. */
  readonly rows: readonly UsageRow[];
  readonly selected: number;
}

export interface BrowserState {
  readonly order: BrowserOrder;
  /** From the root down; the last one is shown. */
  readonly levels: readonly [BrowserLevel, ...BrowserLevel[]];
  /** Znodes read so far; null: nothing is being measured. */
  readonly measuringCount: number | null;
  /** Why there is nothing to see. */
  readonly trouble: string | null;
}

export type BrowserEffect = { readonly type: 'measure'; readonly path: string } | { readonly type: 'leave' };

export interface BrowserStep {
  readonly state: BrowserState;
  readonly effect: BrowserEffect | null;
}

/** @param effect to be carried out first: measure the root */
export function openBrowser(root: string): BrowserStep {
  const state: BrowserState = { order: 'bytes', levels: [newLevel(root)], measuringCount: null, trouble: null };
  return measure(state);
}

/** @param pageRows rows of the list that are on the screen */
export function pressBrowserKey(state: BrowserState, press: KeyPress, pageRows: number): BrowserStep {
  // What was typed fast comes at once.
  const names = press.type === 'text' ? [...press.text] : press.type === 'key' ? [press.key] : [];
  let step: BrowserStep = { state, effect: null };
  for (const name of names) {
    const next = KEYS[name]?.(step.state, Math.max(1, pageRows)) ?? step;
    step = { state: next.state, effect: next.effect ?? step.effect };
    if (step.effect?.type === 'leave') {
      break;
    }
  }
  return step;
}

/** Figures came while `path` is measured; of another znode by now: then they are not wanted any more. */
export function noteMeasuring(state: BrowserState, path: string, znodesCount: number): BrowserState {
  return currentLevel(state).path === path ? { ...state, measuringCount: znodesCount } : state;
}

export function noteMeasured(state: BrowserState, path: string, measured: MeasuredSubtree): BrowserState {
  const level = currentLevel(state);
  if (level.path !== path) {
    return state;
  }
  const chosen = level.rows[level.selected]?.path;
  const rows = sortRows(measured.rows, state.order);
  const found = rows.findIndex((row) => row.path === chosen);
  const selected = found >= 0 ? found : Math.min(level.selected, Math.max(0, rows.length - 1));
  return { ...withLevel(state, { path, measured, rows, selected }), measuringCount: null, trouble: null };
}

export function noteTrouble(state: BrowserState, path: string, trouble: string): BrowserState {
  return currentLevel(state).path === path ? { ...state, measuringCount: null, trouble } : state;
}

export function currentLevel({ levels }: BrowserState): BrowserLevel {
  return levels[levels.length - 1] as BrowserLevel;
}

type Act = (state: BrowserState, pageRows: number) => BrowserStep;

const move =
  (by: (level: BrowserLevel, pageRows: number) => number): Act =>
  (state, pageRows) => {
    const level = currentLevel(state);
    const last = Math.max(0, level.rows.length - 1);
    const selected = Math.min(last, Math.max(0, by(level, pageRows)));
    return { state: withLevel(state, { ...level, selected }), effect: null };
  };

const ACTS = {
  up: move(({ selected }) => selected - 1),
  down: move(({ selected }) => selected + 1),
  pageUp: move(({ selected }, pageRows) => selected - pageRows),
  pageDown: move(({ selected }, pageRows) => selected + pageRows),
  first: move(() => 0),
  last: move(({ rows }) => rows.length - 1),
  enter,
  back,
  reorder,
  again: (state: BrowserState) => measure(state),
  leave: (state: BrowserState) => ({ state, effect: { type: 'leave' } as const }),
} as const satisfies Readonly<Record<string, Act>>;

const KEYS: Readonly<Record<string, Act>> = {
  up: ACTS.up,
  k: ACTS.up,
  'C-p': ACTS.up,
  down: ACTS.down,
  j: ACTS.down,
  'C-n': ACTS.down,
  pageup: ACTS.pageUp,
  'C-b': ACTS.pageUp,
  pagedown: ACTS.pageDown,
  'C-f': ACTS.pageDown,
  ' ': ACTS.pageDown,
  home: ACTS.first,
  g: ACTS.first,
  end: ACTS.last,
  G: ACTS.last,
  enter: ACTS.enter,
  right: ACTS.enter,
  l: ACTS.enter,
  left: ACTS.back,
  h: ACTS.back,
  backspace: ACTS.back,
  s: ACTS.reorder,
  r: ACTS.again,
  q: ACTS.leave,
  escape: ACTS.leave,
  'C-c': ACTS.leave,
  'C-d': ACTS.leave,
};

function enter(state: BrowserState): BrowserStep {
  const level = currentLevel(state);
  const row = level.rows[level.selected];
  if (row === undefined || row.childrenCount === 0 || state.trouble !== null) {
    return { state, effect: null };
  }
  return measure({ ...state, levels: [...state.levels, newLevel(row.path)] });
}

/** Above the root there is nothing. What was measured above is still known. */
function back(state: BrowserState): BrowserStep {
  const [first, ...rest] = state.levels.slice(0, -1);
  if (first === undefined) {
    return { state, effect: null };
  }
  const above: BrowserState = { ...state, levels: [first, ...rest], measuringCount: null, trouble: null };
  return currentLevel(above).measured === null ? measure(above) : { state: above, effect: null };
}

function reorder(state: BrowserState): BrowserStep {
  const order = BROWSER_ORDERS[(BROWSER_ORDERS.indexOf(state.order) + 1) % BROWSER_ORDERS.length] ?? 'bytes';
  const [first, ...rest] = state.levels.map((level) => ({ ...level, rows: sortRows(level.rows, order), selected: 0 }));
  return { state: first === undefined ? state : { ...state, order, levels: [first, ...rest] }, effect: null };
}

function measure(state: BrowserState): BrowserStep {
  const { path } = currentLevel(state);
  return { state: { ...state, measuringCount: 0, trouble: null }, effect: { type: 'measure', path } };
}

function newLevel(path: string): BrowserLevel {
  return { path, measured: null, rows: [], selected: 0 };
}

function withLevel(state: BrowserState, level: BrowserLevel): BrowserState {
  const [first, ...rest] = [...state.levels.slice(0, -1), level];
  return { ...state, levels: [first ?? level, ...rest] };
}

/** The largest first, names in their order; equal ones by name. */
function sortRows(rows: readonly UsageRow[], order: BrowserOrder): UsageRow[] {
  const measureOf = MEASURES[order];
  return [...rows].sort((left, right) => measureOf(right) - measureOf(left) || compareText(left.path, right.path));
}

const MEASURES: Readonly<Record<BrowserOrder, (row: UsageRow) => number>> = {
  bytes: ({ bytes }) => bytes,
  znodes: ({ znodesCount }) => znodesCount,
  children: ({ childrenCount }) => childrenCount,
  name: () => 0,
};

function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
