/**
 * Loads dist/zksh.cjs with V8's code cache of it, where there is one for this very bundle and this very Node: compiling is
 * a third of what a start costs beyond Node's own. Any doubt about a cache means an ordinary load.
 *
 * The build makes dist/zksh.cache; where another Node runs than built, a cache of the user's own is written when the
 * process ends. Node's own (module.enableCompileCache, from 22.1 on) costs a start 8 ms more: measured on 22 and 24.
 */
'use strict';
const fs = require('node:fs');
const Module = require('node:module');
const path = require('node:path');
const vm = require('node:vm');

const BUNDLE = path.join(__dirname, '..', 'dist', 'zksh.cjs');
/** Bytes before V8's: id of the bundle and tag of this Node, length, checksum. */
const HEAD_BYTES = 128;
const CHECKSUM_STEP = 256;

if (process.argv.includes('--debug') || process.env.NODE_DISABLE_COMPILE_CACHE) {
  // Stacks with the names of the sources: Node maps only what it loads itself.
  process.setSourceMapsEnabled(true);
  require(BUNDLE);
} else {
  loadWithCache();
}

function loadWithCache() {
  const source = fs.readFileSync(BUNDLE, 'latin1');
  // The build puts the bundle's own hash into its first bytes: /*…*/
  const tag = `${source.slice(2, 34)} ${process.version} ${process.arch}`;
  const own = userFolder() && path.join(userFolder(), `${tag.replaceAll(' ', '-')}.cache`);
  const cachedData = readCache(path.join(__dirname, '..', 'dist', 'zksh.cache'), tag) ?? (own && readCache(own, tag));
  const script = new vm.Script(Module.wrap(source), {
    filename: BUNDLE,
    // The wrapper stands on the first line.
    columnOffset: -Module.wrapper[0].length,
    cachedData: cachedData ?? undefined,
  });
  if (own && (!cachedData || script.cachedDataRejected)) {
    // At the end, because then the functions that a run needs are compiled.
    process.once('exit', () => writeCache(own, tag, script.createCachedData()));
  }
  const bundle = new Module(BUNDLE, module);
  bundle.filename = BUNDLE;
  bundle.paths = [];
  script.runInThisContext()(bundle.exports, Module.createRequire(BUNDLE), bundle, BUNDLE, path.dirname(BUNDLE));
}

function readCache(file, tag) {
  try {
    const bytes = fs.readFileSync(file);
    const data = bytes.subarray(HEAD_BYTES);
    return bytes.toString('latin1', 0, HEAD_BYTES) === head(tag, data) ? data : null;
  } catch {
    return null;
  }
}

/** Whole or not at all, and never in the way: a cache that cannot be written is no matter. */
function writeCache(file, tag, data) {
  const draft = `${file}.${process.pid}`;
  try {
    fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    fs.writeFileSync(draft, Buffer.concat([Buffer.from(head(tag, data), 'latin1'), data]), {
      mode: 0o600,
      flush: true,
    });
    fs.renameSync(draft, file);
  } catch {
    remove(draft);
  }
}

function remove(file) {
  try {
    fs.rmSync(file, { force: true });
  } catch {
    // It could not be made either.
  }
}

function head(tag, data) {
  return `${tag} ${data.length} ${checksum(data)}`.padEnd(HEAD_BYTES);
}

/** Of a word in each KiB: V8 does not look at its cache's bytes, and a torn file is wrong by whole pages. */
function checksum(data) {
  const words = new Int32Array(data.buffer, data.byteOffset, data.length >> 2);
  let sum = 0;
  for (let at = 0; at < words.length; at += CHECKSUM_STEP) {
    sum = (Math.imul(sum, 31) + words[at]) | 0;
  }
  return sum;
}

function userFolder() {
  const { XDG_CACHE_HOME, HOME } = process.env;
  const base = XDG_CACHE_HOME && path.isAbsolute(XDG_CACHE_HOME) ? XDG_CACHE_HOME : HOME && path.join(HOME, '.cache');
  return base && path.isAbsolute(base) ? path.join(base, 'zksh') : undefined;
}
