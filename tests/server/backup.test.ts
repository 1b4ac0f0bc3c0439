import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { afterAll, beforeEach, expect, test } from "vitest";
import { login } from "@/lib/auth/login";
import { setUserDisabled } from "@/lib/auth/manage-users";
import { findPrincipal } from "@/lib/auth/store/sessions";
import { findUsers } from "@/lib/auth/store/user-search";
import { deleteUser, findUserByEmail, updateUser } from "@/lib/auth/store/users";
import { db } from "@/lib/db";
import { databaseKind } from "@/lib/db/kind";
import { env } from "@/lib/env";
import { adminUser, client, links, PASSWORD, session, verifiedUser } from "@/tests/support/people";
import { findPostgresql } from "@/tests/support/postgresql.mjs";
import { runCommand } from "@/tests/support/run-command";

// This process has the database open all the time, as a running site has.
const folder = mkdtempSync(join(tmpdir(), "latchkey-backup-"));
let backups = 0;
let file: string;
beforeEach(async () => {
  await db.user.deleteMany();
  file = join(folder, `${++backups}.backup`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const settings = () => ({
  NODE_ENV: "development",
  AUTH_SECRET: env().AUTH_SECRET,
  DATABASE_URL: env().DATABASE_URL,
  DIRECT_URL: env().DIRECT_URL ?? "",
  PATH: [findPostgresql(), process.env.PATH].filter(Boolean).join(":"),
});
const backUp = () => runCommand(folder, "lib/server/backup.ts", settings(), [file]);
const restore = (...more: string[]) => runCommand(folder, "lib/server/restore.ts", settings(), [file, ...more]);

test("a backup brings back who there was, with their passwords, numbers and search", async () => {
  const alice = await verifiedUser({ email: "alice@example.com", name: "Alice Liddell" });
  const bob = await verifiedUser({ email: "bob@example.com" });
  expect(await backUp()).toMatchObject({ code: 0 });
  expect(statSync(file).mode & 0o077, "only its owner reads it").toBe(0);

  await deleteUser(alice.id);
  await updateUser(bob.id, { email: "robert@example.com" });
  const carol = await verifiedUser({ email: "carol@example.com" });
  expect((await restore("--replace")).output).toContain("Everybody is signed out");

  expect(await findUserByEmail("alice@example.com")).toEqual(alice);
  expect(await findUserByEmail("carol@example.com")).toBeNull();
  expect((await login({ email: "bob@example.com", password: PASSWORD }, client(), links)).ok).toBe(true);
  const sought = async (text: string) => (await findUsers({ text, isDisabled: false, order: "newest" }, {}, 10)).seqs;
  expect(await sought("liddell")).toEqual([alice.seq]);
  expect(await sought("carol")).toEqual([]);
  const dave = await verifiedUser({ email: "dave@example.com" });
  expect(dave.seq, "a number is not used twice").toBeGreaterThan(
    databaseKind(env().DATABASE_URL) === "sqlite" ? carol.seq : bob.seq,
  );
});

test("what was revoked since stays revoked: no session, link or waiting mail comes back", async () => {
  const [alice, root] = [await verifiedUser(), (await session(await adminUser())).principal];
  const { token } = await session(alice);
  await db.verification.create({
    data: { purpose: "reset", tokenHash: "hash", expires: new Date(Date.now() + 60_000) },
  });
  expect(await findPrincipal(token)).not.toBeNull();
  expect(await backUp()).toMatchObject({ code: 0 });
  expect(await setUserDisabled(root, alice.id, true)).toMatchObject({ ok: true });
  expect(await restore("--replace")).toMatchObject({ code: 0 });
  expect(await findPrincipal(token)).toBeNull();
  expect([await db.session.count(), await db.refreshToken.count(), await db.verification.count()]).toEqual([0, 0, 0]);
  expect([await db.outboxMail.count(), await db.delivery.count()]).toEqual([0, 0]);
});

test("a backup made while people register has each of them whole or not at all", async () => {
  let going = true;
  const registering = (async () => {
    for (let n = 0; going; n++) {
      await verifiedUser({ email: `n${n}@example.com` });
      // SQLite answers at once, and would leave no turn to what the command says.
      await setImmediate();
    }
  })();
  const backedUp = await backUp();
  going = false;
  await registering;
  expect(backedUp).toMatchObject({ code: 0 });
  expect(await restore("--replace")).toMatchObject({ code: 0 });
  expect(await db.user.count()).toBeGreaterThan(0);
  expect(await db.user.count({ where: { credential: null } })).toBe(0);
});

test("nothing is replaced that was not meant to be", async () => {
  await verifiedUser({ email: "alice@example.com" });
  writeFileSync(file, "not a backup");
  expect(await backUp()).toMatchObject({
    code: 1,
    output: expect.stringContaining("exists, and a backup replaces no other"),
  });
  expect(await restore()).toMatchObject({ code: 1, output: expect.stringContaining("--replace") });
  expect(await restore("--replace")).toMatchObject({ code: 1, output: expect.stringContaining("is no backup of") });
  expect(await findUserByEmail("alice@example.com")).not.toBeNull();
});
