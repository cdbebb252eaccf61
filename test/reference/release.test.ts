/** Which release the reference is about. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { latestRelease } from '../../src/reference/release.js';

test('it is the first one in the changelog that has a version', () => {
  const changelog = '# Changelog\n\n## [Unreleased]\n\n## [1.2.3] - 2027-01-31\n\n## [1.2.2] - 2026-12-24\n';
  expect(latestRelease(changelog)).toEqual({ version: '1.2.3', date: '2027-01-31' });
});

test('a changelog without one is a mistake', () => {
  expect(() => latestRelease('# Changelog\n')).toThrow('CHANGELOG.md has no heading');
});

test('the changelog is about the version of the package', () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  expect(latestRelease(readFileSync('CHANGELOG.md', 'utf8')).version).toBe(version);
});
