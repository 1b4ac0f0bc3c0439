import { setTimeout as sleep } from "node:timers/promises";
import { PrismaPg } from "@prisma/adapter-pg";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { BRAND } from "@/lib/brand";
import { HttpClient } from "@/tests/support/http-client";
import { ANSWERS_WITHIN_MS, expectClosed, expectRecovery, load, logged } from "@/tests/support/outage";
import { findPostgresql } from "@/tests/support/postgresql.mjs";
import { type PostgresqlServer, startPostgresql } from "@/tests/support/postgresql-server";
import { startServer, type TestServer } from "@/tests/support/server";

const MAX_CONNECTIONS = 20;
const OURS = `application_name = '${BRAND.name}'`;

describe.skipIf(!findPostgresql())("while PostgreSQL", () => {
  let postgresql: PostgresqlServer;
  let server: TestServer;
  let session: string;

  beforeAll(async () => {
    postgresql = await startPostgresql([`max_connections=${MAX_CONNECTIONS}`]);
    await postgresql.run("CREATE DATABASE app");
    process.env.DATABASE_URL = postgresql.url("app");
    server = await startServer({ DATABASE_URL: postgresql.url("app") });
    const people = await import("@/tests/support/people");
    session = (await people.session(await people.verifiedUser({ email: "alice@example.com" }))).token;
    const { db } = await import("@/lib/db");
    await db.$disconnect();
  });
  afterAll(async () => {
    await server?.stop();
    await postgresql?.remove();
  });

  test("refuses connections, everything that needs it answers 503, and works again when it is back", async () => {
    await postgresql.stop();
    const before = logged(server, "database.unavailable");
    await expectClosed(server, session);
    await expectClosed(server, session);
    expect(logged(server, "database.unavailable")).toBe(before + 1);
    expect(server.output()).not.toContain("request failed");
    await postgresql.start();
    await expectRecovery(server, session);
  });

  test("restarts under load, nobody is let in, put out or kept waiting", async () => {
    const visits = load(new HttpClient(server.url, { session }), "/dashboard");
    await sleep(1_000);
    await postgresql.stop();
    await sleep(1_000);
    await postgresql.start();
    await expectRecovery(server, session);
    const answers = await visits.stop();
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 503]));
    expect(Math.max(...answers.map(({ ms }) => ms))).toBeLessThan(ANSWERS_WITHIN_MS);
  });

  test("dies like in a crash, the same holds", async () => {
    const visits = load(new HttpClient(server.url, { session }), "/dashboard");
    await sleep(500);
    await postgresql.stop("SIGQUIT");
    await expectClosed(server, session);
    await postgresql.start();
    await expectRecovery(server, session);
    for (const { status } of await visits.stop()) expect([200, 503]).toContain(status);
  });

  test("hangs, requests end in time", async () => {
    postgresql.freeze();
    try {
      await expectClosed(server, session);
    } finally {
      postgresql.thaw();
    }
    await expectRecovery(server, session);
  });

  test("keeps a query waiting for a lock, that query ends in time and others are not held up", async () => {
    const other = await new PrismaPg({ connectionString: postgresql.url("app"), max: 1 }).connect();
    const say = (sql: string) => other.executeRaw({ sql, args: [], argTypes: [] });
    await say("BEGIN");
    await say(`LOCK TABLE "RateLimit" IN ACCESS EXCLUSIVE MODE`);
    const [signIn, page] = await Promise.all([
      new HttpClient(server.url).signInByApi("alice@example.com", "plover-hatch-93-quill"),
      new HttpClient(server.url, { session }).get("/dashboard"),
    ]);
    expect(signIn.status).toBe(503);
    expect(signIn.ms).toBeLessThan(ANSWERS_WITHIN_MS);
    expect(page.status).toBe(200);
    await say("ROLLBACK");
    await other.dispose();
    expect((await new HttpClient(server.url).signInByApi("alice@example.com", "plover-hatch-93-quill")).status).toBe(
      200,
    );
  });

  test("has no connection left, requests are refused fast, and none is leaked", async () => {
    // It works by itself too, and would take a connection before all others are held.
    process.kill(server.pid, "SIGSTOP");
    await postgresql.run(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${OURS}`);
    const held = await holdAll(postgresql.url("app"));
    process.kill(server.pid, "SIGCONT");
    try {
      await expectClosed(server, session);
    } finally {
      for (const connection of held) await connection.dispose();
    }
    await expectRecovery(server, session);
    const visits = load(new HttpClient(server.url, { session }), "/dashboard", 30);
    await sleep(1_000);
    await visits.stop();
    const [[open, inTransaction] = []] = await postgresql.run(
      `SELECT count(*)::int, count(*) FILTER (WHERE state LIKE 'idle in%')::int FROM pg_stat_activity WHERE ${OURS}`,
    );
    expect(open).toBeLessThanOrEqual(10);
    expect(inTransaction).toBe(0);
  });

  test("only reads, who is signed in stays so and sees the pages, and what would be written is to be tried again", async () => {
    const others = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${OURS}`;
    // Its use was last noted an hour ago, so that each visit would note it again.
    await postgresql.run(`UPDATE "Session" SET "lastSeenAt" = now() - interval '1 hour'`, "app");
    await postgresql.run("ALTER DATABASE app SET default_transaction_read_only = on");
    await postgresql.run(others);
    const alice = new HttpClient(server.url, { session });
    const stranger = new HttpClient(server.url);
    const json = { accept: "application/json" };
    try {
      await vi.waitFor(async () => expect((await alice.get("/dashboard")).status).toBe(200), { timeout: 5_000 });
      const sections = ["security", "devices", "data", "activity"].map((name) => `/account/${name}`);
      const pages = ["/dashboard", "/account", ...sections, "/api/me", "/api/auth/session"];
      for (const page of pages) expect([page, (await alice.get(page, json)).status]).toEqual([page, 200]);
      expect((await alice.get("/api/auth/session", json)).body).toMatchObject({ user: { email: "alice@example.com" } });
      const writes = [
        await alice.signInByApi("alice@example.com", "plover-hatch-93-quill"),
        await stranger.submit("/login", "Sign in", { email: "alice@example.com", password: "plover-hatch-93-quill" }),
        await stranger.submit("/forgot-password", "Send reset link", { email: "alice@example.com" }),
        await alice.submit("/account?edit=profile", "Save profile", { name: "Alice" }),
        await alice.submit("/dashboard", "Sign out", {}),
      ];
      // A form that React answered shows it where the form is.
      const refused = writes.map(
        ({ status, text }) => status === 503 || (status < 300 && text.includes("try again in a moment")),
      );
      expect(writes.map(({ status }, n) => refused[n] || status)).toEqual(writes.map(() => true));
      expect((await alice.get("/dashboard")).status).toBe(200);
      await vi.waitFor(
        async () => {
          const { status, body } = await alice.get("/api/health", json);
          expect([status, body]).toEqual([503, { status: "read-only" }]);
        },
        { timeout: 15_000, interval: 250 },
      );
      expect(logged(server, "database.read_only")).toBeGreaterThan(0);
      expect(server.output()).not.toContain("background work failed");
    } finally {
      await postgresql.run("ALTER DATABASE app RESET default_transaction_read_only");
      await postgresql.run(others);
    }
    await expectRecovery(server, session);
    await vi.waitFor(
      async () => expect((await alice.signInByApi("alice@example.com", "plover-hatch-93-quill")).status).toBe(200),
      { timeout: 5_000 },
    );
  });

  test("is not there yet, a server that is started waits for it", async () => {
    await postgresql.stop();
    const starting = startServer({ DATABASE_URL: postgresql.url("app") });
    await sleep(3_000);
    await postgresql.start();
    const late = await starting;
    expect(logged(late, "database.unavailable")).toBeLessThanOrEqual(1);
    expect((await new HttpClient(late.url, { session }).get("/dashboard")).status).toBe(200);
    expect(await late.stop()).toBe(0);
    await expectRecovery(server, session);
  });

  test("is away, the process lives and says so to whoever asks for its health", async () => {
    await postgresql.stop();
    expect((await new HttpClient(server.url).get("/api/health")).status).toBe(503);
    await postgresql.start();
    await expectRecovery(server, session);
    expect(process.kill(server.pid, 0)).toBe(true);
  });
});

/** Opens connections until there are none left. */
async function holdAll(connectionString: string) {
  const held = [];
  for (let count = 0; count < MAX_CONNECTIONS; count++) {
    const connection = await new PrismaPg({ connectionString, max: 1, idleTimeoutMillis: 0 }).connect();
    try {
      await connection.executeRaw({ sql: "BEGIN", args: [], argTypes: [] });
    } catch {
      break;
    }
    held.push(connection);
  }
  return held;
}
