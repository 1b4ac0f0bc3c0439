import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { findPrometheus } from "./prometheus.mjs";
import { scratchFolder } from "./scratch";
import { freePort, untilReady } from "./server";

export type Prometheus = {
  /** Evaluates an expression. @returns its series @throws Prometheus' own message for a refusal */
  query(expression: string): Promise<unknown[]>;
  stop(): Promise<void>;
};

/** @returns promtool's complaints about metrics in Prometheus' text format; empty for none */
export function checkMetrics(text: string): string {
  const promtool = join(dirname(findPrometheus() ?? ""), "promtool");
  const { status, stdout, stderr } = spawnSync(promtool, ["check", "metrics"], { input: text, encoding: "utf8" });
  return status === 0 ? stdout + stderr : `promtool ended with ${status}\n${stdout}${stderr}`;
}

/** Starts a Prometheus that reads `http://127.0.0.1:<port>/metrics` each second. */
export async function startPrometheus(port: number): Promise<Prometheus> {
  const program = findPrometheus();
  if (!program) throw new Error("There is no Prometheus on this machine");
  const folder = scratchFolder("prometheus");
  const settings = join(folder, "prometheus.yml");
  const target = { job_name: "site", scrape_interval: "1s", static_configs: [{ targets: [`127.0.0.1:${port}`] }] };
  // JSON is also YAML.
  writeFileSync(settings, JSON.stringify({ scrape_configs: [target] }));
  const own = await freePort();
  const url = `http://127.0.0.1:${own}`;
  const options = [
    `--config.file=${settings}`,
    `--storage.tsdb.path=${join(folder, "data")}`,
    `--web.listen-address=127.0.0.1:${own}`,
  ];
  const child = spawn(program, options, { stdio: "ignore" });
  await untilReady(`${url}/-/ready`, child);
  return {
    async query(expression) {
      const asked = await fetch(`${url}/api/v1/query?${new URLSearchParams({ query: expression })}`);
      const { status, error, data } = await asked.json();
      if (status !== "success") throw new Error(`${expression}: ${error}`);
      return data.result;
    },
    async stop() {
      child.kill("SIGTERM");
      if (child.exitCode === null) await once(child, "exit");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
