import { setTimeout as sleep } from "node:timers/promises";
import { env } from "@/lib/env";
import { log } from "@/lib/log";
import { observe } from "@/lib/telemetry";
import type { Claimed, SealedQueue, Waiting } from "./sealed-queue";

type Timing = {
  /** Work starts after the answer, so that it does not delay the page that a visitor waits for. */
  startAfterMs: number;
  /** The first pause; each further one is four times as long. */
  retryAfterMs: number;
  longestPauseMs: number;
  /** Longer than an attempt may take. After that another process works on the rows of a dead one. */
  leaseMs: number;
  /** How often an idle worker looks for rows of other processes. Never where a platform's timer calls /api/cron. */
  lookEveryMs: number;
};

/**
 * How one attempt ended. `limited`: everything is to wait for `waitMs`. `failed`: it may work the next time (`retry`) or
 * never will. `reason` is logged, so it holds no address and no content.
 */
export type Attempt =
  | { status: "sent" }
  | { status: "limited"; waitMs: number }
  | { status: "failed"; retry: boolean; reason: string };

export type Worker<Code> = {
  /**
   * Says that there may be work, and optionally which code does it from now on. Resolves when all due rows were tried once, or
   * the worker has been stopped.
   */
  wake(load?: () => Promise<Code>): Promise<void>;
  /** Takes no more work. Resolves when the present attempts have ended. */
  stop(): Promise<void>;
};

type Work<Content, Row extends Waiting, Code> = {
  /** For the log. */
  what: string;
  queue: SealedQueue<Content, Row>;
  timing: Timing;
  /** Loads what attempts need beyond the row, with the first row: most starts find none. */
  load(): Promise<Code>;
  /** Resolves when one more may begin beside those under way. */
  turn(underWay: ReadonlySet<Promise<void>>): Promise<unknown>;
  /** The kind of the row in metrics and traces: a template, an event. */
  kindOf(row: Claimed<Row>, content: Content): string;
  /** Must not throw. */
  attempt(row: Claimed<Row>, content: Content, code: Code): Promise<Attempt>;
  /** `content` is null when it could not be opened. */
  gaveUp(row: Claimed<Row>, content: Content | null, reason: string): void;
};

const PAUSE_GROWS = 4;
/** The longest that Node's timers take. */
const NEVER_MS = 2 ** 31 - 1;

/** Works on a queue until it is stopped: claims due rows, tries each in its turn, and tries again or gives up. */
export function startWorker<Content, Row extends Waiting, Code>(work: Work<Content, Row, Code>): Worker<Code> {
  const { what, queue, timing, turn, kindOf, attempt, gaveUp } = work;
  const underWay = new Set<Promise<void>>();
  const waiting: (() => void)[] = [];
  const stopping = new AbortController();
  let bell = new AbortController();
  let resumeAt = 0;
  let { load } = work;
  /** Logs one line for each outage, not one every few seconds. */
  let failing = false;

  async function run(): Promise<void> {
    // On a platform with a timer a process may end with its answer. Rows that it claimed by itself would stay claimed, and every start
    // would claim them again before the timer finds them.
    const isOnCall = env().CRON_SECRET !== undefined;
    const rest = () => pause(isOnCall ? NEVER_MS : timing.lookEveryMs, bell.signal);
    if (isOnCall) await rest();
    while (!stopping.signal.aborted) {
      bell = new AbortController();
      const woken = waiting.splice(0);
      failing = await workOff().then(
        () => false,
        (error: unknown) => {
          if (!failing) noteFailure(error);
          return true;
        },
      );
      void Promise.all(underWay).then(() => {
        for (const tell of woken) tell();
      });
      await rest();
    }
    await Promise.all(underWay);
    for (const tell of waiting) tell();
  }

  async function workOff(): Promise<void> {
    while (!stopping.signal.aborted) {
      await pause(resumeAt - performance.now(), stopping.signal);
      const row = await queue.claim(timing.leaseMs);
      if (!row) return;
      const content = queue.open(row);
      if (!content || row.expires.getTime() <= Date.now())
        await giveUp(row, content, content ? "stale" : "sealed_otherwise");
      else {
        await turn(underWay);
        begin(row, content);
      }
    }
  }

  /** Begins to work on a row, unless its turn came so late that another worker may have claimed it. */
  function begin(row: Claimed<Row>, content: Content): void {
    if (row.leasedUntil.getTime() <= Date.now()) return;
    const job: Promise<void> = tryOnce(row, content)
      .catch(noteFailure)
      .finally(() => underWay.delete(job));
    underWay.add(job);
  }

  async function tryOnce(row: Claimed<Row>, content: Content): Promise<void> {
    const labels = { queue: queue.purpose, what: kindOf(row, content) };
    const ended = await observe("attempt", labels, async () => attempt(row, content, await load()));
    if (ended.status === "sent") return queue.remove(row);
    if (ended.status === "limited") {
      // A service's limit holds for all rows, not only for the row that met it.
      resumeAt = Math.max(resumeAt, performance.now() + ended.waitMs);
      return tryAgain(row, content, ended.waitMs, "rate_limited");
    }
    if (!ended.retry) return giveUp(row, content, ended.reason);
    const left = row.expires.getTime() - Date.now();
    const pauseMs = Math.min(timing.retryAfterMs * PAUSE_GROWS ** (row.attempts - 1), timing.longestPauseMs, left / 2);
    return tryAgain(row, content, Math.max(pauseMs, timing.retryAfterMs), ended.reason);
  }

  async function tryAgain(row: Claimed<Row>, content: Content, pauseMs: number, reason: string): Promise<void> {
    if (Date.now() + pauseMs >= row.expires.getTime()) return giveUp(row, content, reason);
    await queue.postpone(row, pauseMs);
    setTimeout(() => bell.abort(), pauseMs).unref();
  }

  async function giveUp(row: Claimed<Row>, content: Content | null, reason: string): Promise<void> {
    if (await queue.giveUp(row)) gaveUp(row, content, reason);
  }

  /** The row is still there, and claimed for a while: it will be tried again. */
  function noteFailure(err: unknown): void {
    log.error({ err }, `${what} could not be worked on`);
  }

  const running = run();
  return {
    async wake(newer) {
      if (newer) load = newer;
      await pause(timing.startAfterMs, stopping.signal);
      if (stopping.signal.aborted) return;
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        bell.abort();
      });
    },
    stop() {
      stopping.abort();
      bell.abort();
      return running;
    },
  };
}

/** Resolves after this time, or when it is aborted. The timer keeps no process from ending. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms > 0) await sleep(ms, undefined, { signal, ref: false }).catch(() => {});
}
