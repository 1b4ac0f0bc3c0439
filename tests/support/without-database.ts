import { databaseKind } from "@/lib/db/kind";
import { env } from "@/lib/env";
import { withEnv } from "./people";
import { freePort } from "./server";

/** Runs while the database is away: a file that cannot be opened, or a server on whose port nothing listens. */
export async function withoutDatabase<T>(work: () => Promise<T>): Promise<T> {
  const { DATABASE_URL } = env();
  const away =
    databaseKind(DATABASE_URL) === "sqlite"
      ? "file:/there/is/no/such/folder/app.db"
      : DATABASE_URL.replace(/:\d+\//, `:${await freePort()}/`);
  return withEnv({ DATABASE_URL: away }, work);
}
