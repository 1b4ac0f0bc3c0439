import { setTimeout as sleep } from "node:timers/promises";
import { listUsers } from "@/lib/auth/manage-users";
import { findPrincipal } from "@/lib/auth/store/sessions";
import { listUsersFrom } from "@/lib/auth/store/users";
import { backgroundIdle } from "@/lib/background";
import { log } from "@/lib/log";
import { STORIES } from "../support/kill-stories";
import { adminUser, session, verifiedUser, withEnv } from "../support/people";
import { interleaved, median } from "./rounds";

// Each operation on a database of few people and on one of many, in turn. The last line printed is JSON of `Measured[]`.

const ROUNDS = 9;
const TICK_MS = 1;

/** `ms` and `stallMs` are beside many people; `stallMs` is the longest that anything else had to wait. */
export type Measured = { name: string; isList: boolean; ratio: number; ms: number; stallMs: number };

type Operation = { name: string; isList?: boolean; prepare(): Promise<() => Promise<unknown>> };

const operations: Operation[] = [
  {
    name: "who am I",
    async prepare() {
      const { token } = await session(await verifiedUser());
      return () => findPrincipal(token);
    },
  },
  adminList("opens the list", { query: "" }),
  adminList("goes on from the middle of the list", { query: "", older: 500 }),
  adminList("searches one person", { query: "55433@" }),
  adminList("searches what all have", { query: "example" }),
  adminList("searches what none has", { query: "qqxzqq" }),
  adminList("lists the oldest of one role", { query: "", role: "user", order: "oldest" }),
  adminList("lists the admins", { query: "", role: "admin" }),
  adminList("searches among the disabled", { query: "example", isDisabled: true }),
  {
    name: "a backend asks for page 20 of 50",
    isList: true,
    prepare: async () => () => listUsersFrom({ skip: 950, take: 50 }),
  },
  ...STORIES.map(({ name, prepare, play }) => ({
    name,
    async prepare() {
      const scene = await prepare();
      return () => play(scene);
    },
  })),
];

function adminList(does: string, input: Parameters<typeof listUsers>[1]): Operation {
  return {
    name: `an admin ${does}`,
    isList: true,
    async prepare() {
      const { principal } = await session(await adminUser());
      return () => listUsers(principal, input);
    },
  };
}

log.level = "silent";
const [few = "", many = ""] = process.argv.slice(2);
let [ticked, longestStall] = [performance.now(), 0];
setInterval(() => {
  const now = performance.now();
  longestStall = Math.max(longestStall, now - ticked - TICK_MS);
  ticked = now;
}, TICK_MS);
const results: Measured[] = [];
for (const { name, isList = false, prepare } of operations) {
  const stalls: number[] = [];
  const time = async (url: string, note?: number[]) =>
    withEnv({ DATABASE_URL: url }, async () => {
      const run = await prepare();
      await backgroundIdle();
      await sleep(2 * TICK_MS);
      longestStall = 0;
      const begun = performance.now();
      await run();
      const ms = performance.now() - begun;
      await sleep(2 * TICK_MS);
      note?.push(longestStall);
      await backgroundIdle();
      return ms;
    });
  const timed = await interleaved({ few: () => time(few), many: () => time(many, stalls) }, ROUNDS);
  results.push({
    // The fastest round of each: what else the machine does only ever adds.
    ...{ name, isList, ratio: Math.min(...timed.many) / Math.min(...timed.few), ms: median(timed.many) },
    stallMs: median(stalls),
  });
}
console.log(`\n${JSON.stringify(results)}`);
// Drivers keep their connections open.
process.exit();
