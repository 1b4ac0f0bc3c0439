import { setTimeout as sleep } from "node:timers/promises";
import { recordEvent } from "@/lib/auth/store/security-events";
import { findPrincipal } from "@/lib/auth/store/sessions";
import { transact } from "@/lib/db/transact";
import { env } from "@/lib/env";
import { log } from "@/lib/log";
import { cleanUpAside } from "@/lib/server/clean-up-regularly";
import { session, verifiedUser } from "../support/people";

// Deletes expired rows while a visitor reads and writes. The last line printed is JSON of `CleanedUp`.

const IDLE_MS = 20_000;
const PAUSE_MS = 3;

/** Milliseconds that a look-up and a transaction took. */
type Visits = { count: number; p999: number; longest: number };
export type CleanedUp = { deleted: number; seconds: number; idle: Visits; during: Visits };

log.level = "silent";
Object.assign(env(), { BCRYPT_COST: 4, DATABASE_URL: process.argv[2] });
const user = await verifiedUser();
const { token } = await session(user);

async function visitUntil(isOver: () => boolean): Promise<Visits> {
  const taken: number[] = [];
  while (!isOver()) {
    const begun = performance.now();
    await findPrincipal(token);
    await transact(() => recordEvent("sign_in.succeeded", { userId: user.id }));
    taken.push(performance.now() - begun);
    await sleep(PAUSE_MS);
  }
  taken.sort((a, b) => a - b);
  const at = (share: number) => taken[Math.ceil(taken.length * share) - 1] ?? Number.NaN;
  return { count: taken.length, p999: at(0.999), longest: at(1) };
}

const warm = performance.now() + 1_000;
await visitUntil(() => performance.now() > warm);
const end = performance.now() + IDLE_MS;
const idle = await visitUntil(() => performance.now() > end);
const begun = performance.now();
let isOver = false;
const cleaning = cleanUpAside().finally(() => {
  isOver = true;
});
const during = await visitUntil(() => isOver);
const seconds = (performance.now() - begun) / 1_000;
const deleted = Object.values(await cleaning).reduce((sum, rows) => sum + rows, 0);
console.log(`\n${JSON.stringify({ deleted, seconds, idle, during } satisfies CleanedUp)}`);
process.exit();
