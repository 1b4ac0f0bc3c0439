import type { TestProject } from "vitest/node";
import { type Start, startServer } from "./server";

declare module "vitest" {
  interface ProvidedContext {
    /** The built app, running in production mode for all contract tests. */
    server: { url: string; resendUrl: string; settings: Record<string, string> };
  }
}

/** `SERVED_BY="next start"` runs the same tests against the build under Next's own server. */
const start: Start = process.env.SERVED_BY === "next start" ? "next start" : "npm start";

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { url, resendUrl, settings, stop } = await startServer({}, start);
  project.provide("server", { url, resendUrl, settings });
  return async () => void (await stop());
}
