import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { runPostgresql } from "@/lib/cli/postgresql-programs";
import { isOutage } from "@/lib/db/is-outage";
import { openPool } from "@/lib/db/postgresql-pool";
import { migrate } from "@/prisma/migrate";
import { type Authority, createAuthority } from "@/tests/support/certificates";
import { findPostgresql } from "@/tests/support/postgresql.mjs";
import { type PostgresqlServer, startPostgresql } from "@/tests/support/postgresql-server";
import { startSwitch } from "@/tests/support/tcp-switch";

const LIMITS = { size: 1, connectMs: 4_000, idleMs: 1_000, statementMs: 4_000 };
const IS_ENCRYPTED = { text: "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()", rowMode: "array" } as const;
/** Eight bytes: their number, and PostgreSQL's code for "encrypt this". */
const SSL_REQUEST = "0000000804d2162f";

let [ours, other]: Authority[] = [];
let server: PostgresqlServer;

beforeAll(async () => {
  ours = createAuthority();
  other = createAuthority();
  server = await startPostgresql(ours.settings("localhost"));
});
afterAll(async () => {
  await server?.remove();
  ours?.remove();
  other?.remove();
});

/** The server's certificate is for localhost, and for no number. */
const at = (host: string, parameters: string) => `${server.url("postgres").replace("127.0.0.1", host)}?${parameters}`;
const file = (authority: Authority | undefined) => encodeURIComponent(authority?.file ?? "");

/** Whether the site's own connections to this address are encrypted. @throws what it fails by */
async function isEncrypted(url: string): Promise<boolean> {
  const pool = openPool(url, LIMITS);
  try {
    const { rows } = await pool.query(IS_ENCRYPTED);
    return rows[0]?.[0] === true;
  } finally {
    await pool.end();
  }
}

test.each([
  ["require", "localhost", () => `sslmode=require&sslrootcert=${file(ours)}`],
  ["verify-full", "localhost", () => `sslmode=verify-full&sslrootcert=${file(ours)}`],
  ["verify-ca, under another name", "127.0.0.1", () => `sslmode=verify-ca&sslrootcert=${file(ours)}`],
  ["no-verify", "127.0.0.1", () => "sslmode=no-verify"],
])("%s encrypts", async (_, host, parameters) => {
  expect(await isEncrypted(at(host, parameters()))).toBe(true);
});

test("disable does not", async () => {
  expect(await isEncrypted(at("localhost", "sslmode=disable"))).toBe(false);
});

test.each([
  ["of another authority", "localhost", () => `sslmode=verify-full&sslrootcert=${file(other)}`, "sslrootcert"],
  [
    "of another authority, whatever its name",
    "127.0.0.1",
    () => `sslmode=verify-ca&sslrootcert=${file(other)}`,
    "sslrootcert",
  ],
  ["of no known authority", "localhost", () => "sslmode=require", "sslrootcert"],
  ["for another name", "127.0.0.1", () => `sslmode=verify-full&sslrootcert=${file(ours)}`, "another name"],
  ["for another name", "127.0.0.1", () => `sslmode=require&sslrootcert=${file(ours)}`, "another name"],
])("a certificate %s is refused, at a start in one line and at once", async (_, host, parameters, words) => {
  const url = at(host, parameters());
  const failure = await isEncrypted(url).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(Error);
  await expect(migrate(url)).rejects.toThrow(words);
});

test("a server without certificate is not spoken to where encryption is asked for, and it is an outage", async () => {
  const plain = `${inject("templateDatabase")}?sslmode=require`;
  await expect(migrate(plain)).rejects.toThrow("offers none");
  const { PrismaPg } = await import("@prisma/adapter-pg");
  const connection = await new PrismaPg(openPool(plain, LIMITS), { disposeExternalPool: true }).connect();
  const failure = await connection
    .queryRaw({ sql: "SELECT 1", args: [], argTypes: [] })
    .catch((error: unknown) => error);
  await connection.dispose();
  expect(isOutage(failure)).toBe(true);
});

test("a statement that takes too long is cancelled over a connection that is as encrypted as its own", async () => {
  const way = await startSwitch(Number(new URL(server.url("postgres")).port));
  const address = new URL(at("localhost", `sslmode=verify-full&sslrootcert=${file(ours)}`));
  address.port = String(way.port);
  const pool = openPool(address.href, { ...LIMITS, statementMs: 300 });
  try {
    await expect(pool.query({ text: "SELECT pg_sleep(60)", rowMode: "array" })).rejects.toThrow("canceling statement");
  } finally {
    await pool.end();
    way.stop();
  }
  expect(way.beginnings.map((sent) => sent.toString("hex"))).toEqual([SSL_REQUEST, SSL_REQUEST]);
});

test("PostgreSQL's own programs, which back up and restore, check as strictly", async () => {
  process.env.PATH = `${findPostgresql()}:${process.env.PATH}`;
  const ask = (url: string) => runPostgresql("psql", url, ["--no-psqlrc", "--command", "SELECT 1"]);
  await ask(at("localhost", `sslmode=verify-full&sslrootcert=${file(ours)}`));
  for (const parameters of [
    `sslmode=require&sslrootcert=${file(other)}`,
    `sslmode=verify-full&sslrootcert=${file(other)}`,
  ])
    await expect(ask(at("localhost", parameters))).rejects.toThrow(/certificate verify failed/);
});
