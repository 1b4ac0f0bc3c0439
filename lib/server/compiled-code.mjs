import { accessSync, constants, mkdirSync, readFileSync } from "node:fs";
import { rename, rm, writeFile } from "node:fs/promises";
import module from "node:module";
import { dirname, join, relative } from "node:path";
import { setImmediate } from "node:timers/promises";
import vm from "node:vm";
import { crc32 } from "node:zlib";

const [HEAD, TAIL] = ["(function (exports, require, module, __filename, __dirname) { ", "\n})"];
/** Node warns when a module that we run imports another. These two of Next's never do, unless next.config.mjs names a cache handler. */
const IMPORTS = /\bimport\s*\(/;
const IMPORTS_NOTHING = /\bapp-(page|route)-turbo\.runtime\.prod\.js$/;
/** Code compiled by another version is of no use to this one. */
const VERSION = `${process.version} ${process.arch}`;

/** @typedef {Map<string, { sum: number, script: vm.Script }>} Modules by path; `sum` is the source's checksum */

/**
 * Runs CommonJS modules with the code that the last start compiled. Node's own compile cache stores a module before it runs: the
 * functions that are compiled at their first call, which are nearly all, are missing there for ever. This stands in for the
 * method by which Node compiles a module that it has read. Node's documented hooks cost a tenth of a start.
 * @param {string} file where the code is kept
 * @returns {(() => Promise<void>) | null} ends this, and keeps the code for the next start if something was compiled. Call it when
 * the start is over and nothing else is to do: it takes some tenths of a second, in pieces. Null if nothing is or can be kept:
 * then this changes nothing.
 */
export function runCompiled(file) {
  const known = readCode(file);
  if (known.size === 0 && !canWrite(dirname(file))) return null;
  /** @type {Modules} */
  const modules = new Map();
  let isNew = false;

  const nodesOwn = module.prototype._compile;
  module.prototype._compile = function compileKept(source, filename, format) {
    const sum = crc32(source);
    const kept = known.get(filename);
    const code = kept?.sum === sum ? kept.code : undefined;
    const script = (code || isPlain(source, filename, format)) && compile(filename, source, code);
    if (!script) return nodesOwn.call(this, source, filename, format);
    // Undefined if nothing was kept.
    if (script.cachedDataRejected !== false) isNew = true;
    modules.set(filename, { sum, script });
    const run = script.runInThisContext();
    return run.call(this.exports, this.exports, requireOf(this), this, filename, dirname(filename));
  };

  return async () => {
    module.prototype._compile = nodesOwn;
    known.clear();
    if (isNew) await writeCode(file, modules);
    modules.clear();
  };
}

function canWrite(folder) {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** What `self` has as `require`. Node's own costs a twentieth of a millisecond to make, and few modules ask it for more than modules. */
function requireOf(self) {
  const require = (id) => self.require(id);
  for (const name of ["resolve", "main", "extensions", "cache"])
    Object.defineProperty(require, name, { get: () => module.createRequire(self.filename)[name] });
  return require;
}

/** Node leaves the format open if package.json does not name one. */
function isPlain(source, filename, format) {
  if (!filename.endsWith(".js") || (format ?? "commonjs") !== "commonjs") return false;
  return !IMPORTS.test(source) || IMPORTS_NOTHING.test(filename);
}

/** @returns null for what is no CommonJS after all, or cannot be compiled: Node knows what to do, or says what is wrong */
function compile(filename, source, cachedData) {
  const importModuleDynamically = vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER;
  const options = { filename, columnOffset: -HEAD.length, cachedData, importModuleDynamically };
  try {
    return new vm.Script(HEAD + source + TAIL, options);
  } catch {
    return null;
  }
}

/**
 * A file begins with the checksum of the rest and the length of the contents, which follow: the version, and for each module its
 * path, its source's checksum and the length of its code. Then come the codes.
 */
const SUM_BYTES = 4;
const HEADER_BYTES = 8;

/** V8 trusts the code, so a file that is not whole counts as none. */
function readCode(file) {
  const known = new Map();
  const folder = process.cwd();
  try {
    const bytes = readFileSync(file);
    if (bytes.readUInt32LE() !== crc32(bytes.subarray(SUM_BYTES))) return known;
    let at = HEADER_BYTES + bytes.readUInt32LE(SUM_BYTES);
    const { version, list } = JSON.parse(bytes.toString("utf8", HEADER_BYTES, at));
    if (version !== VERSION) return known;
    for (const [name, sum, length] of list) {
      known.set(join(folder, name), { sum, code: bytes.subarray(at, at + length) });
      at += length;
    }
  } catch {
    // The first start finds none.
  }
  return known;
}

/** @param {Modules} modules */
async function writeCode(file, modules) {
  const draft = `${file}-${process.pid}`;
  try {
    await writeFile(draft, await toBytes(modules));
    await rename(draft, file);
  } catch {
    // The disk may be full. The next start compiles anew.
    await rm(draft, { force: true }).catch(() => {});
  }
}

/** @param {Modules} modules */
async function toBytes(modules) {
  const [list, codes] = [[], []];
  for (const [filename, { sum, script }] of modules) {
    const code = script.createCachedData();
    list.push([relative("", filename), sum, code.length]);
    codes.push(code);
    // Requests have their turn.
    await setImmediate();
  }
  const contents = Buffer.from(JSON.stringify({ version: VERSION, list }));
  const bytes = Buffer.concat([Buffer.alloc(HEADER_BYTES), contents, ...codes]);
  bytes.writeUInt32LE(contents.length, SUM_BYTES);
  bytes.writeUInt32LE(crc32(bytes.subarray(SUM_BYTES)));
  return bytes;
}
