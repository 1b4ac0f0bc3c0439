import { randomInt } from "node:crypto";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { login } from "@/lib/auth/login";
import { signOut } from "@/lib/auth/sign-out";
import { findPrincipal } from "@/lib/auth/store/sessions";
import { findUserById } from "@/lib/auth/store/users";
import { env } from "@/lib/env";
import { log } from "@/lib/log";
import { client, links, PASSWORD } from "../support/people";
import { databaseCpu } from "./database-cpu";
import { AT_ONCE, repeat } from "./load";

// People sign in, look at ten pages and sign out, each in their own time. The last line printed is JSON of `Served`.

const PAGES = 10;
/**
 * The first hundred visits take twice as long, while their code is compiled. A fixed time would not suffice for them with four
 * processes.
 */
const WARM_UP_VISITS = 200;

/** `cpuMs` is ours, `databaseMs` what PostgreSQL used meanwhile, for other processes too. */
export type Served = { count: number; cpuMs: number; databaseMs: number; perSecond: number };

const [url = "", people = "", index = "", seconds = "", processes = "", folder = ""] = process.argv.slice(2);
log.level = "silent";
Object.assign(env(), { BCRYPT_COST: 4, DATABASE_URL: url });
let [count, visitors] = [0, 0];

async function visit(): Promise<void> {
  // Leaves out every tenth person, who is disabled, and the first, who is busy.
  const user = await findUserById(`id-${10 * randomInt(Number(people) / 10) + 5}`);
  // Sign-ins from one address would wait for each other's count of guesses.
  const from = client(`10.${index}.${(visitors >> 8) & 255}.${visitors++ & 255}`);
  const signedIn = await login({ email: user?.email ?? "", password: PASSWORD }, from, links);
  if (!signedIn.ok || signedIn.value.status !== "signed-in") throw new Error("Not signed in");
  const { token } = signedIn.value.session;
  for (let page = 0; page < PAGES; page++) if (!(await findPrincipal(token))) throw new Error("Signed out");
  await signOut(token);
  count++;
}

/** Goes on until all processes are warm, so that they are measured at the same time. */
async function warmUp(): Promise<void> {
  while (count < WARM_UP_VISITS) await visit();
  writeFileSync(join(folder, index), "");
  while (readdirSync(folder).length < Number(processes)) await visit();
}

await Promise.all(Array.from({ length: AT_ONCE }, warmUp));
count = 0;
const ofDatabase = await databaseCpu();
const cpu = process.cpuUsage();
const perSecond = await repeat(Number(seconds), visit);
const { user, system } = process.cpuUsage(cpu);
const served: Served = { count, cpuMs: (user + system) / 1_000, databaseMs: await ofDatabase(), perSecond };
console.log(`\n${JSON.stringify(served)}`);
process.exit();
