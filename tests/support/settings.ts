import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { log } from "@/lib/log";

// The environment of every test, on any machine: no test may depend on a developer's own settings.
const named = [...readFileSync(".env.example", "utf8").matchAll(/^#? ?([A-Z_]+)=/gm)].map(([, name = ""]) => name);
/** Further variables, by their beginnings: any provider's keys, and the address of the mail service in tests. */
const MORE = /^(AUTH_|RESEND_)/;
for (const name of Object.keys(process.env)) if (named.includes(name) || MORE.test(name)) delete process.env[name];

Object.assign(process.env, {
  APP_URL: "https://app.example.com",
  AUTH_SECRET: randomBytes(32).toString("base64url"),
  // Cheap hashes, because these tests do not measure an attacker's cost.
  BCRYPT_COST: "4",
  DATABASE_URL: "file:/there/is/no/database/in/unit/tests.db",
});

log.level = "error";
