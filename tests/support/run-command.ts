import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const LOADER = pathToFileURL(resolve("node_modules/tsx/dist/loader.mjs")).href;

/** Runs a command of the project in a folder of .env files, with only these settings. */
export function runCommand(
  cwd: string,
  file: string,
  settings: Record<string, string> = {},
  args: string[] = [],
): Promise<{ code: number | null; output: string }> {
  const env = { ...process.env };
  for (const name of Object.keys(env)) if (name !== "PATH" && name !== "HOME") delete env[name];
  Object.assign(env, { TSX_TSCONFIG_PATH: resolve("tsconfig.json") }, settings);
  const loader = file.endsWith(".ts") ? ["--import", LOADER] : [];
  const child = spawn(process.execPath, [...loader, resolve(file), ...args], { cwd, env });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  return new Promise((done) => child.on("close", (code) => done({ code, output })));
}
