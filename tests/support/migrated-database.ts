import { execFileSync } from "node:child_process";

/** Makes a migrated, empty SQLite file, in a process of its own so that it is closed when this returns. */
export function migratedDatabase(file: string): string {
  const env = {
    ...process.env,
    DATABASE_URL: `file:${file}`,
    AUTH_SECRET: "not-used-for-migrating-0123456789abcdef",
    NODE_ENV: "test" as const,
  };
  execFileSync(process.execPath, ["--import", "tsx", "prisma/migrate.ts"], {
    env,
    stdio: ["ignore", "ignore", "inherit"],
  });
  return file;
}
