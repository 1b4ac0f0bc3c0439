import type { TestProject } from "vitest/node";
import { startServer } from "./server";

declare module "vitest" {
  interface ProvidedContext {
    /** The built app, running in production mode for all contract tests. */
    server: { url: string; resendUrl: string; settings: Record<string, string> };
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { url, resendUrl, settings, stop } = await startServer();
  project.provide("server", { url, resendUrl, settings });
  return async () => void (await stop());
}
