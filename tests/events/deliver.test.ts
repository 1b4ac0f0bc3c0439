import { afterEach, beforeEach, describe, expect, type MockInstance, test, vi } from "vitest";
import { fail, ok } from "@/lib/auth/model/errors";
import { addUser } from "@/lib/auth/steps/add-user";
import { db } from "@/lib/db";
import { transact } from "@/lib/db/transact";
import { createDeliverer } from "@/lib/events/deliver";
import { deliveryQueue, emit } from "@/lib/events/emit";
import { SUBSCRIBERS } from "@/lib/events/subscribers";
import { log } from "@/lib/log";
import type { Worker } from "@/lib/queue/worker";
import { FAST_DELIVERY } from "@/tests/support/fast-delivery";
import { sendNotice } from "@/tests/support/mails";
import { outbox } from "@/tests/support/outbox";
import { subscribe } from "@/tests/support/subscribers";

const WAIT = { timeout: 20_000, interval: 10 };
const event = { entity_id: "alice@example.com", actor_type: null, token: "t-secret", metadata: {} };
const gone = (userId: string) => ({ userId, email: "alice@example.com", at: "2026-11-21T21:05:00.000Z" });

let workers: Worker<unknown>[];
let logged: MockInstance<typeof log.error>;

beforeEach(() => {
  workers = [];
  logged = vi.spyOn(log, "error").mockImplementation(() => {});
});
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.stop()));
  vi.restoreAllMocks();
});

function start(timing = FAST_DELIVERY): void {
  workers.push(createDeliverer(timing));
}

async function allDone(): Promise<void> {
  await vi.waitFor(async () => expect((await deliveryQueue.count()).waiting).toBe(0), WAIT);
  await Promise.all(workers.map((worker) => worker.stop()));
}

/** Notes what it is told, by which id. */
function listener() {
  const heard: { about: string; id: string }[] = [];
  return { heard, hear: (user: { userId: string }, id: string) => void heard.push({ about: user.userId, id }) };
}

describe("an event", () => {
  test("is told once its story is committed, and never if that is refused or throws", async () => {
    const { heard, hear } = listener();
    subscribe("user.deleted", hear);
    const story = (id: string, end: () => unknown) =>
      transact(async () => {
        await emit("user.deleted", gone(id));
        return end();
      });
    await story("refused", () => fail("token_invalid"));
    await story("thrown", () => Promise.reject(new Error("killed"))).catch(() => {});
    await story("committed", () => ok(undefined));
    start();
    await allDone();
    expect(heard).toEqual([{ about: "committed", id: expect.any(String) }]);
  });

  test("costs nothing where no subscriber is", async () => {
    await emit("user.deleted", gone("1"));
    expect(await db.delivery.count()).toBe(0);
  });

  test("is told to each subscriber by itself, in the order in which it happened", async () => {
    const [one, two] = [listener(), listener()];
    subscribe("user.deleted", one.hear, "one");
    subscribe("user.deleted", two.hear, "two");
    const people = Array.from({ length: 30 }, (_, index) => String(index));
    // All in one moment, where only the rows tell which came first.
    const clock = vi.spyOn(Date, "now").mockReturnValue(Date.now());
    await transact(async () => {
      for (const id of people) await emit("user.deleted", gone(id));
    });
    clock.mockRestore();
    expect(new Set((await db.delivery.findMany()).map(({ dueAt }) => dueAt.getTime())).size).toBe(people.length);
    start();
    await allDone();
    for (const { heard } of [one, two]) expect(heard.map(({ about }) => about)).toEqual(people);
    expect(new Set([...one.heard, ...two.heard].map(({ id }) => id)).size).toBe(60);
  });

  test("shows neither address nor token to who reads the database", async () => {
    subscribe("auth.password_reset", () => {});
    await emit("auth.password_reset", event);
    const rows = JSON.stringify(await db.delivery.findMany());
    expect(rows).toContain("auth.password_reset");
    expect(rows).not.toMatch(/alice|t-secret/);
  });

  test("that is a decoy is told to no subscriber, and its row looks like any other", async () => {
    const { heard, hear } = listener();
    subscribe("user.deleted", hear);
    await emit("user.deleted", gone("1"));
    await emit("user.deleted", gone("2"), { decoy: true });
    const [one = 0, other = 0] = (await db.delivery.findMany()).map(({ sealed }) => sealed.length);
    expect(Math.abs(one - other)).toBeLessThan(8);
    start();
    await allDone();
    expect(heard.map(({ about }) => about)).toEqual(["1"]);
    expect(await db.delivery.count()).toBe(0);
  });

  test("is told once each by two deliverers", async () => {
    const { heard, hear } = listener();
    subscribe("user.deleted", hear);
    const people = Array.from({ length: 60 }, (_, index) => String(index));
    for (const id of people) await emit("user.deleted", gone(id));
    start();
    start();
    await allDone();
    expect(heard.map(({ about }) => about).sort()).toEqual([...people].sort());
  });
});

