/** The small tables: four-letter words, kinds of event and of znode. */
import { expect, test } from 'vitest';
import { SYNC_CONNECTED, WATCH_EVENT_TYPES, watchEventNumber } from '../../src/protocol/events.js';
import { CREATE_FLAGS, isSequential, modeOfFlags, TTL_MS_MAX } from '../../src/protocol/modes.js';
import { FOUR_LETTER_WORDS, findWord, notWhitelisted } from '../../src/protocol/words.js';

test('the four-letter words are those of FourLetterCommands, each once, each with its summary', () => {
  expect(FOUR_LETTER_WORDS.map(({ word }) => word).join(' ')).toBe(
    'conf cons crst dirs dump envi gtmk hash isro mntr ruok srst srvr stat stmk wchc wchp wchs',
  );
  expect(FOUR_LETTER_WORDS.filter(({ summary }) => !/^[a-z].*[^.]$/.test(summary))).toEqual([]);
});

test('three words change something', () => {
  expect(FOUR_LETTER_WORDS.flatMap(({ word, changes }) => (changes ? [word] : []))).toEqual(['crst', 'srst', 'stmk']);
});

test('a word is found as it is spelled, and only so', () => {
  expect(findWord('ruok')).toMatchObject({ word: 'ruok', unterminated: true, always: true });
  expect(findWord('RUOK')).toBeUndefined();
  expect(findWord('ruok\n')).toBeUndefined();
});

test('the refusal of a word that is not allowed', () => {
  expect(notWhitelisted('wchc')).toBe('wchc is not executed because it is not in the whitelist.\n');
});

test('events have the numbers of EventType, both ways', () => {
  expect([...WATCH_EVENT_TYPES]).toEqual([
    [1, 'created'],
    [2, 'deleted'],
    [3, 'changed'],
    [4, 'children'],
  ]);
  expect([...WATCH_EVENT_TYPES].map(([number, type]) => watchEventNumber(type) === number)).toEqual(
    Array(4).fill(true),
  );
  expect(SYNC_CONNECTED).toBe(3);
});

test('kinds of znode have the flags of CreateMode, both ways', () => {
  const modes = [0, 1, 2, 3, 4, 5, 6].map(modeOfFlags);
  expect(modes).toEqual([
    'persistent',
    'ephemeral',
    'persistentSequential',
    'ephemeralSequential',
    'container',
    'ttl',
    'ttlSequential',
  ]);
  expect(modes.map((mode) => CREATE_FLAGS[mode!])).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect([-1, 7, 1.5].map(modeOfFlags)).toEqual([undefined, undefined, undefined]);
  expect(modes.filter((mode) => isSequential(mode!))).toEqual([
    'persistentSequential',
    'ephemeralSequential',
    'ttlSequential',
  ]);
});

test('the longest TTL is 40 bits of ms', () => {
  expect(TTL_MS_MAX).toBe(1_099_511_627_775);
});
