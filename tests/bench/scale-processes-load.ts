import { randomInt } from "node:crypto";
import { login } from "@/lib/auth/login";
import { signOut } from "@/lib/auth/sign-out";
import { findPrincipal } from "@/lib/auth/store/sessions";
import { findUserById } from "@/lib/auth/store/users";
import { env } from "@/lib/env";
import { log } from "@/lib/log";
import { client, links, PASSWORD } from "../support/people";
import { databaseCpu } from "./database-cpu";
import { repeat } from "./load";

// People sign in, look at ten pages and sign out, each at a time of their own. The last line printed is JSON of `Served`.

const PAGES = 10;
const WARM_UP_SECONDS = 1;

/** `cpuMs` is ours, `databaseMs` what PostgreSQL used meanwhile, for other processes too. */
export type Served = { count: number; cpuMs: number; databaseMs: number; perSecond: number };

const [url = "", people = "", index = "", seconds = ""] = process.argv.slice(2);
log.level = "silent";
Object.assign(env(), { BCRYPT_COST: 4, DATABASE_URL: url });
let count = 0;

async function visit(): Promise<void> {
  // Every tenth of them is disabled, and the first is busy.
  const user = await findUserById(`id-${10 * randomInt(Number(people) / 10) + 5}`);
  const signedIn = await login(
    { email: user?.email ?? "", password: PASSWORD },
    client(`10.${index}.${(count >> 8) & 255}.${count & 255}`),
    links,
  );
  if (!signedIn.ok || signedIn.value.status !== "signed-in") throw new Error("Not signed in");
  const { token } = signedIn.value.session;
  for (let page = 0; page < PAGES; page++) if (!(await findPrincipal(token))) throw new Error("Signed out");
  await signOut(token);
  count++;
}

await repeat(WARM_UP_SECONDS, visit);
count = 0;
const ofDatabase = await databaseCpu();
const cpu = process.cpuUsage();
const perSecond = await repeat(Number(seconds), visit);
const { user, system } = process.cpuUsage(cpu);
const served: Served = { count, cpuMs: (user + system) / 1_000, databaseMs: await ofDatabase(), perSecond };
console.log(`\n${JSON.stringify(served)}`);
process.exit();
