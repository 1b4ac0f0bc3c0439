import { DEMO_PASSWORD, DEMO_USERS } from "@/lib/auth/model/demo-accounts";
import { CommandError, runCommand } from "@/lib/cli/command";
import { unknownSettings } from "@/lib/cli/unknown-settings";
import { isLocalDatabase, whichDatabase } from "@/lib/cli/which-database.mjs";
import { env } from "@/lib/env";
import { refuseWithoutMigration } from "@/prisma/create-migration";
import { migrate } from "@/prisma/migrate";
import { seed } from "@/prisma/seed";

/** Errors of SQLite and Prisma for a file that is no database, or not one of these migrations. */
const UNUSABLE = /not a database|malformed|schema is not empty|failed migrations|migration failed/i;

// Prepares the database for `npm run dev`, in one process because each start takes time. Its answer is one line of JSON.
await runCommand(async () => {
  const { DATABASE_URL } = env();
  await refuseWithoutMigration();
  const { applied } = await migrateOrSayHow(DATABASE_URL);
  const problem = await seedOrSayWhyNot(DATABASE_URL);
  const demo = { emails: DEMO_USERS.map(({ email }) => email), password: DEMO_PASSWORD };
  console.log(JSON.stringify({ applied, ...(problem ? { problem } : { demo }), unknown: unknownSettings() }));
});

async function migrateOrSayHow(url: string): ReturnType<typeof migrate> {
  try {
    return await migrate(url);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // A file of one's own may be begun anew. A server's database is not for us to give away, and a disk that is full or a
    // file that another program has locked is mended otherwise.
    if (url.startsWith("file:") && UNUSABLE.test(message))
      throw new CommandError(`${message}\n\nTo begin with an empty database, delete ${whichDatabase(url)}`);
    throw error;
  }
}

async function seedOrSayWhyNot(url: string): Promise<string | undefined> {
  if (!isLocalDatabase(url))
    return "No demo accounts were added: the database is on another machine. If it is for development, run npm run db:seed.";
  try {
    await seed();
    return undefined;
  } catch (error) {
    if (error instanceof CommandError) return `${error.message} You can register at /register.`;
    throw error;
  }
}
