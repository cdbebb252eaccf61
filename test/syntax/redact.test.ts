/** No secret of a line reaches the history. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { quoteWord } from '../../src/syntax/quote.js';
import { redactLine } from '../../src/syntax/redact.js';

describe('a line for the history', () => {
  test.each<[string, string]>([
    ['ls /', 'ls /'],
    ['set /a u:secret', 'set /a u:secret'],
    ['addauth digest u:secret', 'addauth digest u:***'],
    ['  ADDAUTH digest u:secret # now', '  ADDAUTH digest u:*** # now'],
    ['add-auth digest secret', 'add-auth digest ***'],
    ["addauth digest 'u:my secret'", 'addauth digest u:***'],
    ["addauth digest 'my user:secret'", "addauth digest 'my user:'***"],
    ['addauth digest "u:sec\\x72et"', 'addauth digest u:***'],
    ['addauth digest "u:unclosed secret', 'addauth digest u:***'],
    ['addauth digest u:half secret', 'addauth digest u:*** ***'],
    ['addauth digest -- u:secret', 'addauth digest -- u:***'],
    ['addauth digest u:secret; addauth digest v:secret; ls', 'addauth digest u:***; addauth digest v:***; ls'],
    ['ls /\naddauth digest u:secret\nls', 'ls /\naddauth digest u:***\nls'],
    ['addauth digest \\\nu:secret', 'addauth digest \\\nu:***'],
    ['addauth digest <<E\nu:secret\nE', 'addauth digest ***'],
    ['ls / --auth digest:u:secret', 'ls / --auth digest:***'],
    ['ls / --auth=digest:u:secret', 'ls / --auth=digest:***'],
    ['ls / -a digest:u:secret', 'ls / -a digest:***'],
    ['ls / -adigest:u:secret', 'ls / -adigest:***'],
    ['adauth digest u:secret', 'adauth digest u:***'],
    ['xyzzy digest u:x', 'xyzzy digest u:x'],
    ['', ''],
  ])('%j is kept as %j', (line, expected) => {
    expect(redactLine(line)).toBe(expected);
  });

  test('however a secret is quoted, it is gone', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (noise) => {
        const line = `addauth digest ${quoteWord(`u:hunter2${noise}`, 'line')}`;
        expect(redactLine(line)).toBe('addauth digest u:***');
      }),
    );
  });
});
