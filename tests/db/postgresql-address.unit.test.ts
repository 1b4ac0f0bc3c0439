import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { whichDatabase } from "@/lib/cli/which-database.mjs";
import { connectionConfigs, mustTakeWrites } from "@/lib/db/postgresql-connection";
import { EnvError } from "@/lib/env";
import { addressProblem, readAddress } from "@/lib/postgresql-address";

const folder = mkdtempSync(join(tmpdir(), "latchkey-address-"));
const authority = join(folder, "authority.pem");
writeFileSync(authority, "an authority");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const sslOf = (query: string) => connectionConfigs(`postgresql://app@database/app?${query}`)[0]?.ssl;

describe("an address of PostgreSQL", () => {
  test("names one host or several, and the first that takes writes is meant", () => {
    const several = "postgresql://app:p%40ss@one:5432,two:5433/app?application_name=x&target_session_attrs=read-write";
    expect(readAddress(several).hosts).toEqual([
      "postgresql://app:p%40ss@one:5432/app?application_name=x",
      "postgresql://app:p%40ss@two:5433/app?application_name=x",
    ]);
    expect(mustTakeWrites(several)).toBe(true);
    expect(mustTakeWrites("postgresql://app@one,two/app")).toBe(true);
    expect(mustTakeWrites("postgresql://app@one/app")).toBe(false);
    expect(mustTakeWrites("postgresql://app@one/app?target_session_attrs=primary")).toBe(true);
  });

  test("is shown to people without its password", () => {
    expect(whichDatabase("postgresql://app:secret@one:5432,two/app?sslmode=require")).toBe(
      "postgresql://app@one:5432,two/app",
    );
  });

  test.each([
    "postgresql:///app?host=/var/run/postgresql",
    "postgres://app@/app?host=%2Ftmp",
    "postgresql://[::1]:5432/app",
    "postgresql://app:p%2Fw@pooler.example.com:6543/postgres?pgbouncer=true&schema=public",
    "postgresql://app@database/app?options=-c%20geqo%3Doff&application_name=shop",
    "file:./dev.db",
  ])("may be %s", (url) => expect(addressProblem(url)).toBeUndefined());

  test.each([
    ["postgresql://app:pa/ss@database/app", "%2F"],
    ["postgresql://app:100%@database/app", "%25"],
    ["postgresql://database:99999/app", "cannot be read"],
    ["postgresql://database/app?sslmode=on", "disable, require, verify-ca, verify-full, no-verify"],
    ["postgresql://database/app?target_session_attrs=standby", "read-write, primary"],
    ["postgresql://database/app?sslmode=verify-ca", "sslrootcert"],
    ["postgresql://app:12?pa/ss=1@database/app", "%3F"],
    ["postgresql://database/app?connection_limit=1", "set DATABASE_POOL_SIZE"],
    ["postgresql://database/app?pgbouncer=true&pool_timeout=20", "set DATABASE_CONNECT_TIMEOUT_MS"],
    ["postgresql://database/app?connect_timeout=10", "set DATABASE_CONNECT_TIMEOUT_MS"],
    ["postgresql://database/app?socket_timeout=3", "set DATABASE_STATEMENT_TIMEOUT_MS"],
    ["postgresql://database/app?statement_timeout=3000", "set DATABASE_STATEMENT_TIMEOUT_MS"],
    ["postgresql://database/app?max_idle_connection_lifetime=60", "set DATABASE_IDLE_TIMEOUT_MS"],
    ["postgresql://database/app?schema=shop", "the schema public"],
    ["postgresql://database/app?options=-c%20search_path%3Dshop", "the schema public"],
    ["postgresql://database/app?ssl=true", "sslmode=require"],
    ["postgresql://database/app?sslaccept=strict", "sslmode=verify-full"],
    ["postgresql://database/app?sslidentity=a.p12", "sslcert and sslkey"],
    ["postgresql://database/app?sslmode=require&channel_binding=require", "channel_binding"],
    ["postgresql://database/app?user=app", "before the host"],
    [
      "postgresql://database/app?statement_cache_size=0",
      "statement_cache_size, which is without effect here: leave it out",
    ],
    ["postgresql://database/app?toString=1", "toString, which is without effect here: leave it out"],
  ])("is not %s, and it is said what would be", (url, words) => {
    expect(addressProblem(url)).toContain(words);
    expect(addressProblem(url)).not.toContain("pa/ss");
  });
});

describe("sslmode", () => {
  test("checks certificate and name, unless the address says less in so many words", () => {
    for (const mode of ["require", "verify-full"])
      expect(sslOf(`sslmode=${mode}`)).toEqual({ rejectUnauthorized: true });
    const given = `sslrootcert=${authority}`;
    expect(sslOf(given)).toEqual({ rejectUnauthorized: true, ca: "an authority" });
    expect(sslOf("sslmode=verify-full&sslrootcert=system")).toEqual({ rejectUnauthorized: true });
    const withoutName = sslOf(`sslmode=verify-ca&${given}`);
    expect(withoutName).toMatchObject({ rejectUnauthorized: true, ca: "an authority" });
    expect(withoutName).toHaveProperty("checkServerIdentity");
    expect(sslOf("sslmode=no-verify")).toEqual({ rejectUnauthorized: false });
    expect(sslOf("sslmode=disable")).toBe(false);
    expect(sslOf("application_name=x")).toBeUndefined();
  });

  test("with a file that is not there is one line that names it", () => {
    const missing = join(folder, "missing.pem");
    expect(() => sslOf(`sslmode=verify-full&sslrootcert=${missing}`)).toThrow(EnvError);
    expect(() => sslOf(`sslmode=verify-full&sslrootcert=${missing}`)).toThrow(missing);
  });
});
