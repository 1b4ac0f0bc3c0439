import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Bundles a program of tests/support that a test starts many times, because a process that resolves and compiles some hundred
 * files by itself starts three times as slowly. Returns the file to start, in the project's folder.
 */
export async function bundleChild(name: string): Promise<string> {
  const folder = `${ROOT}tests/.output/${name}`;
  await build({
    entryPoints: [`${ROOT}tests/support/${name}.ts`],
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    platform: "node",
    format: "esm",
    target: "node20",
    jsx: "automatic",
    alias: { "@": ROOT.slice(0, -1) },
    // These load native code by a path beside their own.
    external: ["bcrypt", "libsql", "pg-native", "sharp"],
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  });
  return `${folder}/${name}.mjs`;
}
