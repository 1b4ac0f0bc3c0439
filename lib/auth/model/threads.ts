import { once } from "node:events";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { singleton } from "@/lib/singleton";

const FOLDER = join(/* turbopackIgnore: true */ process.cwd(), "lib", "auth", "model");

/**
 * Does a task on a thread of its own that runs a file of this folder. Such threads have a lower priority than the
 * one that serves pages: work gets every core that is free, and hands it back the moment a page needs it. A thread does
 * one task at a time and is kept for the next; callers limit how many tasks run at once.
 * @returns what the file posts back.
 * @throws when a thread cannot be started, or dies.
 */
export async function runOnThread(file: string, task: readonly unknown[]): Promise<unknown> {
  const idle = singleton(`threads:${file}`, (): Worker[] => []);
  const worker = idle.pop() ?? new Worker(join(FOLDER, file), { env: {}, execArgv: [] });
  // A working thread keeps the process from ending; an idle one does not.
  worker.ref();
  const answered = once(worker, "message");
  worker.postMessage(task);
  const [answer] = await answered;
  worker.unref();
  idle.push(worker);
  return answer;
}
