import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "libsql";
import { afterAll, expect, test, vi } from "vitest";
import { login } from "@/lib/auth/login";
import { hashPassword } from "@/lib/auth/model/password-hash";
import { hashToken, randomToken } from "@/lib/auth/model/secrets";
import { mayEnrol } from "@/lib/auth/steps/reauthenticate";
import { findPrincipal } from "@/lib/auth/store/sessions";
import { db } from "@/lib/db";
import { migrate } from "@/prisma/migrate";
import { addAuthenticator } from "@/tests/support/factors";
import { client, links, PASSWORD, withEnv } from "@/tests/support/people";

const FACTORS = "more_factors";
/** The release before the one that brought second factors: its migrations are all that it knows. */
let isBefore = false;
vi.mock("@/prisma/schema-engine", async (original) => {
  const real = await original<typeof import("@/prisma/schema-engine")>();
  return {
    ...real,
    readMigrations(kind: Parameters<typeof real.readMigrations>[0]) {
      const list = real.readMigrations(kind);
      const end = list.migrationDirectories.findIndex(({ path }) => path.endsWith(FACTORS));
      return isBefore ? { ...list, migrationDirectories: list.migrationDirectories.slice(0, end) } : list;
    },
  };
});

const directory = await mkdtemp(join(tmpdir(), "latchkey-upgrade-"));
const file = join(directory, "test.db");
afterAll(() => rm(directory, { recursive: true, force: true }));

test("people and sessions from before second factors go on as they were, and can set one up", async () => {
  isBefore = true;
  expect((await migrate(`file:${file}`)).applied.at(-1)).not.toContain(FACTORS);
  const token = randomToken();
  const old = new Database(file);
  const [now, later] = [new Date(), new Date(Date.now() + 86_400_000)].map((at) =>
    at.toISOString().replace("Z", "+00:00"),
  );
  old
    .prepare(`INSERT INTO "User" ("id", "email", "emailVerified", "updatedAt") VALUES (?, ?, ?, ?)`)
    .run("u-1", "alice@example.com", now, now);
  old
    .prepare(`INSERT INTO "Credential" ("userId", "passwordHash") VALUES (?, ?)`)
    .run("u-1", await hashPassword(PASSWORD));
  old
    .prepare(
      `INSERT INTO "Session" ("id", "tokenHash", "userId", "idleSeconds", "expires", "absoluteExpires") VALUES (?, ?, ?, ?, ?, ?)`,
    )
    .run("s-1", hashToken(token), "u-1", 86_400, later, later);
  old.close();

  isBefore = false;
  expect((await migrate(`file:${file}`)).applied.some((name) => name.endsWith(FACTORS))).toBe(true);
  await withEnv({ DATABASE_URL: `file:${file}` }, async () => {
    const principal = await findPrincipal(token);
    expect(principal).toMatchObject({ userId: "u-1", proofs: [], twoFactorAt: null });
    const signIn = () => login({ email: "alice@example.com", password: PASSWORD }, client(), links);
    expect(await signIn()).toMatchObject({ ok: true, value: { session: { owedFactor: null } } });
    expect(principal && (await mayEnrol(principal))).toMatchObject({ ok: true });
    await addAuthenticator(await db.user.findUniqueOrThrow({ where: { id: "u-1" } }));
    expect(await signIn()).toMatchObject({ ok: true, value: { session: { owedFactor: "second-factor" } } });
    await db.$disconnect();
  });
});
