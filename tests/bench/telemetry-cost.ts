import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { startServer } from "../support/server";
import { type Cost, comparedCosts, costOf } from "./costs";
import { fillDatabase } from "./database";
import { type Figure, interleaved } from "./rounds";

const SECONDS = 2;
/** As many rounds as it takes to tell 3 % from 5 on an idle machine. */
const TELEMETRY_ROUNDS = 31;
const SESSIONS = 1_000;
const GOAL = 0.97;
/** The smallest request that checks who is signed in, for which recording costs the largest share. */
const SMALLEST = "/api/me";

/** The cost of metrics and traces: servers with metrics, with a tenth of all traces, and with all, against one without. */
export async function measureTelemetry(folder: string): Promise<Figure[]> {
  const collector = createServer((req, res) => req.resume().once("end", () => res.end())).listen(0, "127.0.0.1");
  await once(collector, "listening");
  const to = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}` };
  const settings = {
    nothing: {},
    metrics: { ...to, OTEL_TRACES_SAMPLER: "always_off" },
    tenth: to,
    all: { ...to, OTEL_TRACES_SAMPLER: "always_on" },
  };
  const servers: { stop(): Promise<unknown> }[] = [];
  const watched = async (name: keyof typeof settings): Promise<() => Promise<Cost>> => {
    const file = `${folder}/telemetry-${name}.db`;
    const cookies = await fillDatabase(file, SESSIONS);
    const server = await startServer({ DATABASE_URL: `file:${file}`, ...settings[name] });
    servers.push(server);
    return () => costOf(server, SMALLEST, { seconds: SECONDS, cookies });
  };
  try {
    const { nothing, metrics, tenth, all } = await interleaved(
      {
        nothing: await watched("nothing"),
        metrics: await watched("metrics"),
        tenth: await watched("tenth"),
        all: await watched("all"),
      },
      TELEMETRY_ROUNDS,
    );
    const against = (what: string) => `${SMALLEST} with ${what}, against nothing told`;
    return [
      comparedCosts({ name: against("metrics"), goal: GOAL }, metrics, nothing),
      comparedCosts({ name: against("metrics and a tenth of traces"), goal: GOAL }, tenth, nothing),
      comparedCosts({ name: against("metrics and all traces") }, all, nothing),
    ];
  } finally {
    for (const server of servers) await server.stop();
    collector.close();
    collector.closeAllConnections();
  }
}
