import { beforeEach, describe, expect, test } from "vitest";
import { WorkQueueFull, workQueue } from "@/lib/auth/model/work-queue";

let done: string[];
let ask: (name: string, source: string) => Promise<void>;
/** Lets nothing run. @returns what lets it. */
let hold: () => () => void;
let open: () => void;
let queues = 0;

/** One work at once, and four may wait. */
beforeEach(() => {
  done = [];
  const queued = workQueue(`of test ${queues++}`, { atOnce: 1, maxWaiting: 4 });
  ask = (name, source) => queued(async () => void done.push(name), source);
  hold = () => {
    let release = () => {};
    void queued(() => new Promise<void>((resolve) => (release = resolve)), "holder");
    return () => release();
  };
  open = hold();
});

describe("a queue for costly work", () => {
  test("takes turns among those who ask", async () => {
    const asked = [ask("a1", "a"), ask("a2", "a"), ask("b1", "b"), ask("a3", "a")];
    open();
    await Promise.all(asked);
    expect(done).toEqual(["a1", "b1", "a2", "a3"]);
  });

  test("refuses who fills it alone", async () => {
    const asked = ["a1", "a2", "a3", "a4"].map((name) => ask(name, "a"));
    await expect(ask("a5", "a")).rejects.toThrow(WorkQueueFull);
    open();
    await Promise.all(asked);
    expect(done).toEqual(["a1", "a2", "a3", "a4"]);
  });

  test("when full, refuses the last work of who has most in it for one who has less", async () => {
    const [a1, a2, a3, b1] = [ask("a1", "a"), ask("a2", "a"), ask("a3", "a"), ask("b1", "b")];
    const refused = expect(a3).rejects.toThrow(WorkQueueFull);
    const c1 = ask("c1", "c");
    await refused;
    // With two each of the four places, nobody has more than another would.
    await expect(ask("b2", "b")).rejects.toThrow(WorkQueueFull);
    open();
    await Promise.all([a1, a2, b1, c1]);
    expect(done).toEqual(["a1", "b1", "c1", "a2"]);
  });

  test("forgets who was served", async () => {
    const served = [ask("a1", "a"), ask("a2", "a")];
    open();
    await Promise.all(served);
    open = hold();
    const asked = [ask("b1", "b"), ask("a3", "a"), ask("b2", "b")];
    open();
    await Promise.all(asked);
    expect(done.slice(2)).toEqual(["b1", "a3", "b2"]);
  });
});
