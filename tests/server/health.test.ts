import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { db, readRow } from "@/lib/db";
import { sql } from "@/lib/db/sql";
import { emit } from "@/lib/events/emit";
import { mailQueue } from "@/lib/mail/outbox";
import { singleton } from "@/lib/singleton";
import { OPERATOR_HEADER, operatorMark } from "@/lib/wire/operator";
import { asOwner } from "@/tests/support/database";
import { sendLink } from "@/tests/support/mails";
import { emptyOutbox } from "@/tests/support/outbox";
import { subscribe } from "@/tests/support/subscribers";

const URL = "https://app.example.com/api/health";

beforeEach(async () => {
  await emptyOutbox();
  vi.resetModules();
});
afterEach(() => vi.restoreAllMocks());

async function health() {
  const { GET } = await import("@/app/api/health/route");
  return async (query = "", headers: Record<string, string> = {}) => {
    const response = await GET(new Request(URL + query, { headers }));
    return { status: response.status, body: await response.json() };
  };
}

test("an operator is told how many mails and events wait and how many were given up, a visitor is not", async () => {
  for (let n = 0; n < 3; n++) await sendLink("alice@example.com");
  const claimed = await mailQueue.claim(30_000);
  if (claimed) await mailQueue.giveUp(claimed);
  subscribe("user.deleted", () => {});
  await emit("user.deleted", { userId: "1", email: "alice@example.com", at: "" });
  const ask = await health();
  const operator = { [OPERATOR_HEADER]: operatorMark() };
  expect(await ask("?verbose", operator)).toEqual({
    status: 200,
    body: { status: "ok", mail: { waiting: 2, givenUp: 1 }, events: { waiting: 1, givenUp: 0 } },
  });
  expect(await ask("?verbose")).toEqual({ status: 200, body: { status: "ok" } });
  expect(await ask("?verbose", { [OPERATOR_HEADER]: "" })).toEqual({ status: 200, body: { status: "ok" } });
  expect(await ask("", operator)).toEqual({ status: 200, body: { status: "ok" } });
});

test("a database that answers and takes no writes, like one whose disk is full, is not healthy", async () => {
  const { log } = await import("@/lib/log");
  const logged = vi.spyOn(log, "error").mockImplementation(() => {});
  const ask = await health();
  await asOwner('ALTER TABLE "RateLimit" RENAME TO "Gone"');
  try {
    await vi.waitFor(async () => expect((await ask()).status).toBe(503));
    expect(logged).toHaveBeenCalled();
  } finally {
    await asOwner('ALTER TABLE "Gone" RENAME TO "RateLimit"');
  }
  await vi.waitFor(async () => expect((await ask()).status).toBe(200), { timeout: 10_000 });
});

test("asking reads and writes without Prisma's client, which an idle server has no use for", async () => {
  await db.rateLimit.deleteMany();
  const clients = singleton("databases", () => new Map<string, unknown>());
  const loaded = [...clients];
  clients.clear();
  try {
    const ask = await health();
    expect((await ask()).status).toBe(200);
    const written = () => readRow(sql`SELECT "key" FROM "RateLimit" WHERE "key" = 'health'`);
    await vi.waitFor(async () => expect(await written()).toBeDefined());
    expect(await mailQueue.claim(1_000)).toBeNull();
    expect(clients.size).toBe(0);
  } finally {
    for (const [url, client] of loaded) clients.set(url, client);
  }
});
