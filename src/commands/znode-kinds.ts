/** --kind GLOB=KIND: what the user knows of znodes and no server shows; containers and TTL znodes look persistent from outside. */
import { UsageError } from '../errors.js';
import { nameOf } from '../protocol/path.js';
import type { ZnodeKind } from '../protocol/znode-line.js';
import type { KindOf } from '../tree/export/snapshot.js';
import { compileGlob, type Matcher } from '../tree/find/patterns.js';
import { readDuration } from './duration.js';
import { repeatedOption } from './spec.js';

export const KIND_OPTION = repeatedOption(
  'kind',
  null,
  'GLOB=KIND',
  'text',
  'what kind these are: container, ttl:DURATION or persistent; no server tells',
);

/** @returns undefined where nothing was said. @throws UsageError */
export function readKinds(texts: readonly string[] | undefined): KindOf | undefined {
  const rules = texts?.map(readRule) ?? [];
  return rules.length === 0 ? undefined : (path) => rules.find(({ matches }) => matches(path)) ?? null;
}

interface Rule {
  readonly matches: Matcher;
  readonly kind: ZnodeKind;
  readonly ttlMs: number | null;
}

function readRule(text: string): Rule {
  const sign = text.lastIndexOf('=');
  if (sign <= 0) {
    throw new UsageError(`--kind: ${text} is not GLOB=KIND`, { hint: "For example: --kind '/locks/*=container'" });
  }
  return { matches: matchesPath(text.slice(0, sign)), ...readKind(text.slice(sign + 1)) };
}

function readKind(word: string): Omit<Rule, 'matches'> {
  if (word === 'container' || word === 'persistent') {
    return { kind: word, ttlMs: null };
  }
  const ttlMs = word.startsWith('ttl:') ? readDuration(word.slice('ttl:'.length)) : null;
  if (typeof ttlMs !== 'number' || ttlMs < 1) {
    throw new UsageError(`--kind: ${word} is none of container, ttl:DURATION, persistent`, {
      hint: "For example: --kind '/tmp/**=ttl:1h'",
    });
  }
  return { kind: 'ttl', ttlMs };
}

/** A glob with a slash is about the whole path, one without about the name. */
export function matchesPath(glob: string): Matcher {
  const matches = compileGlob(glob);
  return glob.includes('/') ? matches : (path) => matches(nameOf(path));
}
