import { expect, test, vi } from "vitest";
import { backgroundIdle, callAfterCommit, inBackground, keepAliveWith } from "@/lib/background";
import { log } from "@/lib/log";

test("what a function of the project's own throws puts none of what it was told into the log", async () => {
  const logged = vi.spyOn(log, "error").mockImplementation(() => {});
  const failing = async () => {
    throw Object.assign(new TypeError("cannot read t-secret of alice@example.com"), { request: { body: "t-secret" } });
  };
  callAfterCommit("code", failing);
  callAfterCommit("code", () => Promise.reject("t-secret"));
  await backgroundIdle();
  expect(logged).toHaveBeenCalledTimes(2);
  expect(logged.mock.calls.flat().some((part) => part instanceof Error)).toBe(false);
  expect(JSON.stringify(logged.mock.calls)).toContain("TypeError");
  expect(JSON.stringify(logged.mock.calls)).not.toMatch(/t-secret|alice/);
  logged.mockRestore();
});

test("the platform is asked for time for every work that goes on after the answer", async () => {
  const kept: Promise<void>[] = [];
  keepAliveWith((work) => void kept.push(work));
  const done: string[] = [];
  inBackground("work", async () => void done.push("work"));
  callAfterCommit("call", () => void done.push("call"));
  await Promise.all(kept);
  keepAliveWith(() => {});
  expect(done).toEqual(["work", "call"]);
});
