import { changeRoleByOperator } from "@/lib/auth/change-role";
import { isRole, ROLES } from "@/lib/auth/model/permissions";
import * as schemas from "@/lib/auth/model/schemas";
import { findUserByEmail } from "@/lib/auth/store/users";
import { db } from "@/lib/db";
import type { User } from "@/prisma/client/client";
import { announceDatabase, CommandError, runCommand, takeSettingsOfStart } from "./command";

// `npm run user -- show alice@example.com` prints what is known of a person. `npm run user -- role alice@example.com admin` gives
// them a role, which is how a site gets its first admin. A mail tells them once the site runs.
takeSettingsOfStart();

const USAGE = `Say what to do with whom:
  npm run user -- show alice@example.com
  npm run user -- role alice@example.com ${ROLES.join("|")}`;

await runCommand(async () => {
  const [what, address = "", role = "", ...more] = process.argv.slice(2);
  const wanted = what === "role" ? role : undefined;
  if (!["show", "role"].includes(what ?? "") || more.length > 0 || (what === "show" && role))
    throw new CommandError(USAGE);
  const email = schemas.email.safeParse(address);
  if (!email.success) throw new CommandError(`${JSON.stringify(address)} is no email address.\n\n${USAGE}`);
  if (wanted !== undefined && !isRole(wanted))
    throw new CommandError(`There is no role ${JSON.stringify(wanted)}. There are: ${ROLES.join(", ")}.`);
  announceDatabase();
  try {
    console.log(wanted === undefined ? factsOf(await find(email.data)) : await giveRole(email.data, wanted));
  } finally {
    await db.$disconnect();
  }
});

async function find(email: string): Promise<User> {
  const user = await findUserByEmail(email);
  if (!user) throw new CommandError(`No account has the address ${email}. Register it first.`);
  return user;
}

async function giveRole(address: string, role: (typeof ROLES)[number]): Promise<string> {
  const { email, role: before } = await find(address);
  const changed = await changeRoleByOperator({ email, role });
  if (!changed.ok) throw new CommandError(changed.error.message);
  return changed.value
    ? `${email} was ${before} and is ${role} now. A mail tells them.`
    : `${email} is ${role} already.`;
}

function factsOf({ id, email, name, role, emailVerified, disabledAt, createdAt }: User): string {
  const facts = {
    Address: email + (emailVerified ? "" : ", not confirmed"),
    Name: name ?? "none",
    Role: role,
    State: disabledAt ? `disabled since ${disabledAt.toISOString()}` : "active",
    Joined: createdAt.toISOString(),
    Id: id,
  };
  return Object.entries(facts)
    .map(([key, value]) => `${`${key}:`.padEnd(10)}${value}`)
    .join("\n");
}
