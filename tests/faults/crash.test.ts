import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { confirmCode } from "@/lib/auth/confirm-email";
import { login } from "@/lib/auth/login";
import { register } from "@/lib/auth/register";
import { db } from "@/lib/db";
import { migratedDatabase } from "@/tests/support/migrated-database";
import { newestMail } from "@/tests/support/outbox";
import { client, links, PASSWORD } from "@/tests/support/people";

const KILLS = 100;
/** As long as a registration takes, so that any moment of one may be the last. */
const KILL_WITHIN_MS = 60;
/** The first registration of a process takes longer; the one after it is the one to die in. */
const LINE_BYTES = "00000000-0000-0000-0000-000000000000@example.com\n".length;
const TIMEOUT_MS = 900_000;

const folder = mkdtempSync(join(tmpdir(), "latchkey-crash-"));
process.env.DATABASE_URL = `file:${migratedDatabase(join(folder, "app.db"))}`;
afterAll(async () => {
  await db.$disconnect();
  rmSync(folder, { recursive: true, force: true });
});

test("a process killed a hundred times while it registers people leaves every address usable", {
  timeout: TIMEOUT_MS,
}, async () => {
  const list = join(folder, "list");
  for (let kills = 0; kills < KILLS; kills += 2) await Promise.all([killOneOn(list), killOneOn(`${list}-2`)]);

  const begun = [list, `${list}-2`].flatMap((file) => readFileSync(file, "utf8").trim().split("\n"));
  const [known, unknown] = [new Set<string>(), new Set<string>()];
  for (const email of begun) ((await canSignIn(email)) ? known : unknown).add(email);
  expect(begun.length).toBeGreaterThanOrEqual(KILLS);
  expect(known.size).toBeGreaterThan(0);
  expect(unknown.size).toBeGreaterThan(0);
  for (const email of unknown) expect(await registerAgain(email), email).toBe(true);
  expect(await db.user.count()).toBe(begun.length);
  expect(await db.credential.count()).toBe(begun.length);
});

/** Starts a process that registers people, and kills it in the middle of something. */
async function killOneOn(list: string): Promise<void> {
  const size = () => (existsSync(list) ? statSync(list).size : 0);
  const before = size();
  const child = spawn(process.execPath, ["--import", "tsx", "tests/support/register-forever.ts", list, PASSWORD], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const ended = once(child, "exit");
  while (size() < before + 2 * LINE_BYTES && child.exitCode === null) await sleep(2);
  await sleep(Math.random() * KILL_WITHIN_MS);
  child.kill("SIGKILL");
  expect((await ended)[1], "it did not end by itself").toBe("SIGKILL");
}

async function canSignIn(email: string): Promise<boolean> {
  const result = await login({ email, password: PASSWORD }, client(), links);
  return result.ok && result.value.status === "signed-in";
}

async function registerAgain(email: string): Promise<boolean> {
  await db.rateLimit.deleteMany();
  const begun = await register({ email, password: PASSWORD }, client(), links);
  if (!begun.ok || begun.value.status !== "pending") return false;
  const { code = "" } = await newestMail(email);
  const confirmed = await confirmCode({ verificationId: begun.value.verificationId, code }, client());
  return confirmed.ok && (await canSignIn(email));
}
