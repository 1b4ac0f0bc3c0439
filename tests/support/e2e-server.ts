import { startServer } from "./server";

/**
 * One server for all browser tests. Its settings go into this process's environment, which the tests' processes inherit:
 * whatever a test does by itself, like making a user, it does to the server's own database.
 */
export default async function setup(): Promise<() => Promise<void>> {
  const { settings, resendUrl, stop } = await startServer();
  Object.assign(process.env, settings, { RESEND_BASE_URL: resendUrl });
  return async () => void (await stop());
}
