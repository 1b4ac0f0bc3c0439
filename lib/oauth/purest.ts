import { join } from "node:path";

/**
 * The npm package `purest`, if this project has it: Strapi's older guides ask providers with it. It is looked for when it
 * is wanted, and not bundled, because most projects have none. What it asks is not held to the limits of `transport.ts`.
 */
export function findPurest(root = process.cwd()): unknown {
  try {
    return process.getBuiltinModule("node:module").createRequire(join(root, "package.json"))("purest");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "MODULE_NOT_FOUND") return undefined;
    throw error;
  }
}
