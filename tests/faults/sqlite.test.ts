import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Database from "libsql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HttpClient } from "@/tests/support/http-client";
import { ANSWERS_WITHIN_MS, expectRecovery, logged } from "@/tests/support/outage";
import { startServer, type TestServer } from "@/tests/support/server";

const EMAIL = "alice@example.com";
const PASSWORD = "plover-hatch-93-quill";
const HEALTH_IS_KNOWN_WITHIN_MS = 30_000;
const DISK_BYTES = 4 * 1024 * 1024;

let server: TestServer;
let file: string;
let session: string;
let disk: Disk | null;

/** A small disk of its own under the database, where we may make one, so that it can be full. */
type Disk = { folder: string; fill(): void; free(): void; remove(): void };

function makeDisk(folder: string): Disk | null {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${DISK_BYTES}`, "tmpfs", folder], { stdio: "ignore" });
  } catch {
    console.log("A small disk cannot be mounted here (only root can): the test of a full one is skipped.");
    return null;
  }
  const ballast = join(folder, "ballast");
  return {
    folder,
    fill() {
      for (const bytes of [65_536, 4_096, 512])
        try {
          for (;;) writeFileSync(ballast, Buffer.alloc(bytes), { flag: "a" });
        } catch {}
    },
    free: () => rmSync(ballast, { force: true }),
    remove: () => execFileSync("umount", ["--lazy", folder]),
  };
}

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), "latchkey-faults-"));
  disk = makeDisk(folder);
  file = join(folder, "app.db");
  process.env.DATABASE_URL = `file:${file}`;
  server = await startServer({ DATABASE_URL: `file:${file}` });
  const people = await import("@/tests/support/people");
  session = (await people.session(await people.verifiedUser({ email: EMAIL }))).token;
});
afterAll(async () => {
  const { db } = await import("@/lib/db");
  await db.$disconnect();
  await server?.stop();
  disk?.remove();
  rmSync(join(file, ".."), { recursive: true, force: true });
});

describe("while another process holds SQLite's lock", () => {
  test("for a moment, writing waits and pages go on", async () => {
    const release = lock();
    const [signIn, page] = await Promise.all([
      new HttpClient(server.url).signInByApi(EMAIL, PASSWORD),
      new HttpClient(server.url, { session }).get("/dashboard"),
      sleep(1_000).then(release),
    ]);
    expect(signIn.status).toBe(200);
    expect(page.status).toBe(200);
  });

  test("for long, writing is refused in time, and nothing else is held up", async () => {
    const release = lock();
    const before = logged(server, "database.unavailable");
    const health: number[] = [];
    const signIns = Array.from({ length: 5 }, () => new HttpClient(server.url).signInByApi(EMAIL, PASSWORD));
    for (let count = 0; count < 10; count++) {
      health.push((await new HttpClient(server.url).get("/login")).ms);
      expect((await new HttpClient(server.url, { session }).get("/api/me")).status).toBe(200);
    }
    for (const answer of await Promise.all(signIns)) {
      expect(answer.status).toBe(503);
      expect(answer.ms).toBeLessThan(ANSWERS_WITHIN_MS);
    }
    release();
    expect(Math.max(...health)).toBeLessThan(2_000);
    expect(logged(server, "database.unavailable")).toBe(before + 1);
    await expectRecovery(server, session);
    expect((await new HttpClient(server.url).signInByApi(EMAIL, PASSWORD)).status).toBe(200);
  });
});

test("while the disk is full, nobody is signed in without a session being kept, and reading goes on", async (context) => {
  if (!disk) return context.skip();
  disk.fill();
  const visitor = new HttpClient(server.url);
  const answers = [];
  // SQLite may have a little room left in files that it has already.
  for (let count = 0; count < 60; count++)
    answers.push(await visitor.submit("/login", "Sign in", { email: EMAIL, password: PASSWORD }));
  const refused = answers.filter(({ session }) => !session);
  expect(refused.length).toBeGreaterThan(0);
  for (const answer of answers) {
    expect(answer.ms).toBeLessThan(ANSWERS_WITHIN_MS);
    if (answer.session)
      expect((await new HttpClient(server.url, { session: answer.session }).get("/dashboard")).status).toBe(200);
    else expect(answer.text).toContain("We cannot reach our database");
  }
  expect((await new HttpClient(server.url, { session }).get("/dashboard")).status).toBe(200);
  await expectHealth(503);
  expect(process.kill(server.pid, 0)).toBe(true);
  disk.free();
  await expectRecovery(server, session);
  expect((await visitor.submit("/login", "Sign in", { email: EMAIL, password: PASSWORD })).session).not.toBeNull();
  await expectHealth(200);
});

/** A load balancer asks again and again. What it is told of writing is as old as its last question but one. */
async function expectHealth(status: number): Promise<void> {
  const ask = async () => (await new HttpClient(server.url).get("/api/health")).status;
  await expect.poll(ask, { timeout: HEALTH_IS_KNOWN_WITHIN_MS, interval: 500 }).toBe(status);
}

/** Takes the lock as another process would. The function returned lets go of it. */
function lock(): () => void {
  const other = new Database(file);
  other.exec("BEGIN EXCLUSIVE");
  return () => {
    other.exec("ROLLBACK");
    other.close();
  };
}
