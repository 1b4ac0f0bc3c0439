import { DEMO_PASSWORD, DEMO_USERS } from "@/lib/auth/model/demo-accounts";
import { hashPassword } from "@/lib/auth/model/password-hash";
import { announceDatabase, CommandError, isCommand, runCommand } from "@/lib/cli/command";
import { isLoopback } from "@/lib/cli/which-database.mjs";
import { db } from "@/lib/db";
import { transact } from "@/lib/db/transact";
import { env } from "@/lib/env";
import { migrate } from "./migrate";

const EMAILS: string[] = DEMO_USERS.map((user) => user.email);

/**
 * Adds the demo accounts that are missing. It leaves one that exists as it is: you may have changed its password.
 * @returns the addresses that were added.
 * @throws {CommandError} where an account with a public password would be a way in for strangers: in production, on a site that
 * others reach, and in a database with other people in it, whatever NODE_ENV says.
 */
export async function seed(): Promise<string[]> {
  const { production, APP_URL } = env();
  if (production) throw new CommandError("The demo accounts are for development: their password is public.");
  if ((await missingUsers()).length === 0) return [];
  if (!isLoopback(new URL(APP_URL).hostname))
    throw new CommandError(`No demo accounts were added: others reach ${APP_URL}, and their password is public.`);
  const passwordHash = await hashPassword(DEMO_PASSWORD);
  return transact(async () => {
    if (await db.user.findFirst({ where: { email: { notIn: EMAILS } }, select: { seq: true } }))
      throw new CommandError("No demo accounts were added: there are other users, and their password is public.");
    const missing = await missingUsers();
    for (const user of missing)
      await db.user.create({ data: { ...user, emailVerified: new Date(), credential: { create: { passwordHash } } } });
    return missing.map((user) => user.email);
  });
}

async function missingUsers() {
  const present = await db.user.findMany({ where: { email: { in: EMAILS } }, select: { email: true } });
  return DEMO_USERS.filter((user) => !present.some(({ email }) => email === user.email));
}

if (isCommand(import.meta)) {
  await runCommand(async () => {
    announceDatabase();
    if (!env().production) await migrate();
    const added = await seed();
    console.log(
      added.length > 0
        ? `Added ${added.join(" and ")}`
        : "The demo accounts are there already. A password that you changed stays",
    );
  });
}
