/** Options as commons-cli 1.5 finds them. Expected values are what DefaultParser gives. */
import { expect, test } from 'vitest';
import { type OptionTable, parseOptions } from '../../src/zkcli/options.js';

const SET: OptionTable = { options: { s: 'flag', v: 'value', b: 'flag' } };
const QUOTA: OptionTable = { options: { n: 'value', b: 'value' }, group: { required: '-n num, -b bytes' } };
const RECONFIG: OptionTable = { options: { s: 'flag', file: 'value', add: 'value' } };

test.each<[string[], { words: string[]; v?: string; s?: boolean }]>([
  [['set', '/a', 'x'], { words: ['set', '/a', 'x'] }],
  [['set', '/a', 'x', '-s'], { words: ['set', '/a', 'x'], s: true }],
  [['set', '-v', '0', '/a'], { words: ['set', '/a'], v: '0' }],
  [['set', '-v0', '/a'], { words: ['set', '/a'], v: '0' }],
  [['set', '-v=0', '/a'], { words: ['set', '/a'], v: '0' }],
  [['set', '-v=', '/a'], { words: ['set', '/a'], v: '' }],
  [['set', '-sv', '0', '/a'], { words: ['set', '/a'], v: '0', s: true }],
  [['set', '-sv0', '/a'], { words: ['set', '/a'], v: '0', s: true }],
  [['set', '-v', '-1', '/a'], { words: ['set', '/a'], v: '-1' }],
  [['set', '-v', '-1e3f', '/a'], { words: ['set', '/a'], v: '-1e3f' }],
  [['set', '-v', '-x', '/a'], { words: ['set', '/a'], v: '-x' }],
  [['set', '-v', '"0"', '/a'], { words: ['set', '/a'], v: '0' }],
  [['set', '-v', '1', '-v', '2'], { words: ['set'], v: '1' }],
  [['set', '--', '-s', '-v'], { words: ['set', '-s', '-v'] }],
  [['set', '-', '/a'], { words: ['set', '-', '/a'] }],
  [['set', '-v', '--'], { words: ['set'] }],
])('%j', (words, { words: rest, v, s = false }) => {
  if (words.join(' ') === 'set -v --') {
    expect(() => parseOptions(SET, words)).toThrow('Missing argument for option: v');
    return;
  }
  const options = parseOptions(SET, words);
  expect({ words: options.words, v: options.value('v'), s: options.has('s') }).toEqual({ words: rest, v, s });
});

test.each<[OptionTable, string[], string]>([
  [SET, ['set', '-q'], 'org.apache.commons.cli.UnrecognizedOptionException: Unrecognized option: -q'],
  [SET, ['set', '-sq'], 'org.apache.commons.cli.UnrecognizedOptionException: Unrecognized option: -sq'],
  [SET, ['set', '--v=0'], 'org.apache.commons.cli.UnrecognizedOptionException: Unrecognized option: --v=0'],
  [SET, ['set', '-s=1'], 'org.apache.commons.cli.UnrecognizedOptionException: Unrecognized option: -s=1'],
  [SET, ['set', '-='], 'org.apache.commons.cli.UnrecognizedOptionException: Unrecognized option: -='],
  [SET, ['set', '-v'], 'org.apache.commons.cli.MissingArgumentException: Missing argument for option: v'],
  [SET, ['set', '-v', '-s'], 'org.apache.commons.cli.MissingArgumentException: Missing argument for option: v'],
  [
    QUOTA,
    ['setquota', '/a'],
    'org.apache.commons.cli.MissingOptionException: Missing required option: [-n num, -b bytes]',
  ],
  [
    QUOTA,
    ['setquota', '-n', '1', '-b', '2'],
    "org.apache.commons.cli.AlreadySelectedException: The option 'b' was specified but an option from this group has already been selected: 'n'",
  ],
  [RECONFIG, ['reconfig', '-add=x'], 'org.apache.commons.cli.UnrecognizedOptionException: Unrecognized option: -add=x'],
])('%#: %j', (table, words, message) => {
  expect(() => parseOptions(table, words)).toThrow(expect.objectContaining({ message, status: 1, name: 'Refusal' }));
});

test('names of several letters, and a value that looks like one letter of another', () => {
  const options = parseOptions(RECONFIG, ['reconfig', '-add', 'a', '-file', 'f', '-s']);
  expect([options.value('add'), options.value('file'), options.has('s')]).toEqual(['a', 'f', true]);
});

test('a word that begins with -= ends Java', () => {
  expect(() => parseOptions(SET, ['set', '-=x'])).toThrow(expect.objectContaining({ name: 'Crash', status: 1 }));
});
