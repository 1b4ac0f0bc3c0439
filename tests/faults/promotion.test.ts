import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { QueryArrayConfig } from "pg";
import { afterAll, beforeAll, describe, expect, onTestFailed, test, vi } from "vitest";
import { isOutage } from "@/lib/db/is-outage";
import { openPool } from "@/lib/db/postgresql-pool";
import { strapiLinks } from "@/lib/dialects/strapi/links";
import { SETTINGS } from "@/lib/dialects/strapi/settings";
import { type Answer, HttpClient } from "@/tests/support/http-client";
import { ANSWERS_WITHIN_MS, load } from "@/tests/support/outage";
import { findPostgresql } from "@/tests/support/postgresql.mjs";
import { type PostgresqlServer, startPostgresql } from "@/tests/support/postgresql-server";
import { startServer, type TestServer } from "@/tests/support/server";
import { startSwitch } from "@/tests/support/tcp-switch";

const NEW_PASSWORD = "granite-otter-1-lantern";
const PREPARED = 150;
/** What is promised is five seconds; the machine has other things to do. */
const RECOVERS_WITHIN_MS = 5_000 + 1_500;
const ENOUGH = 5;

type Acknowledged = { registered: string[]; reset: string[]; signedOut: string[] };

describe.skipIf(!findPostgresql())("a primary that dies and a synchronous standby that is promoted", () => {
  let primary: PostgresqlServer;
  let standby: PostgresqlServer;
  let moving: Awaited<ReturnType<typeof startSwitch>>;
  /** One knows both hosts, the other an address that moves. */
  let servers: TestServer[] = [];
  let visitor: string;

  beforeAll(async () => {
    primary = await startPostgresql(["synchronous_commit=on"]);
    await primary.run("CREATE DATABASE app");
    standby = await primary.standby();
    await primary.run("ALTER SYSTEM SET synchronous_standby_names = '*'");
    await primary.run("SELECT pg_reload_conf()");
    await vi.waitFor(
      async () => expect(await primary.run("SELECT sync_state FROM pg_stat_replication")).toEqual([["sync"]]),
      { timeout: 10_000 },
    );
    const [{ host: one }, { host: two, port }] = [new URL(primary.url("app")), new URL(standby.url("app"))];
    moving = await startSwitch(Number(new URL(primary.url("app")).port));
    const { AUTH_SECRET = "" } = process.env;
    const open = { AUTH_REQUIRE_EMAIL_VERIFICATION: "false", AUTH_SECRET };
    servers = await Promise.all([
      startServer({ ...open, DATABASE_URL: primary.url("app").replace(one, `${two},${one}`) }),
      startServer({ ...open, DATABASE_URL: primary.url("app").replace(one, `127.0.0.1:${moving.port}`) }),
    ]);
    process.env.DATABASE_URL = primary.url("app").replace(one, `${one},127.0.0.1:${port}`);
    const people = await import("@/tests/support/people");
    visitor = (await people.session(await people.verifiedUser())).token;
  });
  afterAll(async () => {
    const { db } = await import("@/lib/db");
    await db.$disconnect();
    await Promise.all(servers.map((server) => server.stop()));
    moving?.stop();
    await standby?.remove();
    await primary?.remove();
  });

  test("what the standby has not got is not told as done, alone and in a transaction", async () => {
    const pool = openPool(primary.url("app"), { size: 1, connectMs: 2_000, idleMs: 1_000, statementMs: 500 });
    const text = `INSERT INTO "RateLimit" ("key", "points", "blockedUntil", "expires") VALUES ('lonely', 1, 0, 0)`;
    const write: QueryArrayConfig = { text, rowMode: "array" };
    standby.freeze();
    try {
      const [alone, registered] = await Promise.all([
        pool.query(write).then(
          () => null,
          (error: unknown) => error,
        ),
        register(servers[0], `${randomUUID()}@example.com`),
      ]);
      expect(isOutage(alone)).toBe(true);
      expect(registered.status).toBe(503);
    } finally {
      standby.thaw();
      await pool.end();
    }
    await vi.waitFor(async () => expect((await register(servers[0], newEmail())).status).toBe(200), {
      timeout: RECOVERS_WITHIN_MS,
      interval: 100,
    });
  });

  test("answers 503 meanwhile, is back in five seconds, and has lost nothing that it acknowledged", async () => {
    const answers: Answer[] = [];
    const traffic = await Promise.all(servers.map((server) => startTraffic(server, answers)));
    const acknowledged = traffic.map((one) => one.acknowledged);
    const visits = servers.map((server) => load(new HttpClient(server.url, { session: visitor }), "/dashboard", 2));
    const stopped = async () => {
      await Promise.all(traffic.map((one) => one.stop()));
      return (await Promise.all(visits.map((each) => each.stop()))).flat();
    };
    onTestFailed(() => void stopped());
    await vi.waitFor(
      () => {
        for (const each of acknowledged)
          for (const [what, { length }] of Object.entries(each)) expect(length, what).toBeGreaterThan(ENOUGH);
      },
      { timeout: 30_000, interval: 50 },
    );

    await primary.stop("SIGQUIT");
    for (const server of servers) expect((await register(server, newEmail())).status).toBe(503);
    // The address moves before the standby is promoted: for a while it can be read only.
    moving.lead(Number(new URL(standby.url("app")).port));
    await vi.waitFor(
      async () => {
        const reader = new HttpClient(servers[1]?.url ?? "", { session: visitor });
        expect((await reader.get("/dashboard")).status).toBe(200);
      },
      { timeout: RECOVERS_WITHIN_MS, interval: 100 },
    );
    for (const server of servers) expect((await register(server, newEmail())).status).toBe(503);
    await standby.run("SELECT pg_promote()");
    const promoted = performance.now();
    for (const server of servers) await untilItRegisters(server);
    expect(performance.now() - promoted).toBeLessThan(RECOVERS_WITHIN_MS);

    await sleep(500);
    const pages = await stopped();
    expect(new Set(pages.map(({ status }) => status))).toEqual(new Set([200, 503]));
    expect([...new Set(answers.map(({ status }) => status))].filter((status) => status >= 500)).toEqual([503]);
    expect(Math.max(...[...pages, ...answers].map(({ ms }) => ms))).toBeLessThan(ANSWERS_WITHIN_MS);
    for (const each of acknowledged) await expectKept(each);
  });

  /** People who register, reset their password and sign out, one after the other, until they are stopped. */
  async function startTraffic(server: TestServer, answers: Answer[]) {
    const people = await import("@/tests/support/people");
    const { mailed } = await import("@/tests/support/kill-people");
    const acknowledged: Acknowledged = { registered: [], reset: [], signedOut: [] };
    const user = await people.verifiedUser();
    const [resets, sessions]: [{ email: string; code: string }[], string[]] = [[], []];
    for (let n = 0; n < PREPARED; n++) {
      const forgetful = await people.verifiedUser();
      const link = new URL(strapiLinks(SETTINGS).resetPassword((await mailed("reset", forgetful)).token));
      resets.push({ email: forgetful.email, code: link.searchParams.get("code") ?? "" });
      if (n % 2 === 0)
        sessions.push((await people.newSession(n % 50 === 0 ? await people.verifiedUser() : user)).token);
    }
    const signOut = await new HttpClient(server.url, { session: visitor }).form("/dashboard", "Sign out");
    let going = true;
    const again = async (act: () => Promise<Answer | null>) => {
      for (let answer = await act(); going && answer; answer = await act()) answers.push(answer);
    };
    const running = [
      again(async () => {
        const email = newEmail();
        const answer = await register(server, email);
        if (answer.status === 200) acknowledged.registered.push(email);
        return answer;
      }),
      again(async () => {
        const next = resets.pop();
        if (!next) return null;
        const body = { code: next.code, password: NEW_PASSWORD, passwordConfirmation: NEW_PASSWORD };
        const answer = await new HttpClient(server.url).call("POST", "/api/auth/reset-password", { body });
        if (answer.status === 200) acknowledged.reset.push(next.email);
        return answer;
      }),
      again(async () => {
        const session = sessions.pop();
        if (!session) return null;
        const answer = await new HttpClient(server.url, { session }).post("/dashboard", signOut, {});
        if (answer.location?.includes("/login")) acknowledged.signedOut.push(session);
        return answer;
      }),
    ];
    return {
      acknowledged,
      async stop() {
        going = false;
        await Promise.all(running);
      },
    };
  }

  async function expectKept({ registered, reset, signedOut }: Acknowledged): Promise<void> {
    const { db } = await import("@/lib/db");
    const { findPrincipal } = await import("@/lib/auth/store/sessions");
    const { verifyPassword } = await import("@/lib/auth/model/password-hash");
    const among = (emails: string[]) => ({ where: { email: { in: emails } } });
    expect(await db.user.count(among(registered))).toBe(registered.length);
    const owners = await db.user.findMany({ ...among(reset), include: { credential: true } });
    expect(owners).toHaveLength(reset.length);
    for (const { credential } of owners)
      expect(await verifyPassword(NEW_PASSWORD, credential?.passwordHash ?? null)).toBe(true);
    for (const token of signedOut) expect(await findPrincipal(token)).toBeNull();
  }
});

const newEmail = () => `${randomUUID()}@example.com`;

function register(server: TestServer | undefined, email: string): Promise<Answer> {
  const body = { username: email, email, password: "plover-hatch-93-quill" };
  return new HttpClient(server?.url ?? "").call("POST", "/api/auth/local/register", { body });
}

async function untilItRegisters(server: TestServer): Promise<void> {
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; await sleep(50))
    if ((await register(server, newEmail())).status === 200) return;
  throw new Error("It takes no registrations");
}
