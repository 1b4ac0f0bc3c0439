import { randomInt } from "node:crypto";
import { readdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { hostileRequests, sendHostile } from "../support/hostile-requests";
import { HttpClient } from "../support/http-client";
import { PASSWORD } from "../support/people";
import { startServer } from "../support/server";
import { residentMbOf } from "./costs";
import { fillDatabase, PEOPLE } from "./database";
import { type Figure, median } from "./rounds";

const MINUTES = Number(process.env.SOAK_MINUTES ?? 10);
const SESSIONS = 1_000;
/** Each waits for its answer before its next request. */
const VISITORS = 6;
const SAMPLE_MS = 5_000;
const MOST_GROWTH = 1.1;
/** Longer than idle connections are kept. */
const CALM_MS = 70_000;

type Sample = { residentMb: number; handles: number };

/** Whether memory and handles stay as they are under all kinds of traffic. The first third of the time is for warming up. */
export async function measureSoak(folder: string): Promise<Figure[]> {
  const file = `${folder}/soak.db`;
  const cookies = await fillDatabase(file, SESSIONS);
  const server = await startServer({ DATABASE_URL: `file:${file}` });
  const sample = (): Sample => ({
    residentMb: residentMbOf(server.pid),
    handles: readdirSync(`/proc/${server.pid}/fd`).length,
  });
  try {
    const before = sample();
    const end = performance.now() + MINUTES * 60_000;
    const answered: Record<string, number> = {};
    const traffic = Array.from({ length: VISITORS }, () => visitUntil(end, server.url, cookies, answered));
    const samples: Sample[] = [];
    while (performance.now() < end) {
      await sleep(SAMPLE_MS);
      samples.push(sample());
      if (samples.length % 12 === 0) process.stdout.write(".");
    }
    await Promise.all(traffic);
    await sleep(CALM_MS);
    const after = sample();
    const third = Math.floor(samples.length / 3);
    const [early, late] = [samples.slice(third, 2 * third), samples.slice(2 * third)].map((part) =>
      median(part.map(({ residentMb }) => residentMb)),
    );
    const mostHandles = Math.max(...samples.slice(third, 2 * third).map(({ handles }) => handles));
    const growth = (late ?? Number.NaN) / (early ?? Number.NaN);
    const count = Object.values(answered).reduce((sum, each) => sum + each, 0);
    return [
      {
        name: `Memory in the last third of ${MINUTES} minutes of all traffic (${count} answers), against the third before`,
        measured: `${growth.toFixed(2)} × (${before.residentMb.toFixed(0)} MB at first, then ${early?.toFixed(0)}, ${late?.toFixed(0)})`,
        goal: `≤ ${MOST_GROWTH} ×`,
        ok: growth <= MOST_GROWTH,
      },
      {
        name: "Open files and connections a minute after, against the third before the last",
        measured: `${after.handles} (${before.handles} at first)`,
        goal: `≤ ${mostHandles}`,
        ok: after.handles <= mostHandles,
      },
      {
        name: "Answers that were a fault of the server's",
        measured: String(answered["5xx"] ?? 0),
        goal: "0",
        ok: !answered["5xx"],
      },
    ];
  } finally {
    await server.stop();
  }
}

/** Does by chance what people, programs and strangers do, until the time is over, and counts the answers. */
async function visitUntil(end: number, url: string, cookies: string[], answered: Record<string, number>) {
  const anyone = () => new HttpClient(url);
  const email = () => `person-${randomInt(PEOPLE)}@example.com`;
  const signedIn = () => new HttpClient(url, { cookie: cookies[randomInt(cookies.length)] });
  const port = Number(new URL(url).port);
  const kinds: (() => Promise<{ status: number } | number[]>)[] = [
    () => anyone().get("/login"),
    () => anyone().get(`/login?to=/account&${randomInt(1_000_000)}`),
    () => anyone().submit("/login", "Sign in", { email: email(), password: PASSWORD }),
    () => anyone().submit("/login", "Sign in", { email: email(), password: "not-the-password" }),
    () => anyone().submit("/forgot-password", "Send reset link", { email: email() }),
    () => anyone().submit("/register", "Create account", registration()),
    () => anyone().signInByApi(email(), PASSWORD),
    () => signedIn().get("/dashboard"),
    () => signedIn().get("/account"),
    () => signedIn().call("GET", "/api/me"),
    () => sendHostile(port, hostileRequests(1, randomInt(2 ** 31))[0] ?? { bytes: "", owed: 0 }),
  ];
  while (performance.now() < end) {
    const answer = await kinds[randomInt(kinds.length)]?.();
    const statuses = Array.isArray(answer) ? answer : [answer?.status ?? 0];
    for (const status of statuses) {
      const kind = `${Math.floor(status / 100)}xx`;
      answered[kind] = (answered[kind] ?? 0) + 1;
    }
  }
}

function registration(): Record<string, string> {
  const name = `new-${randomInt(2 ** 40)}`;
  return { email: `${name}@example.com`, name, password: PASSWORD, confirmPassword: PASSWORD };
}
