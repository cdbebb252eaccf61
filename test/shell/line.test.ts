import { describe, expect, test } from 'vitest';
import {
  completionArrived,
  EMPTY_LINE,
  type LineState,
  type LineSurroundings,
  nextLine,
  pressKey,
  visibleText,
} from '../../src/shell/line.js';
import type { Completion } from '../../src/syntax/complete.js';
import { AROUND, keys, lineAt, marked, typed } from './marked.js';

const HISTORY = ['ls /', 'get /a', 'set /a 1', 'get /b', "create /c 'x\ny'"];
const WITH_HISTORY: LineSurroundings = { ...AROUND, history: HISTORY };

function shown(state: LineState): string {
  return marked(state.editor);
}

function effectOf(state: LineState, key: string, around = AROUND) {
  return pressKey(state, { type: 'key', key }, around).effect;
}

describe('Enter', () => {
  test('gives the line to be run', () => {
    expect(effectOf(lineAt('ls /|'), 'enter')).toEqual({ type: 'run', text: 'ls /' });
    expect(effectOf(lineAt('l|s /'), 'enter')).toEqual({ type: 'run', text: 'ls /' });
  });

  test('in an open quote begins a new line instead', () => {
    const { state, effect } = pressKey(lineAt("set /a 'x|"), { type: 'key', key: 'enter' }, AROUND);

    expect(effect).toBeNull();
    expect(shown(state)).toBe("set /a 'x\n|");
  });
});

describe('a paste of several lines', () => {
  test('runs nothing until Enter, then all of it in order', () => {
    const { state, effect } = pressKey(lineAt('|'), { type: 'paste', text: 'ls /\nget /a\n' }, AROUND);

    expect(effect).toBeNull();
    expect(shown(state)).toBe('ls /\nget /a|');
    expect(effectOf(state, 'enter')).toEqual({ type: 'run', text: 'ls /\nget /a' });
  });
});

describe('leaving and clearing', () => {
  test('Ctrl-D leaves on an empty line only', () => {
    expect(effectOf(lineAt('|'), 'C-d')).toEqual({ type: 'leave' });
    expect(effectOf(lineAt('a|'), 'C-d')).toBeNull();
    expect(shown(typed(lineAt('|ab'), '<C-d>'))).toBe('|b');
  });

  test.each([
    ['C-c', 'interrupt'],
    ['C-z', 'suspend'],
    ['C-l', 'clearScreen'],
  ])('%s is for the process: %s', (key, type) => {
    expect(effectOf(lineAt('ab|'), key)).toEqual({ type });
    expect(effectOf(typed(lineAt('ab|'), '<C-r>'), key)).toEqual({ type });
  });

  test('what was cut can be put back on the next line', () => {
    const cut = typed(lineAt('get /a|'), '<C-w>');

    expect(shown(typed(nextLine(cut), '<C-y>'))).toBe('/a|');
  });
});

describe('history', () => {
  test('up goes back, down forward again to what was being typed', () => {
    const back = typed(lineAt('|'), '<up><up>', WITH_HISTORY);
    expect(shown(back)).toBe('get /b|');

    expect(shown(typed(back, '<down>', WITH_HISTORY))).toBe("create /c 'x\ny'|");
    expect(shown(typed(back, '<C-n><C-n>', WITH_HISTORY))).toBe('|');
    expect(shown(typed(lineAt('|'), '<C-p><up><up><up><up><up><up>', WITH_HISTORY))).toBe('ls /|');
  });

  test('what stands before the cursor limits it to lines that begin so', () => {
    const start = lineAt('get|');

    expect(shown(typed(start, '<up>', WITH_HISTORY))).toBe('get /b|');
    expect(shown(typed(start, '<up><up>', WITH_HISTORY))).toBe('get /a|');
    expect(shown(typed(start, '<up><up><up>', WITH_HISTORY))).toBe('get /a|');
    expect(shown(typed(start, '<up><up><down><down>', WITH_HISTORY))).toBe('get|');
  });

  test('an edit makes the line one that is being typed', () => {
    const edited = typed(lineAt('|'), '<up><up>c<up>', WITH_HISTORY);

    expect(shown(edited)).toBe('get /bc|');
  });

  test('M-< is the oldest line, M-> the one being typed', () => {
    const oldest = typed(lineAt('se|'), '<M-<>', WITH_HISTORY);

    expect(shown(oldest)).toBe('ls /|');
    expect(shown(typed(oldest, '<M->>', WITH_HISTORY))).toBe('se|');
  });
});

