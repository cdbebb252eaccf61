/** Plays every transcript beside this file, each in a chroot of its own, and looks that each verb has one. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { COMMANDS } from '../../src/commands/registry.js';
import type { Sandbox } from '../../src/sandbox/sandbox.js';
import { startSandbox } from '../../src/sandbox/start.js';
import { openScene, type Scene } from '../commands/scene.js';
import { describeWithZooKeeper } from '../helpers/skip.js';
import { type Entry, formatOutcome, formatTranscript, parseTranscript, type Step } from './transcript.js';

const FOLDER = import.meta.dirname;
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith('.txt'));
/** Files that commands name. */
const GIVEN = readdirSync(join(FOLDER, 'files')).map(
  (name) => [name, readFileSync(join(FOLDER, 'files', name))] as const,
);
const IS_WRITING = process.env.ZKSH_TRANSCRIPTS === 'write';

function readTranscript(file: string): Entry[] {
  return parseTranscript(readFileSync(join(FOLDER, file), 'utf8'));
}

describeWithZooKeeper('transcripts', (address) => {
  let scene: Scene;
  let sandbox: Sandbox | null = null;
  afterEach(async () => {
    await scene.close();
    await sandbox?.stop();
  });

  test.each(FILES)('%s', async (file) => {
    // What is for the shell only is shown as it is there.
    sandbox = file === 'fault.txt' ? await startSandbox() : null;
    scene = await openScene(address, { isShell: file.startsWith('shell-'), ...(sandbox !== null && { sandbox }) });
    for (const [name, bytes] of GIVEN) scene.files.set(name, bytes);
    const entries = readTranscript(file);
    const played: Entry[] = [];
    for (const entry of entries) {
      played.push(entry.kind === 'comment' ? entry : { ...entry, expected: await play(scene, entry) });
    }
    if (IS_WRITING) {
      writeFileSync(join(FOLDER, file), formatTranscript(played));
    }
    expect(formatTranscript(played)).toBe(formatTranscript(entries));
  });
});

async function play(scene: Scene, step: Step): Promise<string> {
  const { columns, kind, line } = step;
  const terminal = columns === null ? {} : { terminal: true, width: columns, format: 'human' as const };
  const outcome = await scene.run(line, { render: terminal });
  if (kind === 'setup') {
    expect(outcome.stderr).toBe('');
    return '';
  }
  return formatOutcome(outcome);
}

describe('the transcripts', () => {
  const steps = FILES.flatMap(readTranscript).filter((entry): entry is Step => entry.kind === 'typed');

  test.each(COMMANDS.map(({ name }) => name))('show %s at least twice, and once how it fails', (name) => {
    const own = steps.filter(({ line }) => line.split(' ')[0] === name);

    expect(own.length).toBeGreaterThanOrEqual(2);
    expect(own.some(({ expected }) => /^= \d+$/m.test(expected))).toBe(true);
  });
});
