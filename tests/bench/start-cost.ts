import { setTimeout as sleep } from "node:timers/promises";
import { migratedDatabase } from "../support/migrated-database";
import { startServer } from "../support/server";
import { cpuMsOf, residentMbOf } from "./costs";
import { startFloor } from "./floor";
import { compared, type Figure, interleaved, median, ratios } from "./rounds";

const START_ROUNDS = 25;
const TIMES = 1.3;
/** By then a server has done the work that it puts off until after its start. */
const IDLE_AFTER_MS = 3_000;

/** The cost of a start up to the first page, on a migrated database, and the memory of an idle server. */
export async function measureStart(folder: string, floorFolder: string): Promise<Figure[]> {
  const settings = { DATABASE_URL: `file:${migratedDatabase(`${folder}/start.db`)}` };
  const { ours, bare } = await interleaved(
    {
      // The first page is what tells that it is ready: a health check before it would load code that no page needs.
      ours: async () => costOfStart(await startServer(settings, "npm start", "/login"), "/api/health"),
      bare: async () => costOfStart(await startFloor(floorFolder), "/"),
    },
    START_ROUNDS,
  );
  const figure = (name: string, unit: string, of: (start: StartCost) => number) => {
    const [our, other] = [ours.map(of), bare.map(of)];
    return compared({
      name: `${name}, against Next with one page`,
      values: ratios(other, our),
      goal: 1 / TIMES,
      words: (ratio) => `1/${(1 / ratio).toFixed(2)}`,
      beside: `${Math.round(median(our))} against ${Math.round(median(other))} ${unit}`,
    });
  };
  return [
    figure("CPU from the start to the first page", "ms", ({ cpuMs }) => cpuMs),
    figure("Memory of an idle server", "MB", ({ residentMb }) => residentMb),
  ];
}

type StartCost = { cpuMs: number; residentMb: number };

/** @param path is asked for once the first page was served, and before the server rests */
async function costOfStart(server: { url: string; pid: number; stop(): unknown }, path: string): Promise<StartCost> {
  const cpuMs = cpuMsOf(server.pid);
  await (await fetch(server.url + path)).text();
  await sleep(IDLE_AFTER_MS);
  const residentMb = residentMbOf(server.pid);
  await server.stop();
  return { cpuMs, residentMb };
}
