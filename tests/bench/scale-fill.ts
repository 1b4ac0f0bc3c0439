import { readFileSync } from "node:fs";
import type { SqlMigrationAwareDriverAdapterFactory } from "@prisma/driver-adapter-utils";
import { databaseKind } from "@/lib/db/kind";
import { sqliteDriver } from "@/prisma/migrate";
import { withPostgresql } from "@/prisma/migrate-postgresql";
import { FILTERS, openSchemaEngine, readMigrations, schemaPath } from "@/prisma/schema-engine";

/** The migrations after this one are measured on a full database. No version has been released yet. */
const NEWEST_BEFORE = "20261124193234_more_factors";
/** The id of a person who has 100 sessions, and an event for each hundredth of all people. */
export const BUSY_PERSON = "id-1";
const LOCK_TIMEOUT_MS = 60_000;
const DAY_MS = 86_400_000;

/** Migrates an empty database up to the newest migrations, which it leaves out. */
export async function migrateAlmost(url: string): Promise<void> {
  const kind = databaseKind(url);
  const { migrationDirectories, ...list } = readMigrations(kind);
  const old = migrationDirectories.filter(({ path }) => path <= NEWEST_BEFORE);
  const apply = async (driver: SqlMigrationAwareDriverAdapterFactory) => {
    const engine = await openSchemaEngine(driver, readFileSync(schemaPath(kind), "utf8"));
    await engine.applyMigrations({ migrationsList: { ...list, migrationDirectories: old }, filters: FILTERS });
    engine.free();
  };
  await (kind === "sqlite" ? apply(sqliteDriver(url)) : withPostgresql(url, LOCK_TIMEOUT_MS, apply));
}

/** SQL for either kind of database. Run `before` before the newest migrations, `after` on the tables that they make. */
export function fillings(url: string, people: number, passwordHash: string): { before: string[]; after: string[] } {
  const [now, later] = [at(0), at(1)];
  const clock = ["n / 3600", "n / 60 % 60", "n % 60"]
    .map((part) => `substr('' || (100 + ${part}), 2)`)
    .join(" || ':' || ");
  const inTurn = `'${at(-1).slice(0, 11)}' || ${clock} || '.000+00:00'`;
  const each = (into: string, columns: string, values: string, count = people) =>
    `WITH RECURSIVE "each"(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM "each" WHERE n < ${count})
     INSERT INTO "${into}" (${columns.replace(/\w+/g, '"$&"')}) SELECT ${values} FROM "each"`;
  const session =
    "id, tokenHash, userId, idleSeconds, expires, absoluteExpires, authenticatedAt, lastSeenAt, createdAt";
  const since = `'${later}', '${later}', '${now}', '${now}', '${now}'`;
  const event = "id, type, userId, createdAt";
  const queue = "id, sealed, dueAt, givenUpAt, createdAt";
  const givenUp = `'9999-12-31T00:00:00.000+00:00', '${at(-1)}', '${at(-3)}'`;
  const email = "(n * 1009 % 1000003) || '@mail' || (n % 1000) || '.example'";
  const few = Math.ceil(people / 10);
  return {
    before: [
      each(
        "User",
        "id, email, name, emailVerified, updatedAt",
        `'id-' || n, ${email}, 'Ann ' || (n * 2003 % 1000003), '${now}', '${now}'`,
      ),
      `UPDATE "User" SET "disabledAt" = '${now}' WHERE "seq" % 10 = 0`,
      each("Credential", "userId, passwordHash, changedAt", `'id-' || n, '${passwordHash}', '${now}'`),
      each(
        "Account",
        "id, userId, type, provider, providerAccountId",
        `'id-' || n, 'id-' || n, 'oauth', 'github', n || ''`,
      ),
      each("Session", session, `'id-' || n, 'hash-' || n, 'id-' || n, 86400, ${since}`),
      each("Session", session, `'busy-' || n, 'busy-' || n, '${BUSY_PERSON}', 86400, ${since}`, 99),
      each("RefreshToken", "id, tokenHash, sessionId, expires", `'id-' || n, 'hash-' || n, 'id-' || n, '${later}'`),
      each(
        "Verification",
        "id, purpose, userId, email, tokenHash, expires",
        `'id-' || n, 'reset', 'id-' || n, ${email}, 'hash-' || n, '${later}'`,
      ),
      each("RateLimit", "key, points, blockedUntil, expires", `'id-' || n, 1, 0, ${Date.now() + DAY_MS}`),
      each("SecurityEvent", event, `'id-' || n, 'sign_in.succeeded', 'id-' || n, '${now}'`),
      each(
        "SecurityEvent",
        event,
        `'busy-' || n, 'sign_in.succeeded', '${BUSY_PERSON}', ${databaseKind(url) === "sqlite" ? inTurn : `CAST(${inTurn} AS TIMESTAMP)`}`,
        Math.ceil(people / 100),
      ),
    ],
    after: [
      each("OutboxMail", `${queue}, priority, expires`, `'id-' || n, '', ${givenUp}, 1, '${at(-1)}'`, few),
      each("Delivery", `${queue}, event, subscriber`, `'id-' || n, '', ${givenUp}, 'user.created', 'crm'`, few),
    ],
  };
}

/** A time as Prisma stores it in SQLite. */
function at(days: number): string {
  return new Date(Date.now() + days * DAY_MS).toISOString().replace("Z", "+00:00");
}

const EXPIRING = ["Session", "RefreshToken", "Verification", "RateLimit", "SecurityEvent"];

/** SQL that makes this many rows expire, equally many of each kind, and each kind of different people. */
export function expire(rows: number): string[] {
  const each = rows / EXPIRING.length;
  return EXPIRING.map((table, index) => {
    const [column, value] = table === "SecurityEvent" ? ["createdAt", `'${at(-100)}'`] : ["expires", `'${at(-1)}'`];
    const [key, time] = table === "RateLimit" ? ["key", 0] : ["id", value];
    const [first, last] = [index * each + 1, (index + 1) * each];
    return `WITH RECURSIVE "each"(n) AS (SELECT ${first} UNION ALL SELECT n + 1 FROM "each" WHERE n < ${last})
      UPDATE "${table}" SET "${column}" = ${time} WHERE "${key}" IN (SELECT 'id-' || n FROM "each")`;
  });
}
