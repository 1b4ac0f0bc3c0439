import { fileURLToPath } from "node:url";
import nextEnv from "@next/env";
import { EnvError, env } from "@/lib/env";
import { whichDatabase } from "./which-database.mjs";

/** What the person can mend: the message says how, and is all that is printed. */
export class CommandError extends Error {}

/** Whether this module is what was started, not something another one imports. */
export function isCommand(meta: ImportMeta): boolean {
  return process.argv[1] === fileURLToPath(meta.url);
}

/** Reads .env files exactly like Next does. Variables that are set already win. */
export function loadEnvFiles(): void {
  const quiet = { info: () => {}, error: console.error };
  nextEnv.loadEnvConfig(process.cwd(), process.env.NODE_ENV !== "production", quiet);
}

/** Says which database a command is about to change: a forgotten DATABASE_URL is seen before, not after. */
export function announceDatabase(): void {
  console.log(`Database: ${whichDatabase(env().DATABASE_URL)}`);
}

/** Runs a command of this project: .env files first, and a wrong setting is one line, not a stack. */
export async function runCommand(work: () => Promise<void>): Promise<void> {
  loadEnvFiles();
  try {
    await work();
  } catch (error) {
    const isForPeople = error instanceof EnvError || error instanceof CommandError;
    console.error(isForPeople ? error.message : error);
    process.exitCode = 1;
  }
}
