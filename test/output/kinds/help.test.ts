import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../../../src/commands/registry.js';
import { arg, command, flag, option, variadicArg } from '../../../src/commands/spec.js';
import { render } from '../../../src/output/render.js';
import { NARROW, PIPE, TERMINAL } from '../options.js';

const greet = command({
  name: 'greet',
  aliases: ['hi'],
  group: 'data',
  summary: 'Say hello',
  description: 'Says it.\nThen says it again.',
  args: [arg('path', 'znodePath', 'whom'), variadicArg('more', 'text', 'and whom else', { optional: true })],
  options: {
    loud: flag('loud', 'l', 'loudly', { conflicts: ['mood'] }),
    mood: option('mood', null, 'MOOD', 'choice', 'how', { choices: ['glad', 'sad'] }),
  },
  examples: [{ line: 'greet /a', summary: 'as ever' }],
  zkCliDifferences: ['zkCli.sh does not greet.'],
  async *run() {},
});

test('a page has everything that the spec says', () => {
  const page = render({ kind: 'help', command: greet, commands: COMMANDS }, TERMINAL);

  expect(page).toBe(`greet: Say hello
Usage: greet [-l] [--mood MOOD] PATH [MORE...]
Also:  hi

Says it.

Then says it again.

Arguments
  PATH             whom
  MORE...          and whom else

Options
  -l, --loud       loudly (not with --mood)
      --mood MOOD  how (glad, sad)

Examples
  greet /a
      as ever

Different from zkCli.sh
  - zkCli.sh does not greet.
`);
});

describe('every verb', () => {
  test.each(COMMANDS.map((spec) => [spec.name, spec] as const))('%s has a page that fits 40 columns', (_, spec) => {
    const page = String(render({ kind: 'help', command: spec, commands: COMMANDS }, NARROW));
    // What is to be typed is not broken.
    const prose = page.split('\n').filter((line) => !spec.examples.some((example) => line.trim() === example.line));

    expect(prose.filter((line) => line.length > 40 && /\s/.test(line.trim()))).toEqual([]);
  });

  test('is in the overview, once', () => {
    const overview = String(render({ kind: 'help', command: null, commands: COMMANDS }, PIPE));

    for (const { name, summary } of COMMANDS) {
      expect(
        overview.split('\n').filter((line) => line.trim().startsWith(`${name} `) && line.endsWith(summary)),
      ).toHaveLength(1);
    }
  });
});

test('in colour the text is the same', () => {
  const help = { kind: 'help', command: greet, commands: COMMANDS } as const;
  const plain = String(render(help, NARROW));

  const colored = String(render(help, { ...NARROW, color: true }));

  expect(colored).not.toBe(plain);
  expect(colored.replace(/\u001b\[\d+m/g, '')).toBe(plain);
});
