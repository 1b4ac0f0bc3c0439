import { randomUUID } from "node:crypto";
import { listActivity } from "@/lib/auth/activity/list-activity";
import { deleteAccount } from "@/lib/auth/delete-account";
import { listSessionViews } from "@/lib/auth/list-sessions";
import { login } from "@/lib/auth/login";
import { listUsers } from "@/lib/auth/manage-users";
import type { Principal } from "@/lib/auth/model/principal";
import { revokeAllSessions, revokeOwnSession } from "@/lib/auth/sign-out";
import { levelOfPrincipal } from "@/lib/auth/steps/reauthenticate";
import { findCredential } from "@/lib/auth/store/credentials";
import { findPrincipal } from "@/lib/auth/store/sessions";
import { findAdmins, findUserById, listUsersFrom } from "@/lib/auth/store/users";
import { db } from "@/lib/db";
import { cleanUp } from "@/lib/db/clean-up";
import { env } from "@/lib/env";
import { listConnections } from "@/lib/oauth/connections";
import { MEDUSA } from "../dialects/medusa-who-am-i";
import { OPENAUTH } from "../dialects/openauth-who-am-i";
import { STRAPI } from "../dialects/strapi-who-am-i";
import { SUPABASE } from "../dialects/supabase-who-am-i";
import { askApi } from "../support/ask-api";
import { STORIES } from "../support/kill-stories";
import { PASSWORD_STORIES } from "../support/kill-stories-password";
import { REGISTRATION_STORIES } from "../support/kill-stories-registration";
import { SESSION_STORIES } from "../support/kill-stories-session";
import { adminUser, client, links, newSession, other, PASSWORD, session, verifiedUser } from "../support/people";
import type { WhoAmI } from "../support/who-am-i";
import { BUSY_PERSON } from "./scale-fill";

/** `prepare` gives the work to measure. `group`: the row of the table that it counts for. */
export type Operation = { name: string; group: Group; prepare(): Promise<() => Promise<unknown>> };
export type Group = (typeof GROUPS)[number];
/** The rows of the table. All but lists and the busy person must be as fast for many people as for few. */
export const GROUPS = [
  "signing in: right, wrong, unknown",
  "registering and confirming",
  "resetting and changing a password",
  "the account page, revoking, refreshing",
  "who am I, on pages and for four dialects",
  "all other stories",
  "deleting 500 rows that expired",
  "lists of people",
  "a person with 10,000 rows",
] as const;
const [SIGN_IN, REGISTER, RESET, ACCOUNT, WHO, OTHER, CLEAN_UP, LISTS, BUSY] = GROUPS;

const EXPIRED = 500;
const [HOUR_MS, DAY_MS] = [3_600_000, 86_400_000];
const MANY_ROWS = 10_000;

const signIn = (name: string, email: () => Promise<string>, password: string): Operation => ({
  name,
  group: SIGN_IN,
  async prepare() {
    const address = await email();
    return () => login({ email: address, password }, client(), links);
  },
});

/** An action of a signed-in person, who is new or has been busy. */
const asPerson = (name: string, group: Group, play: (principal: Principal) => Promise<unknown>): Operation => ({
  name,
  group,
  async prepare() {
    const user = group === BUSY ? await findUserById(BUSY_PERSON) : await verifiedUser();
    if (!user) throw new Error("The busy person is missing");
    const { principal } = await session(user);
    return () => play(principal);
  },
});

const whoAmI = ({ name, api, path, actorType, tokenOf }: WhoAmI): Operation => ({
  name: `${name}: ${path}`,
  group: WHO,
  async prepare() {
    const begun = await newSession(await verifiedUser(), { kind: "api", actorType });
    if (begun.owedFactor) throw new Error("The session owes a factor");
    const token = await tokenOf(begun);
    return async () => {
      const { status, text } = await askApi(api, env().APP_URL + path, { token });
      if (status !== 200) throw new Error(`${path}: ${status} ${text}`);
    };
  },
});

const adminList = (does: string, input: Parameters<typeof listUsers>[1]): Operation => ({
  name: `an admin ${does}`,
  group: LISTS,
  async prepare() {
    const { principal } = await session((await findAdmins())[0] ?? (await adminUser()));
    return () => listUsers(principal, input);
  },
});

/** For few people the last full page, because an empty page costs nothing. */
const offsetList = (page: number): Operation => ({
  name: `a backend asks for page ${page} of 50, or the last`,
  group: LISTS,
  async prepare() {
    const last = Math.floor((await db.user.count()) / 50);
    return () => listUsersFrom({ skip: (Math.min(page, last) - 1) * 50, take: 50 });
  },
});

async function readAccountPage(principal: Principal): Promise<void> {
  await findCredential(principal.userId);
  await listSessionViews(principal);
  await listActivity(principal, { take: 5 }, String);
  await levelOfPrincipal(principal);
  await listConnections(principal.userId);
}

