import { join } from "node:path";
import { start } from "@/lib/cli/processes.mjs";
import { freePort, untilReady } from "../support/server";

/** Serves the app that has one page without code, by Next alone. */
export async function startFloor(folder: string): Promise<{ url: string; pid: number; stop(): void }> {
  const port = await freePort();
  const next = join(folder, "node_modules/next/dist/bin/next");
  const child = start(process.execPath, [next, "start", folder, "--port", String(port)], { cwd: folder });
  const url = `http://localhost:${port}`;
  await untilReady(url, child);
  return { url, pid: child.pid ?? 0, stop: () => void child.kill() };
}
