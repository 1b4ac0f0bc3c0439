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
/** Each visitor waits for an answer before the next request. */
const VISITORS = 6;
const SAMPLE_MS = 5_000;
const MOST_GROWTH = 1.1;
/** Longer than the server keeps idle connections. */
const CALM_MS = 70_000;

type Answers = { count: number; faults: string[] };
type Sample = { residentMb: number; handles: number };

/** Whether memory and handles stay the same under all kinds of traffic. The first third of the time is for warming up. */
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
    const answers: Answers = { count: 0, faults: [] };
    const traffic = Array.from({ length: VISITORS }, () => visitUntil(end, server.url, cookies, answers));
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
    return [
      {
        name: `Memory in the last third of ${MINUTES} minutes of all traffic (${answers.count} answers), against the third before`,
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
        measured: [answers.faults.length, ...new Set(answers.faults)].join(", "),
        goal: "0",
        ok: answers.faults.length === 0,
      },
    ];
  } finally {
    await server.stop();
  }
}

/** Does at random what people, programs and strangers do, until the time is over, and counts the answers. */
async function visitUntil(end: number, url: string, cookies: string[], answers: Answers) {
  const anyone = () => new HttpClient(url);
  const email = () => `person-${randomInt(PEOPLE)}@example.com`;
  const signedIn = () => new HttpClient(url, { cookie: cookies[randomInt(cookies.length)] });
  const port = Number(new URL(url).port);
  const kinds: Record<string, () => Promise<{ status: number } | number[]>> = {
    "a page from stock": () => anyone().get("/login"),
    "a page rendered anew": () => anyone().get(`/login?to=/account&${randomInt(1_000_000)}`),
    "a sign-in": () => anyone().submit("/login", "Sign in", { email: email(), password: PASSWORD }),
    "a wrong password": () => anyone().submit("/login", "Sign in", { email: email(), password: "not-the-password" }),
    "a reset": () => anyone().submit("/forgot-password", "Send reset link", { email: email() }),
    "a registration": () => anyone().submit("/register", "Create account", registration()),
    "a sign-in by an API": () => anyone().signInByApi(email(), PASSWORD),
    "/dashboard": () => signedIn().get("/dashboard"),
    "/account": () => signedIn().get("/account"),
    "/account/security": () => signedIn().get("/account/security"),
    "/api/me": () => signedIn().call("GET", "/api/me"),
    "a hostile request": () => sendHostile(port, hostileRequests(1, randomInt(2 ** 31))[0] ?? { bytes: "", owed: 0 }),
  };
  const entries = Object.entries(kinds);
  while (performance.now() < end) {
    const [kind, visit] = entries[randomInt(entries.length)] ?? [];
    const answer = await visit?.();
    const statuses = Array.isArray(answer) ? answer : [answer?.status ?? 0];
    answers.count += statuses.length;
    answers.faults.push(...statuses.filter((status) => status >= 500).map((status) => `${status} to ${kind}`));
  }
}

function registration(): Record<string, string> {
  const name = `new-${randomInt(2 ** 40)}`;
  return { email: `${name}@example.com`, name, password: PASSWORD, confirmPassword: PASSWORD };
}