describe("a subscriber", () => {
  test("that writes a mail has it sent, as for a welcome", async () => {
    subscribe("user.created", ({ email }) => sendNotice(email));
    await transact(() => addUser({ email: "newcomer@example.com", emailVerified: new Date() }));
    expect(await outbox()).toEqual([]);
    start();
    await allDone();
    expect((await outbox()).map(({ to }) => to)).toEqual(["newcomer@example.com"]);
  });

  test("that fails is told again by the same id, and holds up no other", async () => {
    const { heard, hear } = listener();
    const ids: string[] = [];
    subscribe("user.deleted", hear, "working");
    subscribe("user.deleted", (_, id) => {
      ids.push(id);
      if (ids.length < 3) throw new Error("not yet");
    });
    await emit("user.deleted", gone("1"));
    start();
    await allDone();
    expect(heard).toHaveLength(1);
    expect(ids).toHaveLength(3);
    expect(new Set(ids).size).toBe(1);
    // Said at once, and not at every attempt.
    expect(logged).toHaveBeenCalledOnce();
  });

  test("that never ends counts as failed, and holds up no other", async () => {
    const { heard, hear } = listener();
    subscribe("user.deleted", ({ userId }) =>
      userId === "hangs" ? new Promise<void>(() => {}) : hear({ userId }, ""),
    );
    await emit("user.deleted", gone("hangs"));
    await emit("user.deleted", gone("2"));
    start({ ...FAST_DELIVERY, answerWithinMs: 100 });
    await vi.waitFor(async () => {
      expect(heard.map(({ about }) => about)).toEqual(["2"]);
      expect((await db.delivery.findFirst())?.attempts).toBeGreaterThan(1);
    }, WAIT);
  });

  test("that fails for three days is told no more: the content is wiped, and one line says so", async () => {
    subscribe("auth.password_reset", () => Promise.reject("t-secret"));
    await emit("auth.password_reset", event);
    const almost = new Date(Date.now() - 3 * 24 * 60 * 60_000 + 300);
    await db.delivery.updateMany({ data: { createdAt: almost } });
    start();
    await allDone();
    expect(await deliveryQueue.count()).toEqual({ waiting: 0, givenUp: 1 });
    expect((await db.delivery.findFirst())?.sealed).toBe("");
    const line = { event: "delivery.given_up", of: "auth.password_reset", subscriber: "test" };
    expect(logged).toHaveBeenLastCalledWith(expect.objectContaining(line), "delivery.given_up");
  });

  test("that another release has waits for that, and holds up no other", async () => {
    const { heard, hear } = listener();
    subscribe("user.deleted", () => {}, "renamed");
    await emit("user.deleted", gone("1"));
    delete SUBSCRIBERS["user.deleted"].renamed;
    subscribe("user.deleted", hear);
    await emit("user.deleted", gone("2"));
    await db.delivery.create({
      data: { ...deliveryQueue.newRow({ event, decoy: false }), event: "of.tomorrow", subscriber: "constructor" },
    });
    start();
    await vi.waitFor(async () => expect(await deliveryQueue.count()).toEqual({ waiting: 2, givenUp: 0 }), WAIT);
    expect(heard.map(({ about }) => about)).toEqual(["2"]);
  });

  test.each([
    [
      "throws what it was told",
      () => {
        throw new TypeError("cannot read t-secret of alice@example.com");
      },
    ],
    [
      "rejects with more than an error's message",
      async ({ token }: { token: string }) => {
        throw Object.assign(new TypeError("failed"), { request: { body: token } });
      },
    ],
  ])("that %s puts none of it into the log", async (_, subscriber) => {
    subscribe("auth.password_reset", subscriber);
    await emit("auth.password_reset", event);
    start();
    await vi.waitFor(() => expect(logged).toHaveBeenCalledOnce(), WAIT);
    expect(JSON.stringify(logged.mock.calls)).toContain("TypeError");
    expect(logged.mock.calls.flat().some((part) => part instanceof Error)).toBe(false);
    expect(JSON.stringify(logged.mock.calls)).not.toMatch(/t-secret|alice/);
  });
});
