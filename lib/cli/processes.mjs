import { spawn } from "node:child_process";

/** The running processes that this command started. */
const children = new Set();
const GRACE_MS = 10_000;
const PARENT_POLL_MS = 300;
const LAST_WORDS_MS = 1_000;
/** An exit code above this names the signal that ended a program which handles signals itself. */
const LAST_CODE = 128;
let ending = false;

/** @typedef {{ code: number, output: string }} Ended `code` is 1 for a process that was killed or never started. */

/**
 * Starts a program and takes its output.
 * @param {string} file
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, onOutput?: (text: string) => void }} options
 * @returns {import("node:child_process").ChildProcess & { ended: Promise<Ended> }}
 */
export function start(file, args, { cwd, env = process.env, onOutput } = {}) {
  const child = spawn(file, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  children.add(child);
  let output = "";
  const take = (chunk) => {
    output += chunk;
    onOutput?.(String(chunk));
  };
  child.stdout.on("data", take);
  child.stderr.on("data", take);
  const ended = new Promise((resolve) => {
    child.on("error", (error) => resolve({ code: 1, output: `${output}${error.message}\n` }));
    // After we were told to stop, the end of a child is no failure.
    const end = (code) => ending || resolve({ code: code ?? 1, output });
    // Ctrl-C goes to all processes, and a child may end before we hear of it. We hear of it within the time below.
    child.on("close", (code, signal) => (signal || code > LAST_CODE ? undefined : end(code)));
    // A process that the child started may hold the output open for ever.
    child.on("exit", (code) => setTimeout(end, LAST_WORDS_MS, code));
  });
  for (const event of ["exit", "error"]) child.once(event, () => children.delete(child));
  return Object.assign(child, { ended });
}

/** Ends what was started, gently at first. */
export async function endChildren(signal = "SIGTERM") {
  const running = [...children];
  const ends = running.map((child) => new Promise((resolve) => child.once("close", resolve)));
  for (const child of running) child.kill(signal);
  const kill = setTimeout(() => running.map((child) => child.kill("SIGKILL")), GRACE_MS);
  await Promise.all(ends);
  clearTimeout(kill);
}

/** Ctrl-C and friends end the children first; then this process ends by the same signal, as shells and npm expect. */
export function endWithChildren(cleanUp = () => {}) {
  onStop(async (signal) => {
    ending = true;
    await endChildren();
    cleanUp();
    process.kill(process.pid, signal);
  });
}

/**
 * Calls back once when this process is told to stop.
 * @param {(signal: NodeJS.Signals) => void} callback
 */
export function onStop(callback) {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, callback);

  // npm passes no signal on: the shell between npm and us takes it and ends. So the end of that shell counts as a signal.
  if (!process.env.npm_lifecycle_event) return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    process.kill(process.pid, "SIGTERM");
  }, PARENT_POLL_MS);
  watch.unref();
}
