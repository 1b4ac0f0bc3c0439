import { db } from "@/lib/db";
import type { Prisma, User } from "@/prisma/client/client";

type Owner = Pick<User, "id" | "email">;
type Part = { part: string; read(owner: Owner): Promise<unknown> } | { leftOut: string };

/** More rows of one table than a person has. */
const MOST = 1_000;
const NEWEST = { orderBy: { createdAt: "desc" }, take: MOST } as const;

/**
 * Every table, and what of it is a person's own. A table that is missing here does not compile. Secrets and
 * ids that only machines use are left out. A new column is included, unless the table's entry here has a `select`.
 */
const TABLES = {
  User: { part: "user", read: ({ id }) => db.user.findUnique({ where: { id } }) },
  Avatar: { part: "picture", read: ({ id }) => readPicture(id) },
  Credential: {
    part: "password",
    read: ({ id: userId }) => db.credential.findUnique({ where: { userId }, select: { changedAt: true } }),
  },
  Account: {
    part: "connectedAccounts",
    read: ({ id: userId }) => db.account.findMany({ where: { userId }, omit: { userId: true }, ...NEWEST }),
  },
  Passkey: {
    part: "passkeys",
    read: ({ id: userId }) => {
      const select = { label: true, backedUp: true, createdAt: true, lastUsedAt: true };
      return db.passkey.findMany({ where: { userId }, select, ...NEWEST });
    },
  },
  Authenticator: {
    part: "authenticatorApps",
    read: ({ id: userId }) => {
      const select = { label: true, createdAt: true, confirmedAt: true, lastUsedAt: true };
      return db.authenticator.findMany({ where: { userId }, select, ...NEWEST });
    },
  },
  RecoveryCode: {
    part: "recoveryCodes",
    read: ({ id: userId }) =>
      db.recoveryCode.findMany({ where: { userId }, select: { createdAt: true, usedAt: true }, ...NEWEST }),
  },
  RememberedDevice: {
    part: "rememberedDevices",
    read: ({ id: userId }) =>
      db.rememberedDevice.findMany({ where: { userId }, select: { createdAt: true, expires: true }, ...NEWEST }),
  },
  Session: {
    part: "sessions",
    read: ({ id: userId }) =>
      db.session.findMany({ where: { userId }, omit: { userId: true, tokenHash: true }, ...NEWEST }),
  },
  Verification: { part: "linksAndCodesUnderWay", read: readVerifications },
  Actor: {
    part: "profiles",
    read: ({ id: userId }) => db.actor.findMany({ where: { userId }, omit: { userId: true }, ...NEWEST }),
  },
  SecurityEvent: { leftOut: "Not here: there may be many, so that security-events.ts reads them page by page." },
  RefreshToken: { leftOut: "Secrets of a session, and the session is there." },
  RateLimit: { leftOut: "Counts under keys that are hashes." },
  OutboxMail: { leftOut: "Mails on their way, sealed. Their receivers get them." },
  Delivery: { leftOut: "Events on their way to code of this app, sealed." },
  SigningKey: { leftOut: "About no person." },
} satisfies Record<Prisma.ModelName, Part>;

/** What is kept of a person, without security events. One part after the other, so that memory holds one at a time. */
export async function* readPersonalData(owner: Owner): AsyncGenerator<{ part: string; value: unknown }> {
  const tables: Part[] = Object.values(TABLES);
  for (const table of tables) if ("part" in table) yield { part: table.part, value: await table.read(owner) };
}

async function readPicture(userId: string): Promise<{ createdAt: Date; webp: string } | null> {
  const avatar = await db.avatar.findUnique({ where: { userId } });
  return avatar && { createdAt: avatar.createdAt, webp: Buffer.from(avatar.webp).toString("base64") };
}

/** Verifications of the user, and those mailed to the address before it had a user. */
async function readVerifications({ id: userId, email }: Owner): Promise<object[]> {
  const select = { purpose: true, email: true, createdAt: true, expires: true };
  const [own, mailed] = [
    await db.verification.findMany({ where: { userId }, select, ...NEWEST }),
    await db.verification.findMany({ where: { email, userId: null }, select, ...NEWEST }),
  ];
  return [...own, ...mailed];
}
