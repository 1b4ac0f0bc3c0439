import { randomBytes, randomUUID } from "node:crypto";
import Database from "libsql";
import { hashPassword } from "@/lib/auth/model/password-hash";
import { hashToken } from "@/lib/auth/model/secrets";
import { migrate } from "@/prisma/migrate";
import { PASSWORD } from "../support/people";

export const PEOPLE = 200;
const VISITORS = 500;

/** A database of people with one password, and with this many sessions. @returns cookies of some of them */
export async function fillDatabase(file: string, sessions: number): Promise<string[]> {
  await migrate(`file:${file}`);
  const database = new Database(file);
  const [now, later] = [new Date().toISOString(), new Date(Date.now() + 86_400_000).toISOString()];
  const passwordHash = await hashPassword(PASSWORD);
  const users = Array.from({ length: PEOPLE }, (_, index) => ({
    id: randomUUID(),
    email: `person-${index}@example.com`,
  }));
  const user = database.prepare(`INSERT INTO "User" ("id", "email", "emailVerified", "updatedAt") VALUES (?, ?, ?, ?)`);
  const credential = database.prepare(
    `INSERT INTO "Credential" ("userId", "passwordHash", "changedAt") VALUES (?, ?, ?)`,
  );
  const session = database.prepare(
    `INSERT INTO "Session" ("id", "tokenHash", "userId", "idleSeconds", "expires", "absoluteExpires", "authenticatedAt",
       "lastSeenAt", "createdAt") VALUES (?, ?, ?, 86400, ?, ?, ?, ?, ?)`,
  );
  const cookies: string[] = [];
  database.exec("BEGIN");
  for (const { id, email } of users) {
    user.run(id, email, now, now);
    credential.run(id, passwordHash, now);
  }
  for (let count = 0; count < sessions; count++) {
    const token = randomBytes(32).toString("base64url");
    const owner = users[count % PEOPLE]?.id;
    // Seen later than now: else the first request of each session would note the visit, in the middle of a later measurement.
    session.run(randomUUID(), hashToken(token), owner, later, later, now, later, now);
    // Spread over the whole table, so that they are not all on the same few pages of the file.
    if (count % Math.ceil(sessions / VISITORS) === 0) cookies.push(`authjs.session-token=${token}`);
  }
  database.exec("COMMIT");
  database.exec("ANALYZE");
  database.close();
  return cookies;
}