describe('search', () => {
  function search(script: string): LineState {
    return typed(lineAt('draft|'), script, WITH_HISTORY);
  }

  test('finds the newest line with the text, C-r an older one', () => {
    expect(visibleText(search('<C-r>/a'), HISTORY)).toBe('set /a 1');
    expect(visibleText(search('<C-r>/a<C-r>'), HISTORY)).toBe('get /a');
    expect(visibleText(search('<C-r>/a<C-r><C-r>'), HISTORY)).toBe('get /a');
    expect(visibleText(search('<C-r>/a<backspace>b'), HISTORY)).toBe('get /b');
    expect(visibleText(search('<C-r>nowhere'), HISTORY)).toBe('draft');
  });

  test('small letters find capitals too, capitals only themselves', () => {
    const around = { ...AROUND, history: ['getAcl /a'] };

    expect(typed(lineAt('|'), '<C-r>acl', around).search?.index).toBe(0);
    expect(typed(lineAt('|'), '<C-r>ACL', around).search?.index).toBeNull();
  });

  test('Enter runs what was found; another key takes it and goes on', () => {
    expect(effectOf(search('<C-r>set'), 'enter', WITH_HISTORY)).toEqual({ type: 'run', text: 'set /a 1' });
    expect(shown(search('<C-r>set<left>'))).toBe('set /a |1');
    expect(shown(search('<C-r>set<C-a>'))).toBe('|set /a 1');
    expect(search('<C-r>set<tab>')).toMatchObject({ search: null, completing: null, editor: { text: 'set /a 1' } });
  });

  test.each(['C-g', 'escape'])('%s goes back to the line as it was', (key) => {
    const state = search(`<C-r>set<${key}>`);

    expect(state.search).toBeNull();
    expect(shown(state)).toBe('draft|');
  });
});

describe('completion', () => {
  const ANSWER: Completion = {
    from: 4,
    to: 6,
    candidates: ['/alpha', '/alpine', '/alps'].map((text) => ({ text, display: text, summary: '', more: false })),
  };

  function asked(): LineState {
    return typed(lineAt('get /a|'), '<tab>');
  }

  test('Tab asks with the line as it stands', () => {
    expect(effectOf(lineAt('get /a|'), 'tab')).toEqual({ type: 'complete', id: 1, text: 'get /a', cursor: 6 });
  });

  test('the answer comes onto the line, again Tab and the arrows go through the list', () => {
    const answered = completionArrived(asked(), 1, ANSWER);
    expect(shown(answered)).toBe('get /alp|');

    expect(shown(typed(answered, '<tab>'))).toBe('get /alpha |');
    expect(shown(typed(answered, '<tab><tab>'))).toBe('get /alpine |');
    expect(shown(typed(answered, '<tab><S-tab>'))).toBe('get /alps |');
    expect(shown(typed(answered, '<down><right>'))).toBe('get /alpine |');
    expect(shown(typed(answered, '<tab><right><left>'))).toBe('get /alpha |');
    const narrow = { ...AROUND, columns: 10 };
    expect(shown(typed(answered, '<tab><down><down><up>', narrow))).toBe('get /alpine |');
  });

  test('Enter takes what is selected and runs nothing', () => {
    const { state, effect } = pressKey(
      typed(completionArrived(asked(), 1, ANSWER), '<tab>'),
      { type: 'key', key: 'enter' },
      AROUND,
    );

    expect(effect).toBeNull();
    expect(state.menu).toBeNull();
    expect(shown(state)).toBe('get /alpha |');
  });

  test('Enter runs the line when nothing is selected', () => {
    expect(effectOf(completionArrived(asked(), 1, ANSWER), 'enter')).toEqual({ type: 'run', text: 'get /alp' });
  });

  test('Escape goes back to the line before the list', () => {
    const left = typed(completionArrived(asked(), 1, ANSWER), '<tab><tab><escape>');

    expect(left.menu).toBeNull();
    expect(shown(left)).toBe('get /alp|');
  });

  test('typing closes the list', () => {
    const state = typed(completionArrived(asked(), 1, ANSWER), 'i');

    expect(state.menu).toBeNull();
    expect(shown(state)).toBe('get /alpi|');
  });

  test.each(['x', '<left>', '<C-a>', '<up>'])('an answer that comes after %s is dropped', (script) => {
    const moved = typed(asked(), script);

    expect(completionArrived(moved, 1, ANSWER)).toBe(moved);
  });

  test('only the answer to the last question counts', () => {
    const twice = typed(asked(), '<tab>');

    expect(completionArrived(twice, 1, ANSWER)).toBe(twice);
    expect(completionArrived(twice, 2, ANSWER).menu).not.toBeNull();
  });

  test('a server that could not answer changes nothing', () => {
    expect(completionArrived(asked(), 1, null)).toMatchObject({
      completing: null,
      editor: { text: 'get /a' },
      menu: null,
    });
  });
});

test('a key that nobody knows changes nothing', () => {
  const state = lineAt('ab|c');

  expect(keys('<C-q><F13>').map((press) => pressKey(state, press, AROUND))).toEqual([
    { state, effect: null },
    { state, effect: null },
  ]);
});

test('a fresh line is empty', () => {
  expect(nextLine(typed(EMPTY_LINE, 'abc')).editor.text).toBe('');
});
