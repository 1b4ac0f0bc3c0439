import { afterEach, expect, test, vi } from "vitest";
import { fail, ok } from "@/lib/auth/model/errors";
import { backgroundIdle, inBackground, keepAliveWith } from "@/lib/background";
import { transact } from "@/lib/db/transact";
import { emit, on } from "@/lib/events";
import { log } from "@/lib/log";

const event = { entity_id: "alice@example.com", actor_type: null, token: "t-secret", metadata: {} };
const ends: (() => void)[] = [];

afterEach(() => {
  for (const end of ends.splice(0)) end();
  vi.restoreAllMocks();
});

test("a subscriber is told once the story is committed, and not told of one that was refused", async () => {
  const told: string[] = [];
  ends.push(on("auth.password_reset", ({ token }) => void told.push(token)));
  await transact(async () => {
    emit("auth.password_reset", { ...event, token: "refused" });
    return fail("token_invalid");
  });
  await transact(async () => {
    emit("auth.password_reset", event);
    await backgroundIdle();
    expect(told).toEqual([]);
    return ok(undefined);
  });
  await backgroundIdle();
  expect(told).toEqual(["t-secret"]);
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
      throw Object.assign(new Error("failed"), { request: { body: token } });
    },
  ],
  ["rejects with no error at all", () => Promise.reject("t-secret")],
])("a subscriber that %s puts none of it into the log, and stops no other", async (_, subscriber) => {
  const logged = vi.spyOn(log, "error").mockImplementation(() => {});
  const other = vi.fn();
  ends.push(on("auth.password_reset", subscriber), on("auth.password_reset", other));
  emit("auth.password_reset", event);
  await backgroundIdle();
  expect(other).toHaveBeenCalledExactlyOnceWith(event);
  expect(logged).toHaveBeenCalledOnce();
  expect(JSON.stringify(logged.mock.calls)).toContain("subscriber of auth.password_reset");
  expect(logged.mock.calls.flat().some((part) => part instanceof Error)).toBe(false);
  expect(JSON.stringify(logged.mock.calls)).not.toMatch(/t-secret|alice/);
});

test("the platform is asked for time for every work that goes on after the answer", async () => {
  const kept: Promise<void>[] = [];
  keepAliveWith((work) => void kept.push(work));
  const done: string[] = [];
  inBackground("work", async () => void done.push("work"));
  emit("auth.password_reset", event);
  ends.push(on("auth.password_reset", () => void done.push("subscriber")));
  emit("auth.password_reset", event);
  await Promise.all(kept);
  keepAliveWith(() => {});
  expect(done).toEqual(["work", "subscriber"]);
});
