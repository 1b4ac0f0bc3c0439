import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "vitest";

const run = promisify(execFile);

/** Inside the project, because the bundler follows no link that leads out of it. */
export const COPIES = ".next/copies";
const NOT_COPIED =
  /^(node_modules|\.next|\.git|tests\/\.output|\.env(?!\.example).*|prisma\/[^/]+\.db.*|.*\.tsbuildinfo)$/;
/** A file that npm writes for itself, and would write through a link. */
const NPMS_OWN = ".package-lock.json";

/** A copy of the project as it is now, with the packages that are installed here. @returns its folder */
export function copyProject(name: string): string {
  const copy = join(COPIES, name);
  rmSync(copy, { recursive: true, force: true });
  copyFolder(".", copy);
  mkdirSync(join(copy, "node_modules"));
  for (const entry of readdirSync("node_modules"))
    if (entry !== NPMS_OWN && entry !== ".cache")
      symlinkSync(join(process.cwd(), "node_modules", entry), join(copy, "node_modules", entry), "junction");
  copyFileSync(join("node_modules", NPMS_OWN), join(copy, "node_modules", NPMS_OWN));
  return copy;
}

function copyFolder(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const path = join(from, entry.name);
    if (NOT_COPIED.test(path)) continue;
    if (entry.isDirectory()) copyFolder(path, join(to, entry.name));
    else copyFileSync(path, join(to, entry.name));
  }
}

/** Runs a command in a copy. @throws with all that it printed, when it fails */
export async function runIn(copy: string, file: string, ...args: string[]): Promise<string> {
  const { stdout, stderr } = await run(file, args, {
    cwd: copy,
    env: { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" },
    maxBuffer: 10_000_000,
  }).catch(({ stdout, stderr }) => expect.fail(`${file} ${args.join(" ")}\n${stdout}${stderr}`));
  return stdout + stderr;
}

/** Runs a package's program in a copy, by its path in node_modules. */
export function runBin(copy: string, path: string, ...args: string[]): Promise<string> {
  return runIn(copy, process.execPath, join("node_modules", path), ...args);
}
