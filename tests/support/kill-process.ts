import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Order } from "./kill-child";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const BUNDLES = `${ROOT}tests/.output/kill`;
/** As many start ahead as there are cores to start them: starting takes most of a point's time. */
const SPARE = 2;

/** Where a process died, and what it had done until then. */
export type Death = { statements: string[] };

/** Bundles the child once: a process that resolves and compiles some hundred files starts three times as slowly. */
export async function bundleChild(): Promise<string> {
  await build({
    entryPoints: [`${ROOT}tests/support/kill-child.ts`],
    outdir: BUNDLES,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    platform: "node",
    format: "esm",
    target: "node20",
    jsx: "automatic",
    alias: { "@": ROOT.slice(0, -1) },
    // They load native code by a path beside their own.
    external: ["bcrypt", "libsql", "pg-native"],
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  });
  return `${BUNDLES}/kill-child.mjs`;
}

/** Processes that have loaded everything and wait for something to do. */
export class WarmProcesses {
  private readonly waiting: Promise<ChildProcess>[] = [];

  constructor(private readonly file: string) {
    while (this.waiting.length < SPARE) this.startOne();
  }

  /** Plays a story to its death. @throws when it ends in any other way */
  async play(order: Order): Promise<Death> {
    const child = await this.waiting.shift();
    this.startOne();
    if (!child?.stdout || !child.stderr) throw new Error("The process has no output");
    const [output, errors, ended] = [text(child.stdout), text(child.stderr), once(child, "exit")];
    child.send(order);
    const [code, signal] = await ended;
    if (signal !== "SIGKILL") throw new Error(`It ended by itself, with ${code ?? signal}:\n${await errors}`);
    return {
      statements: (await output)
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line)),
    };
  }

  async close(): Promise<void> {
    for (const starting of this.waiting) (await starting).kill("SIGKILL");
  }

  private startOne(): void {
    const child = fork(this.file, { stdio: ["ignore", "pipe", "pipe", "ipc"], execArgv: [] });
    const failed = once(child, "exit").then(() => Promise.reject(new Error("A process ended before it was ready")));
    const ready = once(child, "message").then(() => child);
    this.waiting.push(Promise.race([ready, failed]));
    failed.catch(() => {});
  }
}
