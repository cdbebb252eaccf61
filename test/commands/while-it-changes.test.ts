/** find, grep and du in a subtree in which others create and delete: they end, say what they skipped, and tell no wrong. */
import { afterEach, expect, test } from 'vitest';
import type { Session } from '../../src/client/api.js';
import { describeWithZooKeeper } from '../helpers/skip.js';
import { openScene, type Scene } from './scene.js';

const FOLDERS = 40;
const WITHIN = 60;

describeWithZooKeeper('while others create and delete', (address) => {
  let scene: Scene;
  afterEach(() => scene.close());

  test.each([
    ['find /busy', (line: string) => line.startsWith('/busy')],
    ['find /busy --size +0', (line: string) => line.startsWith('/busy/')],
    ['grep value /busy', (line: string) => /^\/busy\/\S+\t1\tvalue-\d+-\d+$/.test(line)],
    ['du --depth 9 --sort none /busy', (line: string) => /^\d+\t\d+\t\/busy/.test(line)],
  ])('%s', async (line, isRight) => {
    scene = await openScene(address);
    const writer = await scene.open();
    await scene.put('/busy');
    await scene.put('/busy/still', 'value-0-0');
    for (let folder = 0; folder < FOLDERS; folder += 1) {
      await fill(writer, folder);
    }
    let isOver = false;
    const writing = churn(writer, () => isOver);

    for (let round = 0; round < 5; round += 1) {
      const run = await scene.run(line);
      const lines = run.stdout.split('\n').slice(0, -1);

      expect(run.error).toBeUndefined();
      expect(run.status).toBe(0);
      expect(lines.filter((each) => !isRight(each))).toEqual([]);
      expect(new Set(lines).size).toBe(lines.length);
      // What nobody touches is always there.
      expect(lines.some((each) => each.includes(line.startsWith('du') ? '/busy' : '/busy/still'))).toBe(true);
      // Whatever was left out is told, as vanished and as nothing else.
      expect(run.stderr.replace(/^[\d,]+ znodes? \w+, .*; [\d,]+ skipped: vanished meanwhile\n$/, '')).toBe('');
    }
    isOver = true;
    await writing;
  });
});

async function fill(writer: Session, folder: number): Promise<void> {
  const parent = `/busy/f${folder}`;
  const inside = Array.from({ length: WITHIN }, (_, index) => ({
    op: 'create' as const,
    path: `${parent}/n${index}`,
    data: Buffer.from(`value-${folder}-${index}`),
  }));
  await writer.multi([{ op: 'create', path: parent, data: Buffer.from(`value-${folder}-0`) }, ...inside]);
}

/** Deletes one folder after the other with all that is in it, and makes it again. */
async function churn(writer: Session, isOver: () => boolean): Promise<void> {
  for (let round = 0; !isOver(); round += 1) {
    const folder = round % FOLDERS;
    const inside = Array.from({ length: WITHIN }, (_, index) => ({
      op: 'delete' as const,
      path: `/busy/f${folder}/n${index}`,
    }));
    await writer.multi([...inside, { op: 'delete', path: `/busy/f${folder}` }]);
    await fill(writer, folder);
  }
}
