/** What the scripts know of a verb, from its spec. */
import { expect, test } from 'vitest';
import { arg, command, flag, option, optionalArg, variadicArg } from '../../src/commands/spec.js';
import { argumentWords, completionModel, flagLines, foldVerb } from '../../src/reference/completion-model.js';

const SPEC = command({
  name: 'getThing',
  aliases: ['gt'],
  group: 'data',
  summary: 'Get a thing',
  args: [
    arg('kind', 'choice', 'which', { choices: ['big', 'small'] }),
    optionalArg('file', 'file', 'where to'),
    variadicArg('path', 'znodePath', 'of what'),
  ],
  options: {
    all: flag('all', 'a', 'all of them'),
    limit: option('limit', null, 'N', 'count', 'at most | so many'),
    exec: option('exec', 'x', 'COMMAND', 'shellCommand', 'run it', { rest: true }),
  },
  examples: [],
  async *run() {},
});

test('arguments are a word each, with a plus where one repeats', () => {
  const [verb] = completionModel([SPEC], []).verbs;
  expect(argumentWords(verb!)).toEqual(['choice:big,small', 'file', 'live+']);
});

test('options are a line for each spelling: flag, what follows it, summary', () => {
  const [verb] = completionModel([SPEC], []).verbs;
  expect(flagLines(verb!.options)).toEqual([
    '-a|switch|all of them',
    '--all|switch|all of them',
    '--limit|none|at most | so many',
    '-x|rest:command|run it',
    '--exec|rest:command|run it',
  ]);
});

test('verbs that only make sense in the shell are not offered to others', () => {
  expect(completionModel([{ ...SPEC, interactiveOnly: true }], []).verbs).toEqual([]);
});

test('global options are told apart by where they may stand', () => {
  const common = { key: null, environment: [], summary: '' };
  const model = completionModel(
    [],
    [
      { ...common, long: 'server', scope: 'run' },
      { ...common, long: 'output', scope: 'command' },
      { ...common, long: 'execute', scope: 'start' },
    ],
  );
  expect(model.globalOptions.flatMap(({ flags }) => flags)).toEqual(['--server', '--output']);
  expect(model.startOptions.flatMap(({ flags }) => flags)).toEqual(['--execute']);
});

test('a verb is looked up in lower case and without hyphens', () => {
  expect(['getAcl', 'get-acl', 'GETACL'].map(foldVerb)).toEqual(['getacl', 'getacl', 'getacl']);
});
