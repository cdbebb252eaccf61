/** Calls that belong in one place, and words that say nothing. Each message names what to use instead. */
import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { filesBelow, places, readSources } from './sources.js';

const SOURCES = readSources('src');

interface Ban {
  readonly what: string;
  readonly pattern: RegExp;
  /** Files that may. */
  readonly except: RegExp;
  readonly instead: string;
}

const BANS: readonly Ban[] = [
  {
    what: 'printing',
    pattern: /\bconsole\.|\bprocess\.(stdout|stderr|stdin)\b/,
    except: /^src\/(cli\/entry|reference\/main)\.ts$/,
    instead: 'yield a result; cli/io.ts owns the streams',
  },
  {
    what: 'ending the process',
    pattern: /\bprocess\.(exit|exitCode|abort|kill)\b/,
    // The lock of a data directory asks by signal 0 whether a process is there.
    except: /^src\/(cli\/(entry|host)|reference\/main|sandbox\/storage\/directory-lock)\.ts$|^src\/shell\//,
    instead: 'return a status',
  },
  {
    what: 'timers',
    pattern: /(?<![.\w])(setTimeout|setInterval|clearTimeout|clearInterval)\(/,
    except: /^src\/(client\/(clock|api)|sandbox\/(clock|sandbox))\.ts$/,
    instead: 'the clock that is injected',
  },
  {
    what: 'the time',
    pattern: /\bDate\.now\b|new Date\(\)|\bperformance\.now\b|\bprocess\.(uptime|hrtime)\b/,
    except: /^src\/(client\/clock|sandbox\/clock|cli\/host|shell\/run-shell)\.tsx?$/,
    instead: 'the clock or the wallClock that is injected',
  },
  {
    what: 'chance',
    pattern: /\bMath\.random\b|\brandomBytes\b|\brandomUUID\b/,
    except: /^src\/(client\/clock|sandbox\/random)\.ts$/,
    instead: 'the random that is injected',
  },
  {
    what: 'the environment',
    pattern: /\bprocess\.(env|argv)\b/,
    except: /^src\/(cli\/(entry|command-io)|reference\/main|shell\/run-shell)\.tsx?$/,
    instead: 'what main was given',
  },
  {
    what: 'instanceof on our errors',
    pattern: /instanceof (Keeper|Connection|Protocol|Usage|Local)Error\b/,
    except: /^$/,
    instead: 'the kind: each bundle has classes of its own',
  },
  { what: 'enums', pattern: /^\s*(export )?(const )?enum\b/, except: /^$/, instead: 'a table as const' },
  {
    what: 'switched-off checks',
    pattern: /@ts-(ignore|nocheck|expect-error)/,
    except: /^$/,
    instead: 'types that fit',
  },
];

test.each(BANS)('$what: only where it belongs; elsewhere $instead', ({ pattern, except }) => {
  const found = SOURCES.filter(({ path }) => !except.test(path)).flatMap((source) => places(source, pattern));
  expect(found).toEqual([]);
});

test.each(BANS.filter(({ except }) => except.source !== '^$' && !except.test('x.d.ts')))(
  '$what: the places that may are there',
  ({ except }) => {
    expect(SOURCES.some(({ path }) => except.test(path))).toBe(true);
  },
);

test('no file and no folder is called by a word that says nothing', () => {
  const empty = /(^|[-./])(utils?|helpers?|common|managers?|misc|base|stuff|lib)([-./]|$)/;
  const names = [...filesBelow('src'), ...filesBelow('test').filter((path) => !path.startsWith('test/helpers/'))];
  expect(names.filter((path) => empty.test(path.replace(/^(src|test)\//, '').replace(/\.[a-z.]+$/, '')))).toEqual([]);
});

test('no name is made of such a word', () => {
  const empty = /\b(?:function|class|interface|type|const|let)\s+\w*(?:Util|Helper|Common|Manager|Misc)\w*\b/;
  const own = SOURCES.filter(({ path }) => !path.endsWith('.d.ts'));
  expect(own.flatMap((source) => places(source, empty))).toEqual([]);
});

test('files are kebab-case', () => {
  const names = [...filesBelow('src'), ...filesBelow('test')].filter((path) => /\.tsx?$/.test(path));
  expect(names.filter((path) => !/^[a-z0-9]+([-.][a-z0-9]+)*\.tsx?$/.test(basename(path)))).toEqual([]);
});

test('every source file opens by saying what it is', () => {
  const silent = SOURCES.filter(({ text }) => !/^(\/\*\*|\/\/ Generated)/.test(text));
  expect(silent.map(({ path }) => path)).toEqual([]);
});
