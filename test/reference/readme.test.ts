/** The README is true: its commands, typed in its order against an empty server, show what it shows. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithOwnZooKeeper } from '../helpers/skip.js';
import { startZooKeeper, type ZooKeeperServer } from '../helpers/zookeeper.js';
import { comparable, readmeShell, readmeSteps, runShell, runSteps } from './readme-blocks.js';

const README = readFileSync('README.md', 'utf8');

describeWithOwnZooKeeper('README.md', () => {
  let server: ZooKeeperServer;
  beforeAll(async () => {
    server = await startZooKeeper();
  });
  afterAll(() => server?.stop());

  test('its commands show what it says, in its order', { timeout: 180_000 }, async ({ signal }) => {
    const steps = readmeSteps(README);
    expect(steps.length).toBeGreaterThan(20);
    const shown = await runSteps(steps, server.address, signal);
    const pairs = (texts: readonly string[]) =>
      steps.map(({ command }, index) => `$ ${command}\n${comparable(texts[index] ?? '(did not run)')}`);
    expect(pairs(shown)).toEqual(pairs(steps.map((step) => step.shown)));
  });

  test('its session in the shell looks like that', async ({ signal }) => {
    const lines = readmeShell(README);
    expect(lines.length).toBeGreaterThan(3);
    expect(await runShell(lines, server.address, signal)).toEqual(lines);
  });
});

test.for(['README.md', 'CONTRIBUTING.md'])('every link in %s leads to a file, or to a heading of its own', (file) => {
  const text = readFileSync(file, 'utf8');
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => `#${anchor(title)}`);
  const broken = links.filter((link) => !/^https?:/.test(link) && !headings.includes(link) && !existsSync(link));
  expect(broken).toEqual([]);
});

test('every file that CONTRIBUTING.md names is there', () => {
  const names = [...readFileSync('CONTRIBUTING.md', 'utf8').matchAll(/`([\w./-]+)`/g)].map(([, name = '']) => name);
  const files = names.filter((name) => /^[\w.-]+\/[\w./-]*\w$|\.(ts|tsx|js|md)$/.test(name));
  // dist is built, and count is the example of a verb to be added.
  const wanted = files.filter((name) => !name.startsWith('dist/') && !/(^|\/)count\.(ts|test\.ts|txt)$/.test(name));
  expect(wanted.length).toBeGreaterThan(30);
  const places = ['.', 'src', 'test/transcripts'];
  expect(wanted.filter((name) => !places.some((place) => existsSync(join(place, name))))).toEqual([]);
});

test('CONTRIBUTING.md gives a reason for every dependency, and for no other', () => {
  const { dependencies = {}, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
  const [, table = ''] = /^## Dependencies\n([\s\S]*?)^## /m.exec(readFileSync('CONTRIBUTING.md', 'utf8')) ?? [];
  const named = [...table.matchAll(/^\| ([^|]+) \|/gm)].flatMap(([, cell = '']) => cell.split(', '));
  const packages = named.filter((name) => !/^(package|---)$/.test(name));
  expect(packages.sort()).toEqual(Object.keys({ ...dependencies, ...devDependencies }).sort());
});

/** As GitHub makes them. */
function anchor(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
}
