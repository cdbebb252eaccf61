/**
 * Builds dist/. Two bundles from one source tree, because they have different hurries:
 *   zksh.cjs              entry, one-shot, scripts. CommonJS: Node starts it faster than an ES module. No Ink, no React.
 *   shell.js, sandbox.js, index.js    the REPL, the server, the library. ES modules with shared chunks; the first two are loaded by
 *                         `import()`.
 * Beside them: types/ (for the library), meta.json (what is in which), zksh.cache (V8's code cache of zksh.cjs), THIRD-PARTY-LICENSES.txt.
 *
 * `node build.mjs` builds; `node build.mjs --if-stale` builds when a source is newer than the last build.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = dirname(fileURLToPath(import.meta.url));
const DIST = join(ROOT, 'dist');
/** Where the build grows, beside dist because source maps are relative; dist is replaced as a whole, also under a test's feet. */
const DRAFT = join(ROOT, `dist.${process.pid}`);
/** What is in which bundle, for the tests. Its time is that of the last complete build. */
const META = join(DIST, 'meta.json');
const SOURCES = ['src', 'bin', 'build.mjs', 'package.json', 'package-lock.json', 'tsconfig.build.json'];
/** What a one-shot must never load. */
const SHELL_ONLY =
  /[\\/]node_modules[\\/](ink|react|react-reconciler|yoga-layout)[\\/]|[\\/]src[\\/](shell|sandbox)[\\/]/;

const require = createRequire(import.meta.url);
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

/**
 * What the one-shot bundle imports of the others: `import('../shell/run-shell.js')` becomes the built module, by way of
 * bin/import-module.js: code that V8 took from a cache cannot import modules itself. Functions, all of them asynchronous.
 */
const OTHER_BUNDLES = {
  '../shell/run-shell.js': { module: 'shell', functions: ['runShell'] },
  '../sandbox/index.js': { module: 'sandbox', functions: ['startSandbox', 'parseZooCfg'] },
};
const otherBundles = {
  name: 'other-bundles',
  setup(bundle) {
    bundle.onResolve({ filter: /\/(shell\/run-shell|sandbox\/index)\.js$/ }, ({ path }) => ({
      path,
      namespace: 'other-bundle',
    }));
    bundle.onResolve({ filter: /import-module\.js$/ }, ({ path }) => ({ path, external: true }));
    bundle.onLoad({ filter: /./, namespace: 'other-bundle' }, ({ path }) => {
      const { module, functions } = OTHER_BUNDLES[path];
      const load = `require('../bin/import-module.js')('${module}')`;
      return {
        contents: functions
          .map((name) => `exports.${name} = async (...args) => (await ${load}).${name}(...args);`)
          .join('\n'),
      };
    });
  },
};

/**
 * Loaded at first use, because few one-shots use them and each costs a start one to thirty milliseconds (string-width
 * makes an Intl.Segmenter).
 */
const LAZY_BUILTINS = /^(node:)?(crypto|tls|zlib|v8|fs\/promises|child_process|readline)$/;
const LAZY_FUNCTIONS = /^(wrap-ansi|string-width)$/;
/** Packages of CommonJS, of which one function is used. */
const LAZY_METHODS = { picomatch: 'makeRe' };
const LAZY_OBJECTS = /^picomatch$/;
const lazyModules = {
  name: 'lazy-modules',
  setup(bundle) {
    bundle.onResolve({ filter: LAZY_BUILTINS }, ({ path, namespace }) =>
      namespace === 'lazy' ? { path, external: true } : { path, namespace: 'lazy' },
    );
    bundle.onResolve({ filter: LAZY_FUNCTIONS }, ({ path, namespace, importer }) =>
      namespace === 'lazy' || importer.includes('node_modules') ? undefined : { path, namespace: 'lazy' },
    );
    bundle.onResolve({ filter: LAZY_OBJECTS }, ({ path, namespace }) =>
      namespace === 'lazy' ? undefined : { path, namespace: 'lazy' },
    );
    bundle.onLoad({ filter: LAZY_OBJECTS, namespace: 'lazy' }, ({ path }) => ({
      contents: `export default { ${LAZY_METHODS[path]}: (...args) => require('${path}').${LAZY_METHODS[path]}(...args) };`,
      resolveDir: ROOT,
    }));
    bundle.onLoad({ filter: LAZY_BUILTINS, namespace: 'lazy' }, ({ path }) => {
      const getters = Object.keys(require(path)).map((name) => `get ${name}() { return require('${path}').${name}; },`);
      return { contents: `module.exports = { ${getters.join('\n')} };` };
    });
    bundle.onLoad({ filter: LAZY_FUNCTIONS, namespace: 'lazy' }, ({ path }) => ({
      contents: `export default (...args) => require('${path}').default(...args);`,
      resolveDir: ROOT,
    }));
  },
};

