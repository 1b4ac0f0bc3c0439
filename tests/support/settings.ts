import { randomBytes } from "node:crypto";
import { log } from "@/lib/log";

// The environment of every test, whatever the machine it runs on has set: nothing here may depend on a developer's own.
const OURS = /^(AUTH_|API_|RESEND_|MAIL_|PASSWORD_|TRUSTED_)/;
for (const name of Object.keys(process.env)) if (OURS.test(name)) delete process.env[name];

Object.assign(process.env, {
  APP_URL: "https://app.example.com",
  AUTH_SECRET: randomBytes(32).toString("base64url"),
  // Cheap hashes: what a password costs an attacker is not what these tests are about.
  BCRYPT_COST: "4",
  DATABASE_URL: "file:/there/is/no/database/in/unit/tests.db",
});

log.level = "error";
