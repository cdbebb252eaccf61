/** Text comes out of groff as it went into the man page. */
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { bold, plain, section, term, verbatim } from '../../src/reference/roff.js';
import { describeWithProgram } from '../helpers/skip.js';

describeWithProgram('groff', 'roff', () => {
  test.for([
    '.TH is no request here',
    "'quoted' and `ticked`",
    '\\fBnot bold\\fR \\n \\\\ \\(aq',
    '--long -s minus-sign',
    'a^b~c"d"',
    'naïve 日本語 →',
    '%percent & ampersand | bar',
  ])('%s', (text) => {
    expect(shown(['.PP', plain(text)])).toBe(text);
    expect(shown(verbatim([text]))).toBe(text);
    expect(shown(['.PP', bold(text)])).toBe(text);
    expect(shown(term(plain('term'), text))).toContain(text);
    expect(shown([section(text)])).toBe(text);
  });

  test('three dots and typographic quotes are those of ASCII devices too', () => {
    expect(plain('host…')).toBe('host...');
    expect(plain('else’s')).toBe('else\\(cqs');
  });
});

test('further lines of a meaning are paragraphs of the same term', () => {
  expect(term('\\fBx\\fR', 'one\ntwo')).toEqual(['.TP', '\\fBx\\fR', 'one', '.IP', 'two']);
});

function shown(lines: readonly string[]): string {
  const page = ['.TH X 1 2026-11-22 x x', '.nh', ...lines, ''].join('\n');
  const text = execFileSync('groff', ['-man', '-Tutf8', '-P-cbou', '-ww'], { input: page, encoding: 'utf8' });
  return text
    .split('\n')
    .slice(1, -2)
    .join('\n')
    .replace(/^x +2026-11-22 +X\(1\)$/m, '')
    .trim();
}