/** What packages bring along and never use here. */
const leanDependencies = {
  name: 'lean-dependencies',
  setup(bundle) {
    // node-zookeeper-client wants three of underscore's functions, and async only for calls that we do not make.
    bundle.onResolve({ filter: /^(underscore|async)$/ }, ({ path, importer }) =>
      importer.includes('node-zookeeper-client') ? { path, namespace: 'lean' } : undefined,
    );
    bundle.onLoad({ filter: /^underscore$/, namespace: 'lean' }, () => ({
      contents: ['clone', 'defaults', 'shuffle']
        .map((name) => `export { default as ${name} } from 'underscore/modules/${name}.js';`)
        .join('\n'),
      resolveDir: ROOT,
    }));
    bundle.onLoad({ filter: /^async$/, namespace: 'lean' }, () => ({
      contents: `module.exports = { ${['eachSeries', 'reduce', 'whilst']
        .map((name) => `get ${name}() { return require('async/${name}.js'); },`)
        .join('\n')} };`,
      resolveDir: ROOT,
    }));
    bundle.onResolve({ filter: /^assert$/ }, ({ path, importer }) =>
      importer.includes('node-zookeeper-client') ? { path, namespace: 'lean' } : undefined,
    );
    bundle.onLoad({ filter: /^assert$/, namespace: 'lean' }, () => ({
      contents: 'module.exports = (value, message) => { if (!value) throw new Error(message); };',
    }));
    // Yoga has its WebAssembly in a data: URL and would fetch it: that loads Node's HTTP client, for a fifth of the prompt's time.
    bundle.onLoad({ filter: /[\\/]yoga-wasm-base64-esm\.js$/ }, ({ path }) => ({
      contents: `const fetch = undefined;\n${readFileSync(path, 'utf8')}`,
    }));
    // Whether there is colour is decided by the options and the terminal, in one place: chalk need not look.
    bundle.onLoad({ filter: /[\\/]chalk[\\/]source[\\/]vendor[\\/]supports-color[\\/]index\.js$/ }, () => ({
      contents: 'export default { stdout: false, stderr: false };',
    }));
  },
};

/** Ink loads its developer tools when DEV=true; they are no part of a production build. */
const withoutDevtools = {
  name: 'without-devtools',
  setup(bundle) {
    bundle.onLoad({ filter: /[\\/]ink[\\/]build[\\/]devtools\.js$/ }, () => ({ contents: '' }));
  },
};

if (process.argv.includes('--if-stale') && isFresh()) {
  process.exit(0);
}
try {
  mkdirSync(DRAFT);
  const oneShot = await bundleOneShot();
  const modules = await bundleModules();
  stampBundle();
  emitTypes();
  writeLicences([oneShot, modules]);
  writeFileSync(join(DRAFT, 'meta.json'), JSON.stringify({ oneShot, modules }));
  replaceDist();
  await storeCodeCache();
} finally {
  rmSync(DRAFT, { recursive: true, force: true });
}

function isFresh() {
  const sources = SOURCES.map((name) => join(ROOT, name));
  return existsSync(META) && newest(sources) <= statSync(META).mtimeMs && isCacheOurs();
}

/** Of the Node that runs now. */
function isCacheOurs() {
  const file = join(DIST, 'zksh.cache');
  return existsSync(file) && readFileSync(file, 'latin1').slice(0, 128).includes(` ${process.version} `);
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
    minifyWhitespace: true,
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
    outfile: join(DRAFT, 'zksh.cjs'),
    format: 'cjs',
    plugins: [otherBundles, leanDependencies, lazyModules],
  });
  const strays = Object.keys(result.metafile.inputs).filter((file) => SHELL_ONLY.test(sep + file));
  if (strays.length > 0) {
    throw new Error(`the one-shot bundle must not contain ${strays.join(', ')}`);
  }
  const imports = Object.values(result.metafile.outputs).flatMap((output) => output.imports);
  const dynamic = imports.filter(({ kind }) => kind === 'dynamic-import').map(({ path }) => path);
  if (dynamic.length > 0) {
    // A script with a code cache cannot import (vm.Script); what it loads later it must require.
    throw new Error(`the one-shot bundle must not import() ${dynamic.join(', ')}: see LAZY_BUILTINS`);
  }
  return result.metafile;
}

