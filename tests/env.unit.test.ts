import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { EnvError, parseEnv } from "@/lib/env";

const SECRET = "kJ8-fW2_xQ7.zN4~vB6+cR1=mT5:pL9;";
const PRODUCTION = {
  NODE_ENV: "production",
  AUTH_SECRET: SECRET,
  APP_URL: "https://app.example.com",
  DATABASE_URL: "file:/var/lib/app/app.db",
  RESEND_API_KEY: "re_test",
  MAIL_FROM: "hello@example.com",
  TRUSTED_PROXY_HOPS: "1",
};

/** What is said when the environment is wrong. @throws when it is right */
function complaint(changes: Record<string, string | undefined>): string {
  try {
    parseEnv({ ...PRODUCTION, ...changes });
  } catch (error) {
    if (error instanceof EnvError) return error.message;
    throw error;
  }
  throw new Error("It was accepted");
}

describe("production starts", () => {
  test("with the variables that it needs, and defaults for the rest", () => {
    expect(parseEnv(PRODUCTION)).toMatchObject({
      ...{ production: true, PORT: 3000, BCRYPT_COST: 12, PASSWORD_MIN_LENGTH: 8, TRUSTED_PROXY_HOPS: 1 },
      DATABASE_POOL_SIZE: 10,
      ...{ AUTH_REQUIRE_EMAIL_VERIFICATION: true, AUTH_ALLOW_SIGNUP: true, API_ALLOWED_ORIGINS: [] },
    });
  });

  test("without metrics, unless a port is given for them", () => {
    const { METRICS_PORT, METRICS_HOST } = parseEnv(PRODUCTION);
    expect([METRICS_PORT, METRICS_HOST]).toEqual([undefined, "127.0.0.1"]);
    expect(parseEnv({ ...PRODUCTION, METRICS_PORT: "9464" }).METRICS_PORT).toBe(9464);
  });

  test("under an address of which only the origin counts", () => {
    const { APP_URL } = parseEnv({ ...PRODUCTION, APP_URL: "https://App.Example.com/path/?x=1" });
    expect(APP_URL).toBe("https://app.example.com");
  });

  test("on https without a proxy before it, if it is told so, and on this machine without being told", () => {
    expect(parseEnv({ ...PRODUCTION, TRUSTED_PROXY_HOPS: "0" }).TRUSTED_PROXY_HOPS).toBe(0);
    const local = { ...PRODUCTION, APP_URL: "http://localhost:3000", TRUSTED_PROXY_HOPS: undefined };
    expect(parseEnv(local).TRUSTED_PROXY_HOPS).toBe(0);
  });

  test("on plain http on this machine only", () => {
    for (const host of ["localhost:3000", "127.0.0.1:8080", "[::1]"])
      expect(() => parseEnv({ ...PRODUCTION, APP_URL: `http://${host}` })).not.toThrow();
  });
});

