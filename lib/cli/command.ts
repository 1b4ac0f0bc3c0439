import { fileURLToPath } from "node:url";
import nextEnv from "@next/env";
import { EnvError } from "@/lib/env";

/** Whether this module is what was started, not something another one imports. */
export function isCommand(meta: ImportMeta): boolean {
  return process.argv[1] === fileURLToPath(meta.url);
}

/** Reads .env files exactly like Next does. Variables that are set already win. */
export function loadEnvFiles(): void {
  const quiet = { info: () => {}, error: console.error };
  nextEnv.loadEnvConfig(process.cwd(), process.env.NODE_ENV !== "production", quiet);
}

/** Runs a command of this project: .env files first, and a wrong setting is one line, not a stack. */
export async function runCommand(work: () => Promise<void>): Promise<void> {
  loadEnvFiles();
  try {
    await work();
  } catch (error) {
    console.error(error instanceof EnvError ? error.message : error);
    process.exitCode = 1;
  }
}
