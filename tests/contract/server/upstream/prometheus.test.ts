import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { firstVisits } from "@/tests/support/first-visits";
import { findPrometheus } from "@/tests/support/prometheus.mjs";
import { checkMetrics, type Prometheus, startPrometheus } from "@/tests/support/prometheus-server";
import { freePort, startServer, type TestServer } from "@/tests/support/server";

type Series = { metric: Record<string, string>; value: [time: number, value: string] };

const { panels } = JSON.parse(readFileSync("lib/telemetry/dashboard.json", "utf8"));
const EXPRESSIONS: string[] = panels.flatMap(({ targets }: { targets: { expr: string }[] }) =>
  targets.map(({ expr }) => expr),
);
const WITHIN = { timeout: 20_000, interval: 200 };

describe.skipIf(!findPrometheus())("a Prometheus of one's own", () => {
  let server: TestServer;
  let prometheus: Prometheus;
  let metricsPort: number;

  beforeAll(async () => {
    metricsPort = await freePort();
    server = await startServer({ METRICS_PORT: String(metricsPort) });
    await firstVisits(server, "quince-heron@example.com");
    prometheus = await startPrometheus(metricsPort);
    // A rate needs two scrapes.
    await vi.waitFor(async () => {
      const [looks] = (await prometheus.query("count_over_time(up[1m])")) as Series[];
      expect(Number(looks?.value[1])).toBeGreaterThan(1);
    }, WITHIN);
  });
  afterAll(async () => {
    await prometheus?.stop();
    await server?.stop();
  });

  test("finds nothing wrong with /metrics", async () => {
    const told = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
    expect(told.length).toBeGreaterThan(1_000);
    expect(checkMetrics(told)).toBe("");
    expect(await prometheus.query("up == 1")).toHaveLength(1);
  });

  test("has an answer to each expression of the dashboard, split as it asks", async () => {
    expect(EXPRESSIONS.length).toBeGreaterThan(15);
    for (const expression of EXPRESSIONS) {
      const answer = (await prometheus.query(expression)) as Series[];
      expect(answer.length, expression).toBeGreaterThan(0);
      const labels = expression.match(/by \(([^)]*)\)/)?.[1]?.split(", ") ?? [];
      for (const { metric } of answer)
        expect(Object.keys(metric).sort(), expression).toEqual(labels.filter((label) => label !== "le").sort());
    }
  });
});