/** A new person with many rows of a kind. */
const withRows = (
  name: string,
  addRows: (principal: Principal) => Promise<unknown>,
  play: (principal: Principal) => Promise<unknown>,
): Operation => ({
  name,
  group: BUSY,
  async prepare() {
    const { principal } = await session(await verifiedUser());
    await addRows(principal);
    return () => play(principal);
  },
});

const rows = <T>(count: number, row: (id: string) => T): T[] => Array.from({ length: count }, () => row(randomUUID()));

/** SQL that fills a table with the person's rows, which differ by `n` and have the id of the session. */
const addRows =
  (table: string, columns: string, values: (principal: Principal, later: string) => string) =>
  async (principal: Principal): Promise<void> => {
    const later = new Date(Date.now() + HOUR_MS).toISOString();
    await db.$executeRawUnsafe(`WITH RECURSIVE "each"(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM "each" WHERE n < ${MANY_ROWS})
      INSERT INTO "${table}" (${columns}) SELECT '${principal.sessionId}-' || n, ${values(principal, later)} FROM "each"`);
  };

const addEvents = addRows(
  "SecurityEvent",
  `"id", "userId", "type"`,
  ({ userId }) => `'${userId}', 'sign_in.succeeded'`,
);

const addRefreshTokens = addRows(
  "RefreshToken",
  `"tokenHash", "id", "sessionId", "expires"`,
  ({ sessionId }, later) => `'${sessionId}-' || n, '${sessionId}', '${later}'`,
);

function groupOf(story: (typeof STORIES)[number]): Group {
  if (story.name === "a person signs in on a new device") return SIGN_IN;
  if (REGISTRATION_STORIES.includes(story)) return REGISTER;
  if (PASSWORD_STORIES.includes(story)) return RESET;
  return SESSION_STORIES.includes(story) ? ACCOUNT : OTHER;
}

export const OPERATIONS: Operation[] = [
  signIn("a wrong password", async () => (await verifiedUser()).email, other()),
  signIn("an unknown address", async () => `${randomUUID()}@example.com`, PASSWORD),
  asPerson("the account page", ACCOUNT, readAccountPage),
  asPerson("a person ends a session", ACCOUNT, (principal) => revokeOwnSession(principal, principal.sessionId)),
  {
    name: "pages",
    group: WHO,
    async prepare() {
      const { token } = await session(await verifiedUser());
      return () => findPrincipal(token);
    },
  },
  whoAmI(MEDUSA),
  whoAmI(OPENAUTH),
  whoAmI(STRAPI),
  whoAmI(SUPABASE),
  {
    name: "clean-up",
    group: CLEAN_UP,
    async prepare() {
      const expires = new Date(Date.now() - HOUR_MS);
      await db.verification.createMany({
        data: rows(EXPIRED, (tokenHash) => ({ tokenHash, purpose: "reset", expires })),
      });
      return () => cleanUp();
    },
  },
  adminList("opens the list", { query: "" }),
  adminList("goes on from the middle of the list", { query: "", older: 500 }),
  adminList("is on page 1,000", { query: "", older: 980_000 }),
  adminList("searches one person", { query: "55433@" }),
  adminList("searches a whole address", { query: "504500@mail500.example" }),
  adminList("searches what all have", { query: "example" }),
  adminList("searches what none has", { query: "qqxzqq" }),
  adminList("lists the oldest of one role", { query: "", role: "user", order: "oldest" }),
  adminList("lists the admins", { query: "", role: "admin" }),
  adminList("goes on from the middle of the disabled", { query: "", isDisabled: true, older: 500 }),
  adminList("is on the last pages of the disabled users", {
    query: "",
    isDisabled: true,
    role: "user",
    older: 980_000,
  }),
  adminList("searches among the disabled", { query: "example", isDisabled: true }),
  offsetList(20),
  offsetList(1_000),
  asPerson("reads the account page", BUSY, readAccountPage),
  asPerson("reads older activity", BUSY, (principal) =>
    listActivity(principal, { take: 20, after: `${Date.now() - DAY_MS + HOUR_MS}_x` }, String),
  ),
  asPerson("ends a session", BUSY, (principal) => revokeOwnSession(principal, principal.sessionId)),
  withRows("deletes an account with 10,000 events", addEvents, (principal) =>
    deleteAccount(principal, { currentPassword: PASSWORD }, client()),
  ),
  withRows("signs out everywhere, where an app refreshed 10,000 times", addRefreshTokens, revokeAllSessions),
  ...STORIES.map((story) => ({
    name: story.name,
    group: groupOf(story),
    async prepare() {
      const scene = await story.prepare();
      return () => story.play(scene);
    },
  })),
];
