import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { afterEach, expect, test, vi } from "vitest";
import { db } from "@/lib/db";
import { transact } from "@/lib/db/transact";
import { createDeliverer } from "@/lib/events/deliver";
import { emit } from "@/lib/events/emit";
import { FAST_DELIVERY } from "@/tests/support/fast-delivery";
import { subscribe } from "@/tests/support/subscribers";

const WAIT = { timeout: 110_000, interval: 20 };
const PEOPLE = ["1", "2", "3", "4", "5"];
/** What a killed process had claimed is free again after that. */
const LEASE_MS = 3_000;

let child: ChildProcess | undefined;
afterEach(() => child?.kill("SIGKILL"));

test("a process killed while it tells loses no event: the next one tells it by the same id", {
  timeout: 120_000,
}, async () => {
  const told: string[] = [];
  subscribe("user.deleted", (_, id) => void told.push(id));
  await transact(async () => {
    for (const userId of PEOPLE) await emit("user.deleted", { userId, email: "alice@example.com", at: "" });
  });
  const command = ["--import", "tsx", "tests/support/tell-subscribers.ts", String(LEASE_MS)];
  const teller = spawn(process.execPath, command, { stdio: ["ignore", "pipe", "inherit"] });
  child = teller;
  // On a busy machine it begins an event again, once the lease of its first try is over.
  const begun = new Set<string>();
  createInterface({ input: teller.stdout }).on("line", (id) => begun.add(id));
  await vi.waitFor(() => expect(begun.size).toBe(PEOPLE.length), WAIT);
  const ended = once(teller, "exit");
  teller.kill("SIGKILL");
  await ended;
  expect(await db.delivery.count()).toBe(PEOPLE.length);
  const next = createDeliverer(FAST_DELIVERY);
  await vi.waitFor(async () => expect(await db.delivery.count()).toBe(0), WAIT);
  await next.stop();
  expect(told.sort()).toEqual([...begun].sort());
});
