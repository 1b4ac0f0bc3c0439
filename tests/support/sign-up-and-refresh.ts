import { randomUUID } from "node:crypto";
import { readdirSync } from "node:fs";
import { confirmCode } from "@/lib/auth/confirm-email";
import { refreshSession } from "@/lib/auth/refresh-session";
import { register } from "@/lib/auth/register";
import { db } from "@/lib/db";
import { log } from "@/lib/log";
import { newApiSession } from "./kill-people";
import { outboxRows } from "./outbox-rows";
import { client, links, other, verifiedUser } from "./people";

// Signs people up and refreshes an app's session, and prints as JSON what the process holds after a fifth of them and after
// all.
log.level = "silent";
const [signUps = 0, refreshesEach = 0] = process.argv.slice(2).map(Number);

const person = await verifiedUser();
let token = "";
const held = [];
for (let count = 1; count <= signUps; count++) {
  await signUp();
  // An hour allows a session only so many refreshes.
  ({ token } = await newApiSession(person));
  for (let refreshes = 0; refreshes < refreshesEach; refreshes++) await refresh();
  // The outbox would grow too, but is not measured here.
  await db.outboxMail.deleteMany();
  if (count === Math.ceil(signUps / 5) || count === signUps) held.push(holding());
}
console.log(JSON.stringify(held));
process.exit();

async function signUp(): Promise<void> {
  const [email, from] = [`${randomUUID()}@example.com`, client()];
  const begun = await register({ email, password: other(), profile: {} }, from, links);
  if (!begun.ok || begun.value.status !== "pending") throw new Error(JSON.stringify(begun));
  const { code = "" } = (await outboxRows()).find(({ to }) => to === email) ?? {};
  const confirmed = await confirmCode({ verificationId: begun.value.verificationId, code }, from);
  if (!confirmed.ok) throw new Error(JSON.stringify(confirmed));
}

async function refresh(): Promise<void> {
  const refreshed = await refreshSession({ refreshToken: token }, client());
  if (!refreshed.ok) throw new Error(JSON.stringify(refreshed));
  token = refreshed.value.refreshToken;
}

function holding(): { files: number; megabytes: number } {
  return { files: readdirSync("/proc/self/fd").length, megabytes: process.memoryUsage().rss / 1e6 };
}
