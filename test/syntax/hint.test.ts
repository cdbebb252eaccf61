/** The ghost behind the cursor: what comes next. */
import { describe, expect, test } from 'vitest';
import { hintFor } from '../../src/syntax/hint.js';

describe('the hint', () => {
  test.each<[string, string]>([
    ['', ''],
    ['xyzzy ', ''],
    ['ge', ''],
    ['pwd', ''],
    ['pwd ', ''],
    ['get', ' PATH...'],
    ['get ', 'PATH...'],
    ['get /a', ''],
    ['get /a ', '[PATH...]'],
    ['set', ' PATH [DATA]'],
    ['SET ', 'PATH [DATA]'],
    ['set /a', ' [DATA]'],
    ['set /a ', '[DATA]'],
    ['set /a x', ''],
    ['set /a x ', ''],
    ['set -v', ' N'],
    ['set -v ', 'N'],
    ['set -v 3', ''],
    ['set -v 3 ', 'PATH [DATA]'],
    ['set --version=', ''],
    ['set -s ', 'PATH [DATA]'],
    ['set --', ''],
    ['set -- ', 'PATH [DATA]'],
    ['ls / -o ', 'FORMAT'],
    ['ls /; set ', 'PATH [DATA]'],
    ['set "/a', ' [DATA]'],
    ['set /a # ', ''],
    ['set /a <<E\n', ''],
  ])('behind %j is %j', (line, ghost) => {
    expect(hintFor(line, line.length).ghost).toBe(ghost);
  });

  test('in mid-line there is none', () => {
    expect(hintFor('set /a x', 3)).toEqual({ ghost: '', summary: '' });
  });

  test('the summary is about the verb, the option or the argument at the cursor', () => {
    expect(hintFor('set', 3).summary).toBe('Write the data of a znode');
    expect(hintFor('set /a -v ', 10).summary).toBe('only where the znode has this version');
    expect(hintFor('set ', 4).summary).toBe('the znode to write');
  });

  test('any prefix of any line is taken', () => {
    const line = 'set /a "x\\" y" -v 3 --exec; watch /a --exec \'b c\' d <<E\nq\nE\nls -Rs -- -x # \\';
    for (let end = 0; end <= line.length; end++) {
      expect(hintFor(line.slice(0, end), end)).toMatchObject({
        ghost: expect.any(String),
        summary: expect.any(String),
      });
    }
  });
});
