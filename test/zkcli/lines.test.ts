/** From bytes on a pipe to the words of a command: JLine's rules, then the tokenizer's. Expected values were seen on 3.9.5. */
import { expect, test } from 'vitest';
import { splitWords } from '../../src/zkcli/command-line.js';
import { expandHistory, LineHistory } from '../../src/zkcli/history-expansion.js';
import { pipedLines, withoutBackslashes } from '../../src/zkcli/piped-lines.js';

test.each<[string, string[]]>([
  ['set /a "two words"', ['set', '/a', 'two words']],
  ["set /a 'b'c", ['set', '/a', 'b', 'c']],
  ['set /a {"k":1}', ['set', '/a', '{"k":1}']],
  ['set /a "un balanced', ['set', '/a', 'un', 'balanced']],
  ["set /a ''", ['set', '/a', '']],
  ['set /a "\'x\'"', ['set', '/a', "'x'"]],
  ['a\tb\vc\fd', ['a', 'b', 'c', 'd']],
  ['a\u00a0b\u0085c\u3000d', ['a\u00a0b\u0085c\u3000d']],
  ['  ', [' ']],
  ['"', []],
])('the words of %j', (line, words) => {
  expect(splitWords(line)).toEqual(words);
});

test.each([
  ['C:\\tmp\\n', 'C:tmpn'],
  ['\'{"x":"a\\nb"}\'', '\'{"x":"anb"}\''],
  ['a\\\\b', 'a\\b'],
  ['end\\', 'end'],
])('the backslashes of %j', (line, left) => {
  expect(withoutBackslashes(line)).toBe(left);
});

function historyOf(...lines: string[]): LineHistory {
  const history = new LineHistory();
  for (const line of lines) {
    history.add(line);
  }
  return history;
}

test.each([
  ['!!', 'set /a two'],
  ['get x!!y', 'get xset /a twoy'],
  ['!$', 'two'],
  ['!1', 'ls /'],
  ['!2', 'get /a'],
  ['!-2', 'get /a'],
  ['!1 x', 'ls /x'],
  ['!g', 'get /a'],
  ['!?ls? x', 'ls / x'],
  ['!?/a', 'set /a two'],
  ['ab!#', 'abab'],
  ['^two^three', 'set /a three'],
  ['^none^x', 'set /a two'],
  ['a^b^c', 'a^b^c'],
  ["'!!' !!", "'!!' set /a two"],
  ["don't !!", "don't !!"],
  ['"!$"', '"two"'],
  ['\\!!', '\\!!'],
  ['wow!', 'wow!'],
  ['! x', '! x'],
  ['!zzz', '!zzz'],
  ['!9', '!9'],
  ['!-', '!-'],
])('%s becomes %s', (line, expanded) => {
  expect(expandHistory(line, historyOf('ls /', 'ls /', ' hidden', 'get /a', 'set /a two'))).toBe(expanded);
});

test('with no line before, nothing is expanded', () => {
  for (const line of ['!!', '!$', '^a^b', '!1', 'set /a a!!b']) {
    expect(expandHistory(line, new LineHistory())).toBe(line);
  }
});

test('CR and LF each end a line at every cut of the input, Ctrl-G rings, and a last line without an end is dropped', async () => {
  const bytes = Buffer.from('ls\r\na\x07ż\x01\nrest\x07');
  for (let cut = 0; cut <= bytes.length; cut++) {
    const chunks = (async function* () {
      yield bytes.subarray(0, cut);
      yield bytes.subarray(cut);
    })();
    const lines = [];
    for await (const { text, bellsCount } of pipedLines(chunks)) {
      lines.push([text, bellsCount]);
    }
    expect(lines).toEqual([
      ['ls', 0],
      ['', 0],
      ['aż\x01', 1],
      [null, 1],
    ]);
  }
});