describe("production does not start", () => {
  test.each([
    ["unset", undefined],
    ["empty", ""],
    ["a word", "secret"],
    ["a sample", "changeme"],
    ["31 bytes", SECRET.slice(0, 31)],
    ["one character", "x".repeat(64)],
    ["a sentence of the tutorial", "your-secret-goes-in-this-place-here"],
  ])("with an AUTH_SECRET that is %s, and the value is not shown", (_, value) => {
    const message = complaint({ AUTH_SECRET: value });
    expect(message).toMatch(/^AUTH_SECRET .*openssl rand/);
    if (value) expect(message).not.toContain(value);
  });

  test.each([
    ["APP_URL", undefined],
    ["APP_URL", "http://app.example.com"],
    ["APP_URL", "app.example.com"],
    ["APP_URL", "ftp://app.example.com"],
    ["DATABASE_URL", undefined],
    ["DATABASE_URL", "mysql://localhost/x"],
    ["RESEND_API_KEY", undefined],
    ["MAIL_FROM", undefined],
    ["BCRYPT_COST", "9"],
    ["BCRYPT_COST", "high"],
    ["PASSWORD_MIN_LENGTH", "7"],
    ["PORT", "0"],
    ["AUTH_ALLOW_SIGNUP", "yes"],
    ["TRUSTED_PROXY_HOPS", "-1"],
    ["SECURITY_CONTACT", "security@example.com"],
    ["TRUSTED_PROXY_HOPS", undefined],
    ["TRUSTED_PROXY_HOPS", ""],
    ["DATABASE_POOL_SIZE", "0"],
    ["DATABASE_CONNECT_TIMEOUT_MS", "5000"],
    ["DATABASE_STATEMENT_TIMEOUT_MS", "5000"],
    ["DATABASE_IDLE_TIMEOUT_MS", "soon"],
    ["DIRECT_URL", "file:/var/lib/app/app.db"],
    ["DIRECT_URL", "postgresql://owner@localhost/app"],
    ["DATABASE_URL", "postgresql://app:se@cret/app@localhost/app"],
    ["DATABASE_URL", "postgresql://app@localhost:port/app"],
    ["DATABASE_URL", "postgresql://app@localhost/app?sslmode=prefer"],
    ["DATABASE_URL", "postgresql://app@localhost/app?sslmode=verify-ca"],
    ["DATABASE_URL", "postgresql://app@one,two/app?target_session_attrs=any"],
    ["CLIENT_IP_HEADER", "x-real-ip, x-forwarded-for"],
    ["CRON_SECRET", "short"],
    ["METRICS_PORT", "0"],
    ["METRICS_PORT", "3000"],
    ["OTEL_EXPORTER_OTLP_ENDPOINT", "localhost:4318"],
  ])("with %s=%s, and one line names it", (name, value) => {
    const message = complaint({ [name]: value });
    expect(message).toMatch(new RegExp(`^${name} `));
    expect(message).not.toContain("\n");
  });
});

test("all variables that are missing or wrong are named at once, each in one line, and no value is shown", () => {
  const wrong = { NODE_ENV: "production", AUTH_SECRET: "changeme", PORT: "0", BCRYPT_COST: "4", AUTH_OIDC_ID: "id" };
  let message = "";
  try {
    parseEnv({ ...wrong, MAIL_PER_SECOND: "lots", AUTH_GOOGLE_ID: "id" });
  } catch (error) {
    message = error instanceof EnvError ? error.message : "";
  }
  const names = message.split("\n").map((line) => line.split(" ")[0]);
  const missing = ["APP_URL", "TRUSTED_PROXY_HOPS", "DATABASE_URL", "RESEND_API_KEY", "MAIL_FROM"];
  const ofProviders = ["AUTH_OIDC_SECRET", "AUTH_OIDC_ISSUER", "AUTH_GOOGLE_SECRET"];
  expect(names.sort()).toEqual(
    ["AUTH_SECRET", "PORT", "MAIL_PER_SECOND", "BCRYPT_COST", ...missing, ...ofProviders].sort(),
  );
  expect(message).not.toMatch(/changeme|lots/);
});

test("the example file has every secret empty, so that copying it starts nothing", () => {
  const lines = readFileSync(".env.example", "utf8").split("\n");
  const settings = lines.filter((line) => line && !line.startsWith("#"));
  expect(settings.length).toBeGreaterThan(10);
  for (const line of settings) expect(line).toMatch(/^[A-Z_0-9]+=$/);
  const example = Object.fromEntries(settings.map((line) => line.split("=") as [string, string]));
  expect(() => parseEnv({ ...example, NODE_ENV: "production" })).toThrow(EnvError);
});

test("development needs nothing but a secret, and takes empty values for none", () => {
  const { APP_URL, production } = parseEnv({ AUTH_SECRET: SECRET, PORT: "4000", APP_URL: "", RESEND_API_KEY: "" });
  expect([APP_URL, production]).toEqual(["http://localhost:4000", false]);
});
