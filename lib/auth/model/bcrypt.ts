import { once } from "node:events";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import bcrypt from "bcrypt";

/**
 * bcrypt on threads of our own, one a core, at a lower priority than the thread that serves pages: sign-ins get every
 * core that is free, and hand it back the moment a page needs it. bcrypt's own way, libuv's threads, takes the cores from
 * the pages, and holding some of them back would leave sign-ins slow when nothing else is going on.
 */
const WORKER = join(/* turbopackIgnore: true */ process.cwd(), "lib", "auth", "model", "bcrypt-worker.mjs");
/** Below this a hash is done before a thread is woken for it. Only tests use so little. */
const CHEAP_COST = 8;
export const HASHES_AT_ONCE = availableParallelism();

type Task = ["hashSync", string, number] | ["compareSync", string, string];

// One set of threads for all bundles of the process.
const shared = globalThis as typeof globalThis & { latchkeyHashers?: Worker[] };
shared.latchkeyHashers ??= [];
const idle = shared.latchkeyHashers;

/** The bcrypt hash of a password at this cost. Callers see to it that no more than `HASHES_AT_ONCE` run. */
export async function bcryptHash(password: string, cost: number): Promise<string> {
  if (cost < CHEAP_COST) return bcrypt.hash(password, cost);
  return onThread<string>(["hashSync", password, cost], () => bcrypt.hash(password, cost));
}

/** Whether the hash is the password's. False for what is no bcrypt hash. */
export async function bcryptMatches(password: string, hash: string): Promise<boolean> {
  const cost = Number(/^\$2\w?\$(\d\d)\$/.exec(hash)?.[1] ?? 0);
  if (cost < CHEAP_COST) return bcrypt.compare(password, hash);
  return onThread<boolean>(["compareSync", password, hash], () => bcrypt.compare(password, hash));
}

/** Does the task on a thread; in bcrypt's own way where threads cannot be started, or one dies. */
async function onThread<T>(task: Task, otherwise: () => Promise<T>): Promise<T> {
  try {
    const worker = idle.pop() ?? new Worker(WORKER, { env: {}, execArgv: [] });
    // The process may end while a thread has nothing to do, but not while somebody waits for it.
    worker.ref();
    const answered = once(worker, "message");
    worker.postMessage(task);
    const [answer] = await answered;
    worker.unref();
    idle.push(worker);
    return answer as T;
  } catch {
    return otherwise();
  }
}
