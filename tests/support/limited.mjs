const INSTALL_MS = 180_000;

/**
 * Waits for an installation, and ends one that takes too long.
 * @param {ReturnType<typeof import("../../lib/cli/processes.mjs").start>} child
 */
export async function limited(child) {
  const timer = setTimeout(() => child.kill("SIGKILL"), INSTALL_MS);
  await child.ended;
  clearTimeout(timer);
}
