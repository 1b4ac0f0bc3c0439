import { join } from "node:path";

/**
 * The npm package `purest`, if this project has it: Strapi's older guides ask providers with it. It is loaded on
 * first use and not bundled, because most projects do not have it. The limits of `transport.ts` do not hold for its requests.
 */
export function findPurest(root = process.cwd()): unknown {
  try {
    return process.getBuiltinModule("node:module").createRequire(join(root, "package.json"))("purest");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "MODULE_NOT_FOUND") return undefined;
    throw error;
  }
}
