/** The package as it would be published: what is in it, that it installs elsewhere and runs there, and that programs can import it. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../helpers/reaper.js';
import { CTRL_D, openTerminal } from '../terminal/pseudo-terminal.js';
import { ZKSH } from './zksh-process.js';

const folder = temporaryFolder('package');
afterAll(() => folder.remove());
const prefix = join(folder.path, 'prefix');
const project = join(folder.path, 'project');
const npm = (words: readonly string[], cwd: string) =>
  execFileSync('npm', [...words, '--no-audit', '--no-fund', '--loglevel=error'], { cwd, encoding: 'utf8' });

describe(`the package of ${ZKSH}`, () => {
  let files: string[];
  beforeAll(() => {
    // The build stands; a second one under other tests' feet would be in their way.
    const [packed] = JSON.parse(
      npm(['pack', '--json', '--ignore-scripts', '--pack-destination', folder.path], resolve('.')),
    );
    files = packed.files.map(({ path }: { path: string }) => path);
    const tarball = join(folder.path, packed.filename);
    mkdirSync(prefix);
    npm(['install', '--global', '--offline', '--prefix', prefix, tarball], folder.path);
    mkdirSync(project);
    writeFileSync(join(project, 'package.json'), '{ "type": "module" }');
    npm(['install', '--offline', tarball], project);
  }, 120_000);

  test('holds what it needs and nothing else', () => {
    const folders = [...new Set(files.map((path) => path.split('/')[0]))].sort();
    expect(folders).toEqual(
      ['CHANGELOG.md', 'LICENSE', 'README.md', 'bin', 'completions', 'dist', 'man', 'package.json'].sort(),
    );
    expect(files).toContain('dist/THIRD-PARTY-LICENSES.txt');
    expect(files).toContain('dist/types/index.d.ts');
    expect(files).not.toContain('dist/meta.json');
    for (const script of ['bash', 'fish']) expect(files).toContain(`completions/zksh.${script}`);
  });

  test('the licence of every package of which a part is bundled is in it', () => {
    const licences = readFileSync('dist/THIRD-PARTY-LICENSES.txt', 'utf8');
    for (const name of ['commander', 'chalk', 'node-zookeeper-client', 'ink', 'react', 'yoga-layout', 'underscore']) {
      expect(licences).toContain(`--- ${name} `);
    }
  });

  test('runs from where npm put it, with nothing beside it', () => {
    const program = join(prefix, 'bin', 'zksh');
    const { status, stdout } = spawnSync(program, ['--version'], { encoding: 'utf8', cwd: '/' });
    expect([status, stdout.split(' ')[0]]).toEqual([0, 'zksh']);
    const refused = spawnSync(program, ['-s', '127.0.0.1:1', 'ls', '/'], { encoding: 'utf8', cwd: '/' });
    expect([refused.status, refused.stderr.split('\n')[0]]).toEqual([6, expect.stringContaining('127.0.0.1:1')]);
    expect(readdirSync(join(prefix, 'lib', 'node_modules'))).toEqual(['zksh']);
    expect(readdirSync(join(prefix, 'lib', 'node_modules', 'zksh'))).not.toContain('node_modules');
  });

  test('its shell opens there', async () => {
    const terminal = openTerminal({ program: join(prefix, 'bin', 'zksh'), args: ['-s', '127.0.0.1:1'] });
    await terminal.waitForTyped('/> ');
    terminal.type(CTRL_D);
    await terminal.exited;
  });

  test('a program can import it', () => {
    const code = `
      import { connect, isZkshError, KeeperError, ANY_VERSION } from 'zksh';
      try { await connect({ servers: '127.0.0.1:1' }); } catch (error) {
        console.log(isZkshError(error), error.kind, error.code, ANY_VERSION, typeof KeeperError);
      }`;
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
      cwd: project,
      encoding: 'utf8',
    });
    expect({ stdout, stderr }).toEqual({ stdout: 'true connection CONNECTREFUSED -1 function\n', stderr: '' });
  });

  test('a program can start the sandbox, and the program runs on it', () => {
    const code = `
      import { connect } from 'zksh';
      import { startSandbox } from 'zksh/sandbox';
      const sandbox = await startSandbox();
      const session = await connect({ servers: sandbox.address });
      console.log((await session.create('/x', null)).path, sandbox.tree.nodeCount);
      await session.close();
      await sandbox.stop();`;
    const words = ['--input-type=module', '-e', code];
    const { stdout, stderr } = spawnSync(process.execPath, words, { cwd: project, encoding: 'utf8' });
    expect({ stdout, stderr }).toEqual({ stdout: '/x 6\n', stderr: '' });
    const shell = spawnSync(join(prefix, 'bin', 'zksh'), ['--sandbox', 'get', '/config/db'], { encoding: 'utf8' });
    expect([shell.status, shell.stdout]).toEqual([0, 'host=db1']);
  });

  test('its types are sound and complete, checked with those of its own files', () => {
    writeFileSync(
      join(project, 'use.ts'),
      `import { connect, type Session, type Stat } from 'zksh';
       import { type Sandbox, startSandbox } from 'zksh/sandbox';
       const sandbox: Sandbox = await startSandbox({ settings: { tickTime: 500 } });
       export const struck: number = sandbox.faults.answer('NOAUTH', { ops: ['create'], times: 1 }).count;
       const session: Session = await connect('localhost:2181');
       const { data, stat }: { data: Buffer | null; stat: Stat } = await session.getData('/x');
       export const sum: bigint = stat.czxid + BigInt(data?.length ?? 0);
       // @ts-expect-error a path is text
       await session.getData(5);`,
    );
    const options = {
      strict: true,
      module: 'NodeNext',
      target: 'ES2022',
      noEmit: true,
      skipLibCheck: false,
      types: ['node'],
      typeRoots: [resolve('node_modules/@types')],
    };
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: ['use.ts'] }));
    const { status, stdout } = spawnSync(
      process.execPath,
      [resolve('node_modules/typescript/bin/tsc'), '-p', project],
      {
        encoding: 'utf8',
      },
    );
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  });
});
