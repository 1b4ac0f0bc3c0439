import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import Module, { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import vm from "node:vm";
import { crc32 } from "node:zlib";

// Half of a start is V8 compiling what the start before compiled too. Node's own cache (module.enableCompileCache) keeps a
// module as it is before it runs: without the functions in it, which is nearly all of what Next built.

const WRAPPER = Module.wrap("\n").indexOf("\n");

/**
 * From here on, required modules are compiled from what an earlier start kept, where their text is still the same.
 * @param {string} folder where it is kept, for this version of Node alone; what cannot be written is not kept
 * @returns {() => void} keeps what was compiled by now, for later starts, and nothing that is required after that
 */
export function compileFromKept(folder) {
  const kept = join(folder, `${process.version}-${process.arch}`);
  /** @type {Map<string, vm.Script>} */
  const toKeep = new Map();
  let writable = true;
  try {
    mkdirSync(kept, { recursive: true });
  } catch {
    writable = false;
  }
  const { _compile } = Module.prototype;
  Module.prototype._compile = function (content, filename, format) {
    if (format && format !== "commonjs") return _compile.call(this, content, filename, format);
    // The path within the project: a copy of it at another place has the same code.
    const file = join(kept, `${crc32(relative(process.cwd(), filename))}-${crc32(content)}-${content.length}`);
    const cachedData = read(file);
    const script = compile(content, filename, cachedData);
    // Some packages' files are ES modules that say nothing of it.
    if (!script) return _compile.call(this, content, filename, format);
    if (writable && (!cachedData || script.cachedDataRejected)) toKeep.set(file, script);
    const run = script.runInThisContext();
    return run.call(this.exports, this.exports, createRequire(filename), this, filename, dirname(filename));
  };

  return () => {
    try {
      for (const [file, script] of toKeep) {
        // Another process may be starting from the same folder.
        const unfinished = `${file}.${process.pid}`;
        writeFileSync(unfinished, script.createCachedData());
        renameSync(unfinished, file);
      }
    } catch {
      // The next start compiles for itself.
    }
    toKeep.clear();
    writable = false;
  };
}

function read(file) {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

function compile(content, filename, cachedData) {
  try {
    return new vm.Script(Module.wrap(content.replace(/^#!.*/, "")), {
      filename,
      cachedData,
      columnOffset: -WRAPPER,
      importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    });
  } catch {
    return undefined;
  }
}
