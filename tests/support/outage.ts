import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { type Answer, HttpClient } from "./http-client";
import type { TestServer } from "./server";

/** The promised time, with some slack for a busy machine. */
export const ANSWERS_WITHIN_MS = 5_000 + 1_500;
const RECOVERS_WITHIN_MS = 5_000 + 1_500;

/** Lines in the server's log about one event. */
export function logged(server: TestServer, event: string): number {
  return server.output().split(`"event":"${event}"`).length - 1;
}

/** Pages and routes answer 503 in time, to people and programs, and let no one in. */
export async function expectClosed(server: TestServer, session: string): Promise<void> {
  const alice = new HttpClient(server.url, { session });
  const stranger = new HttpClient(server.url, { session: "A".repeat(43) });
  const json = { accept: "application/json" };
  const answers = await Promise.all([
    alice.get("/dashboard"),
    alice.get("/account"),
    alice.get("/api/me", json),
    alice.get("/api/auth/session", json),
    stranger.get("/dashboard"),
    stranger.get("/api/me", json),
    alice.signInByApi("alice@example.com", "whatever-it-is-17"),
  ]);
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 503));
  expect(Math.max(...answers.map(({ ms }) => ms))).toBeLessThan(ANSWERS_WITHIN_MS);
  expect(answers[0]?.text).toContain("Back in a moment");
  // Pages that need no database go on.
  expect((await new HttpClient(server.url).get("/login")).status).toBe(200);
}

/** Everything works again within the promised time. */
export async function expectRecovery(server: TestServer, session: string): Promise<void> {
  const alice = new HttpClient(server.url, { session });
  const deadline = Date.now() + RECOVERS_WITHIN_MS;
  let answer: Answer;
  do {
    answer = await alice.get("/dashboard");
    if (answer.status !== 200) await sleep(100);
  } while (answer.status !== 200 && Date.now() < deadline);
  expect(answer.status).toBe(200);
  expect((await new HttpClient(server.url, { session: "A".repeat(43) }).get("/dashboard")).status).toBe(307);
}

/** Visits a page again and again, several at a time, until `stop` is called, which returns all answers. */
export function load(client: HttpClient, path: string, atOnce = 8): { stop(): Promise<Answer[]> } {
  const answers: Answer[] = [];
  let going = true;
  const visits = Array.from({ length: atOnce }, async () => {
    while (going) answers.push(await client.get(path));
  });
  return {
    async stop() {
      going = false;
      await Promise.all(visits);
      return answers;
    },
  };
}
