/**
 * Builds dist/. Two bundles from one source tree, because they have different hurries:
 *   zksh.cjs              entry, one-shot, scripts. CommonJS: Node starts it faster than an ES module. No Ink, no React.
 *   shell.js, index.js    the REPL and the library. ES modules with shared chunks; the REPL is loaded by `import()`.
 * Beside them: types/ (for the library), zksh.cache (V8's code cache of zksh.cjs), THIRD-PARTY-LICENSES.txt.
 *
 * `node build.mjs` builds; `node build.mjs --if-stale` builds when a source is newer than the last build.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = dirname(fileURLToPath(import.meta.url));
const DIST = join(ROOT, 'dist');
/** Written last: its time is the time of the last complete build. */
const META = join(DIST, 'meta.json');
const SOURCES = ['src', 'bin', 'build.mjs', 'package.json', 'package-lock.json', 'tsconfig.build.json'];
/** What a one-shot must never load. */
const SHELL_ONLY =
  /[\\/]node_modules[\\/](ink|react|react-reconciler|yoga-layout)[\\/]|[\\/]src[\\/](shell|sandbox)[\\/]/;

const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

/** `import('../shell/run-shell.js')` in the one-shot bundle becomes `import('./shell.js')`, the built REPL. */
const shellFromOtherBundle = {
  name: 'shell-from-other-bundle',
  setup(bundle) {
    bundle.onResolve({ filter: /\/shell\/run-shell\.js$/ }, () => ({ path: './shell.js', external: true }));
  },
};

/** Ink asks for react-devtools-core when DEV=true; it is not part of a production build. */
const withoutDevtools = {
  name: 'without-devtools',
  setup(bundle) {
    bundle.onResolve({ filter: /^react-devtools-core$/ }, (args) => ({ path: args.path, namespace: 'empty' }));
    bundle.onLoad({ filter: /.*/, namespace: 'empty' }, () => ({
      contents: 'export default { initialize() {}, connectToDevTools() {} };',
    }));
  },
};

if (process.argv.includes('--if-stale') && isFresh()) {
  process.exit(0);
}
rmSync(DIST, { recursive: true, force: true });
mkdirSync(DIST, { recursive: true });
const oneShot = await bundleOneShot();
const modules = await bundleModules();
stampBundle();
emitTypes();
storeCodeCache();
writeLicences([oneShot, modules]);
writeFileSync(META, JSON.stringify({ oneShot, modules }));

function isFresh() {
  return existsSync(META) && newest(SOURCES.map((name) => join(ROOT, name))) <= statSync(META).mtimeMs;
}

function newest(paths) {
  let latest = 0;
  for (const path of paths) {
    if (!existsSync(path)) {
      continue;
    }
    const info = statSync(path);
    const time = info.isDirectory() ? newest([...readdirSync(path)].map((name) => join(path, name))) : info.mtimeMs;
    latest = Math.max(latest, info.mtimeMs, time);
  }
  return latest;
}

/** Options that both bundles share. */
function shared() {
  return {
    absWorkingDir: ROOT,
    bundle: true,
    platform: 'node',
    target: 'node20',
    minifySyntax: true,
    sourcemap: 'linked',
    sourcesContent: false,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
    define: { ZKSH_VERSION: JSON.stringify(version), 'process.env.NODE_ENV': '"production"' },
  };
}

async function bundleOneShot() {
  const result = await build({
    ...shared(),
    entryPoints: ['src/cli/entry.ts'],
    outfile: 'dist/zksh.cjs',
    format: 'cjs',
    plugins: [shellFromOtherBundle],
  });
  const strays = Object.keys(result.metafile.inputs).filter((file) => SHELL_ONLY.test(sep + file));
  if (strays.length > 0) {
    throw new Error(`the one-shot bundle must not contain ${strays.join(', ')}`);
  }
  return result.metafile;
}

async function bundleModules() {
  const entryPoints = { shell: 'src/shell/run-shell.tsx', index: 'src/index.ts' };
  const result = await build({
    ...shared(),
    entryPoints: Object.fromEntries(Object.entries(entryPoints).filter(([, file]) => existsSync(join(ROOT, file)))),
    outdir: 'dist',
    format: 'esm',
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    jsx: 'automatic',
    // CommonJS packages inside an ES module still ask for Node's own modules by require.
    banner: {
      js: "import { createRequire as zkshRequire } from 'node:module';\nconst require = zkshRequire(import.meta.url);",
    },
    plugins: [withoutDevtools],
  });
  return result.metafile;
}

/** The first line of zksh.cjs names its content, so that a code cache can be told from another build's (bin/load.js). */
function stampBundle() {
  const file = join(DIST, 'zksh.cjs');
  const text = readFileSync(file, 'utf8');
  const id = createHash('sha256').update(text).digest('hex').slice(0, 32);
  // In front of the first line's code, not above it: the source map stays true.
  writeFileSync(file, `/*${id}*/${text}`);
}

function emitTypes() {
  if (!existsSync(join(ROOT, 'src/index.ts'))) {
    return;
  }
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  run(process.execPath, [tsc, '-p', 'tsconfig.build.json']);
}

/** Best effort: without it the bundle is compiled at each start, nothing else. */
function storeCodeCache() {
  spawnSync(process.execPath, [join(ROOT, 'bin/load.js'), '--store-code-cache'], { cwd: ROOT, stdio: 'ignore' });
}

function run(command, args) {
  const { status } = spawnSync(command, args, { cwd: ROOT, stdio: 'inherit' });
  if (status !== 0) {
    throw new Error(`${relative(ROOT, args[0])} failed with status ${status}`);
  }
}

/** The licence of each package of which a part is in a bundle. */
function writeLicences(metafiles) {
  const folders = new Set();
  for (const { inputs } of metafiles) {
    for (const file of Object.keys(inputs)) {
      const match = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file);
      if (match !== null) {
        folders.add(match[1]);
      }
    }
  }
  const parts = [...folders].sort().map(licenceOf);
  writeFileSync(
    join(DIST, 'THIRD-PARTY-LICENSES.txt'),
    `zksh contains parts of these packages.\n\n${parts.join('\n')}`,
  );
}

function licenceOf(folder) {
  const manifest = JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8'));
  const file = readdirSync(join(ROOT, folder)).find((name) => /^(licen[cs]e|copying)/i.test(name));
  const text =
    file === undefined
      ? `Licence: ${manifest.license ?? 'see the package'}`
      : readFileSync(join(ROOT, folder, file), 'utf8');
  return `--- ${manifest.name} ${manifest.version} (${manifest.license ?? 'MIT'})\n\n${text.trim()}\n`;
}
