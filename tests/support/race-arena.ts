import { afterAll, beforeAll } from "vitest";
import { db } from "@/lib/db";
import { client } from "./people";
import { Racer } from "./race-process";
import type { Run, RunnerName } from "./race-runners";

type Team = { runner: RunnerName; runs: Omit<Run, "ip">[] };

/** A provider counts as a way to sign in while it is switched on. */
const GITHUB = { AUTH_GITHUB_ID: "our-client", AUTH_GITHUB_SECRET: "our-secret-at-github" };

/** Two processes on the database that `open` prepares and DATABASE_URL names, for all tests of the file. */
export function raceArena(open: () => Promise<void>) {
  let racers: [Racer, Racer];
  beforeAll(async () => {
    Object.assign(process.env, GITHUB);
    await open();
    racers = await Racer.two();
  });
  afterAll(async () => {
    await Promise.all((racers ?? []).map((racer) => racer.stop()));
    await db.$disconnect();
  });

  return {
    /** Both processes at once, each with its requests, each request from its own source. @returns how each ended */
    race: (one: Team, two: Team) =>
      Promise.all([one, two].map(({ runner, runs }, index) => racers[index]?.run(runner, runs.map(withSource)) ?? [])),
  };
}

export type Arena = ReturnType<typeof raceArena>;

function withSource(run: Omit<Run, "ip">): Run {
  return { ...run, ip: client().ip ?? "" };
}

/** The same request this many times. */
export function times<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

/** A random moment within this time. */
export function within(ms: number): { afterMs: number } {
  return { afterMs: Math.random() * ms };
}
