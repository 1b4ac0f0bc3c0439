import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HttpClient } from "@/tests/support/http-client";
import { logged } from "@/tests/support/outage";
import { findPostgresql } from "@/tests/support/postgresql.mjs";
import { type PostgresqlServer, startPostgresql } from "@/tests/support/postgresql-server";
import { startServer, type TestServer } from "@/tests/support/server";

const EMAIL = "alice@example.com";
const PASSWORD = "plover-hatch-93-quill";
const WRONG = "not-the-password-of-alice";
const INSTANCES = 5;
const FREE_ATTEMPTS = 10;

/** All believe in the same public address, as behind a reverse proxy. */
const SITE = "http://localhost";

describe.skipIf(!findPostgresql())("several instances on one database", () => {
  let postgresql: PostgresqlServer;
  let servers: TestServer[] = [];
  let [one, two] = ["", ""];

  beforeAll(async () => {
    postgresql = await startPostgresql();
    await postgresql.run("CREATE DATABASE app");
    process.env.DATABASE_URL = postgresql.url("app");
    const settings = { APP_URL: SITE, DATABASE_URL: postgresql.url("app") };
    servers = await Promise.all(Array.from({ length: INSTANCES }, () => startServer(settings)));
    [one = "", two = ""] = servers.map(({ url }) => url);
  });
  afterAll(async () => {
    const { db } = await import("@/lib/db");
    await db.$disconnect();
    await Promise.all(servers.map((server) => server.stop()));
    await postgresql?.remove();
  });

  test("that start at once migrate once", () => {
    expect(servers.map((server) => logged(server, "database.migrated")).sort()).toEqual([0, 0, 0, 0, 1]);
  });

  test("know whoever signed in on another, and refuse at once whom another has put out", async () => {
    const { verifiedUser } = await import("@/tests/support/people");
    await verifiedUser({ email: EMAIL });
    const session = (await signIn(one, PASSWORD)).session ?? "";
    expect((await new HttpClient(two, { session }).get("/dashboard")).text).toContain(EMAIL);
    expect(
      (await new HttpClient(two, { session, site: SITE }).submit("/dashboard", "Sign out", {})).location,
    ).toContain("/login");
    expect((await new HttpClient(one, { session }).get("/dashboard")).status).toBe(307);
    expect((await new HttpClient(one, { session }).get("/api/me")).status).toBe(401);
  });

  test("count attempts together", async () => {
    const answers = [];
    for (let count = 0; count < FREE_ATTEMPTS + 2; count++) answers.push(await signIn(count % 2 ? one : two, WRONG));
    const limited = answers.map(({ text }) => text.includes("Too many attempts"));
    expect(limited).toEqual(answers.map((_, index) => index >= FREE_ATTEMPTS));
    expect((await signIn(one, PASSWORD)).session).toBeNull();
  });
});

/** From ever new addresses, so that it is the account that is limited. */
function signIn(instance: string, password: string) {
  return new HttpClient(instance, { site: SITE }).submit("/login", "Sign in", { email: EMAIL, password });
}
