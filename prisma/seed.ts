import { hashPassword } from "@/lib/auth/model/password-hash";
import { CommandError, isCommand, runCommand } from "@/lib/cli/command";
import { db } from "@/lib/db";
import { DEMO_PASSWORD, DEMO_USERS } from "@/lib/demo-accounts";
import { env } from "@/lib/env";

/**
 * Adds the demo accounts that are missing. One that exists is left as it is: you may have changed its password.
 * @returns the addresses that were added.
 * @throws in production, where an account with a public password is an open door.
 */
export async function seed(): Promise<string[]> {
  if (env().production) throw new CommandError("The demo accounts are for development: their password is public.");
  const emails = DEMO_USERS.map((user) => user.email);
  const present = await db.user.findMany({ where: { email: { in: emails } }, select: { email: true } });
  const missing = DEMO_USERS.filter((user) => !present.some(({ email }) => email === user.email));
  for (const user of missing) {
    const credential = { create: { passwordHash: await hashPassword(DEMO_PASSWORD) } };
    await db.user.create({ data: { ...user, emailVerified: new Date(), credential } });
  }
  return missing.map((user) => user.email);
}

if (isCommand(import.meta)) {
  await runCommand(async () => {
    const added = await seed();
    console.log(added.length > 0 ? `Added ${added.join(" and ")}` : "The demo accounts are there already");
  });
}