async function bundleModules() {
  const entryPoints = { shell: 'src/shell/run-shell.tsx', index: 'src/index.ts', sandbox: 'src/sandbox/index.ts' };
  const result = await build({
    ...shared(),
    entryPoints: Object.fromEntries(Object.entries(entryPoints).filter(([, file]) => existsSync(join(ROOT, file)))),
    outdir: DRAFT,
    format: 'esm',
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    jsx: 'automatic',
    // CommonJS packages inside an ES module still ask for Node's own modules by require.
    banner: {
      js: "import { createRequire as zkshRequire } from 'node:module';\nconst require = zkshRequire(import.meta.url);",
    },
    plugins: [withoutDevtools, leanDependencies],
  });
  return result.metafile;
}

/** The first line of zksh.cjs names its content, so that a code cache can be told from another build's (bin/load.js). */
function stampBundle() {
  const file = join(DRAFT, 'zksh.cjs');
  const text = readFileSync(file, 'utf8');
  const id = createHash('sha256').update(text).digest('hex').slice(0, 32);
  // In front of the first line's code, not above it: the source map stays true.
  writeFileSync(file, `/*${id}*/${text}`);
}

function replaceDist() {
  const old = join(DRAFT, 'old');
  if (existsSync(DIST)) {
    renameSync(DIST, old);
  }
  renameSync(DRAFT, DIST);
  rmSync(join(DIST, 'old'), { recursive: true, force: true });
}

function emitTypes() {
  if (!existsSync(join(ROOT, 'src/index.ts'))) {
    return;
  }
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  run(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--outDir', join(DRAFT, 'types')]);
}

/**
 * V8's code cache of a whole `get`, so that what it needs is compiled; bin/load.js writes it as it would for a user. Best
 * effort: without it the bundle is compiled at each start, nothing else.
 */
async function storeCodeCache() {
  const folder = mkdtempSync(join(tmpdir(), 'zksh-build-'));
  const server = createServer(answerGet).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  const get = [join(ROOT, 'bin/zksh.js'), '-s', `127.0.0.1:${port}`, '--connect-timeout', '5s', 'get', '/x'];
  const child = spawn(process.execPath, get, { env: { ...process.env, XDG_CACHE_HOME: folder }, stdio: 'ignore' });
  await once(child, 'close');
  server.close();
  const [name] = existsSync(join(folder, 'zksh')) ? readdirSync(join(folder, 'zksh')).filter(isCache) : [];
  if (name !== undefined) {
    const bytes = readFileSync(join(folder, 'zksh', name));
    writeFileSync(join(DIST, 'zksh.cache'), bytes);
  }
  rmSync(folder, { recursive: true, force: true });
}

function isCache(name) {
  return name.endsWith('.cache');
}

/** As much of a server as one `get` needs: a session, a znode with the data `x`, the end of the session. */
function answerGet(socket) {
  const session = frame(Buffer.from(`00000000${'00007530'}${'0000000000000001'}00000010${'00'.repeat(17)}`, 'hex'));
  const data = Buffer.from(`0000000178${'00'.repeat(68)}`, 'hex');
  let requests = Buffer.alloc(0);
  let isOpen = false;
  socket.on('error', () => {});
  socket.on('data', (chunk) => {
    requests = Buffer.concat([requests, chunk]);
    while (requests.length >= 4 && requests.length >= 4 + requests.readInt32BE()) {
      const request = requests.subarray(4, 4 + requests.readInt32BE());
      requests = requests.subarray(4 + request.length);
      const isGet = isOpen && request.readInt32BE(4) === 4;
      const head = Buffer.concat([request.subarray(0, 4), Buffer.from(`${'00'.repeat(7)}01${'00'.repeat(4)}`, 'hex')]);
      socket.write(isOpen ? frame(isGet ? Buffer.concat([head, data]) : head) : session);
      isOpen = true;
      if (request.readInt32BE(4) === -11) {
        socket.end();
      }
    }
  });
}

function frame(body) {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length);
  return Buffer.concat([length, body]);
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
    join(DRAFT, 'THIRD-PARTY-LICENSES.txt'),
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
