import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fail, ok } from "@/lib/auth/model/errors";
import { workQueue } from "@/lib/auth/model/work-queue";
import { logEvent } from "@/lib/log";
import { singleton } from "@/lib/singleton";
import { observe, type Recorder, recordWith } from "@/lib/telemetry";
import { settle } from "@/lib/wire/settle";

type Told = [kind: string, ...rest: unknown[]];

let told: Told[];
const recorder: Recorder = {
  observe(name, labels, work) {
    told.push([name, labels]);
    return work();
  },
  observeRequest: (_req, _res, work) => work(),
  count: (name, labels) => void told.push([name, labels]),
  noteEvent: () => {},
  traceIds: () => null,
  stop: async () => {},
};

beforeEach(() => {
  told = [];
  recordWith(recorder);
});
afterEach(() => {
  singleton("telemetry", (): { recorder?: Recorder } => ({})).recorder = undefined;
});

describe("a security event is counted", () => {
  test("by its name, and not by what people chose", () => {
    logEvent("factor.passkey-added", { outcome: "my-yubikey", userId: "u1", ip: "203.0.113.7" });
    logEvent("sign_in.succeeded", { outcome: "my-provider linked", email: "hashed" });
    expect(told).toEqual([
      ["events", { event: "factor.passkey-added" }],
      ["events", { event: "sign_in.succeeded" }],
      ["signIns", { outcome: "succeeded" }],
    ]);
  });

  test("and a refused sign-in by its code", () => {
    logEvent("sign_in.failed", { outcome: "invalid_credentials" });
    logEvent("sign_in.refused", { outcome: "too_many_attempts" });
    expect(told.filter(([name]) => name === "signIns")).toEqual([
      ["signIns", { outcome: "invalid_credentials" }],
      ["signIns", { outcome: "too_many_attempts" }],
    ]);
  });
});

test("a story is told where it has a name; what only looks is not", async () => {
  await settle(async () => fail("unauthenticated"));
  await settle(async () => ok(1), undefined, "Login");
  expect(told).toEqual([["story", { story: "Login" }]]);
});

test("work in a queue is told once its turn comes", async () => {
  const queued = workQueue("observed", { atOnce: 1, maxWaiting: 1 });
  expect(await queued(async () => 7)).toBe(7);
  expect(told).toEqual([["work", { queue: "observed" }]]);
});

test("without a recorder work is only done", () => {
  singleton("telemetry", (): { recorder?: Recorder } => ({})).recorder = undefined;
  expect(observe("transaction", {}, () => 7)).toBe(7);
  expect(told).toEqual([]);
});
