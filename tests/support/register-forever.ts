import { randomUUID } from "node:crypto";
import { appendFileSync } from "node:fs";
import { confirmCode } from "@/lib/auth/confirm-email";
import { register } from "@/lib/auth/register";
import { log } from "@/lib/log";
import { outboxRows } from "./outbox-rows";

// Registers people until it is killed, and notes each address in the given file before it begins.
log.level = "silent";
const [list = "", password = ""] = process.argv.slice(2);

const page = () => "https://app.example.com/";
const links = { login: page, account: page, forgotPassword: page, verifyEmail: page };

for (let count = 0; ; count++) {
  const email = `${randomUUID()}@example.com`;
  const client = { ip: `10.${process.pid % 250}.${(count >> 8) % 250}.${count % 250}`, userAgent: null };
  appendFileSync(list, `${email}\n`);
  const begun = await register({ email, password, profile: { name: "Alice" } }, client, links);
  if (!begun.ok || begun.value.status !== "pending") throw new Error(JSON.stringify(begun));
  const { code = "" } = (await outboxRows()).findLast(({ to }) => to === email) ?? {};
  const confirmed = await confirmCode({ verificationId: begun.value.verificationId, code }, client);
  if (!confirmed.ok) throw new Error(JSON.stringify(confirmed));
}
