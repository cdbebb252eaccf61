/** Where the tests of output/ show things, and a stat to show. */
import type { RenderOptions } from '../../src/output/render.js';
import type { Stat } from '../../src/protocol/stat.js';

/** 2026-11-22 12:00:00 UTC. */
export const NOW_MS = Date.UTC(2026, 10, 22, 12);

export const PIPE: RenderOptions = {
  format: 'plain',
  color: false,
  width: Number.POSITIVE_INFINITY,
  terminal: false,
  nowMs: NOW_MS,
};
/** Somebody typed `-o plain` at a terminal. */
export const PLAIN_TERMINAL: RenderOptions = { ...PIPE, width: 80, terminal: true };
export const TERMINAL: RenderOptions = { ...PLAIN_TERMINAL, format: 'human' };
export const NARROW: RenderOptions = { ...TERMINAL, width: 40 };
export const JSON_PIPE: RenderOptions = { ...PIPE, format: 'json' };
export const ZKCLI: RenderOptions = { ...PIPE, format: 'zkcli' };

export const STAT: Stat = {
  czxid: 0x100000002n,
  mzxid: 0x100000005n,
  pzxid: 0x10000000an,
  ctime: NOW_MS - 3 * 60 * 60 * 1000,
  mtime: NOW_MS - 90_500,
  version: 3,
  cversion: 7,
  aversion: 1,
  ephemeralOwner: 0n,
  dataLength: 5,
  numChildren: 2,
};

export const EPHEMERAL: Stat = { ...STAT, ephemeralOwner: 0x100003bbac20001n, numChildren: 0 };

/** What a znode could hold to drive a terminal: clear the screen, set the title, C1 CSI, bidi override, backspace, CR. */
export const ATTACK = Buffer.from('\u001b[2J\u001b]0;x\u0007\u009b31m\u202eabc\b\rdone', 'utf8');
/** Nothing of that may reach a terminal. */
export const DRIVES_TERMINAL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/u;
