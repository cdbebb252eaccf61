/** docs/client.md: its example runs, and prints what the page says. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { describeWithZooKeeper } from '../helpers/skip.js';

const ROOT = join(import.meta.dirname, '../..');

describeWithZooKeeper('the example of docs/client.md', (address) => {
  test('runs as it stands there, and prints what it says there', async () => {
    const page = readFileSync(join(ROOT, 'docs/client.md'), 'utf8');
    const [, example = '', printed = ''] = /```ts\n(.*?)```.*?It prints:\n\n```\n(.*?)```/s.exec(page) ?? [];
    expect(example).toContain("from 'zksh'");
    const folder = mkdtempSync(join(tmpdir(), 'zksh-docs-'));
    const file = join(folder, 'example.mts');
    writeFileSync(file, example.replace("'zksh'", JSON.stringify(join(ROOT, 'src/index.ts'))));
    try {
      const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', file], {
        cwd: ROOT,
        env: { ...process.env, ZOOKEEPER: address },
      });
      expect(stdout).toBe(printed);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
