import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import nextEnv from "@next/env";
import { isUnavailable } from "@/lib/db/outage";
import { env } from "@/lib/env";
import { log } from "@/lib/log";
import { isSet, makeSecret } from "./env-files.mjs";
import { whichDatabase } from "./which-database.mjs";

/** PostgreSQL's own codes. */
const LOGIN_REFUSED = /^28(000|P01)$/;
const NO_SUCH_DATABASE = "3D000";

/** A problem that the person can fix: the message says how, and the command prints nothing else. */
export class CommandError extends Error {
  override name = "CommandError";
}

/** Whether this module was started as a command and not imported. */
export function isCommand(meta: ImportMeta): boolean {
  return process.argv[1] === fileURLToPath(meta.url);
}

/** Reads .env files exactly like Next does. Variables that are set already win. */
function loadEnvFiles(): void {
  const quiet = { info: () => {}, error: console.error };
  nextEnv.loadEnvConfig(process.cwd(), process.env.NODE_ENV !== "production", quiet);
}

/**
 * For commands on a running site: reads the .env files that `npm start` reads, unless NODE_ENV says otherwise. If a
 * required variable is missing there, and development has a database, this is a developer's machine: then it reads
 * development's.
 */
export function takeSettingsOfStart(): void {
  const folder = process.cwd();
  const hasDevelopment = existsSync(join(folder, "prisma/dev.db")) || isSet("DATABASE_URL", "development", folder);
  const canStart = ["DATABASE_URL", "APP_URL"].every((name) => isSet(name, "production", folder));
  const isDevelopment = !canStart && hasDevelopment;
  if (!process.env.NODE_ENV) Object.assign(process.env, { NODE_ENV: isDevelopment ? "development" : "production" });
}

/** Development needs nothing filled in: it gets a secret where there is none. */
function giveDevelopmentSecret(): void {
  if (process.env.NODE_ENV === "production" || process.env.AUTH_SECRET) return;
  process.env.AUTH_SECRET = makeSecret(process.cwd());
  console.log("Made AUTH_SECRET in .env.local");
}

/**
 * Prints which database a command is about to change, so that the person sees a forgotten DATABASE_URL before. From here on the
 * command speaks to a person, in sentences, and the log is silent.
 */
export function announceDatabase(url?: string): void {
  log.level = "silent";
  giveDevelopmentSecret();
  console.log(`Database: ${whichDatabase(url ?? env().DATABASE_URL)}`);
}

/**
 * Runs a command of this project: .env files first, and a wrong setting or option is one line, not a stack.
 * @param usage how to call it, for those who called it otherwise
 */
export async function runCommand(work: () => Promise<void>, usage?: string): Promise<void> {
  loadEnvFiles();
  try {
    await work();
  } catch (error) {
    // Compared by name, because every bundle has its own copy of the class.
    const isForPeople = error instanceof Error && /^(EnvError|CommandError)$/.test(error.name);
    console.error(isForPeople ? error.message : (misuse(error, usage) ?? databaseProblem(error) ?? error));
    process.exitCode = 1;
  }
}

/** The option that there is not, as Node's parseArgs names it in its first sentence. */
function misuse(error: unknown, usage?: string): string | undefined {
  if (!(error instanceof Error && "code" in error && /^ERR_PARSE_ARGS_/.test(String(error.code)))) return undefined;
  return `${error.message.split(". ", 1)}. Call it like: ${usage}`;
}

/** The problem with the database that a person can fix. */
function databaseProblem(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = "code" in error ? String(error.code) : "";
  if (LOGIN_REFUSED.test(code)) return `PostgreSQL says: ${error.message}. Mend DATABASE_URL.`;
  if (code === NO_SUCH_DATABASE) return `PostgreSQL says: ${error.message}. Create it, or mend DATABASE_URL.`;
  const [, reason] = error.message.match(/^Can't reach database server: (.+)/) ?? [];
  if (reason) return `The database cannot be reached (${reason}): start it, or mend DATABASE_URL.`;
  if (isUnavailable(error)) return "The database cannot be reached: start it, or mend DATABASE_URL.";
  return code === "P2021" ? "This database has no tables yet: start the site once, which makes them." : undefined;
}
