import { setTimeout as sleep } from "node:timers/promises";
import { log } from "@/lib/log";
import { migrate } from "./migrate";

const AGAIN_MS = 1_000;

/** Migrates before a server serves. It waits for a database that is started together with it, and throws all other errors. */
export async function migrateAtStart(): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      const { applied } = await migrate();
      if (applied.length > 0) log.info({ event: "database.migrated", applied }, "database migrated");
      return;
    } catch (err) {
      if (!/can't reach database server|starting up/i.test(String(err))) throw err;
      if (attempt === 1) log.error({ event: "database.unavailable", err }, "waiting for the database");
    }
    await sleep(AGAIN_MS);
  }
}
