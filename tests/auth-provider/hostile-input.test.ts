import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import * as appActions from "@/app/(app)/actions";
import * as authActions from "@/app/(auth)/actions";
import * as adminActions from "@/app/admin/actions";
import { authProvider } from "@/lib/auth-provider/server";
import { db } from "@/lib/db";
import { log } from "@/lib/log";
import { type FormState, IDLE } from "@/lib/web/form-state";
import { SESSION_COOKIE } from "@/lib/wire/cookies";
import { from, newBrowser } from "@/tests/support/browser";
import { PASSWORD, session, storedHash, verifiedUser } from "@/tests/support/people";

vi.mock("next/headers", () => import("@/tests/support/browser"));
vi.mock("next/cache", () => ({ refresh: () => {} }));

const SQL = ["' OR 1=1--", '"; DROP TABLE "User";--', "%", "_", "\\", "$$", "0x27", '1; DELETE FROM "Session"'];
const ODD = [
  "\0",
  "a\0b",
  "\ud800",
  "\udc00\ud800",
  "\u202e",
  "a".repeat(1_000_000),
  "{}",
  "null",
  "__proto__",
  "<script>",
];
const OTHER_TYPES: unknown[] = [
  null,
  5,
  -1,
  Number.NaN,
  true,
  [],
  ["a"],
  {},
  { not: "" },
  { toString: "x" },
  new Date(0),
];
const VALUES: unknown[] = [...SQL, ...ODD, ...OTHER_TYPES];

/** What is typed into each method, all right but for the one field under test. */
const METHODS = {
  login: { email: "alice@example.com", password: PASSWORD, remember: true, to: "/", redirectPath: "/" },
  register: { email: "new@example.com", password: PASSWORD, name: "A", to: "/", redirectPath: "/" },
  forgotPassword: { email: "alice@example.com", redirectPath: "/" },
  updatePassword: {
    token: "x",
    password: PASSWORD,
    newPassword: PASSWORD,
    confirmPassword: PASSWORD,
    currentPassword: "x",
  },
  logout: { redirectPath: "/" },
} as const;

let logged: ReturnType<typeof vi.spyOn>;

beforeEach(async () => {
  await db.user.deleteMany();
  await db.rateLimit.deleteMany();
  logged = vi.spyOn(log, "error");
});
afterEach(() => {
  // Nothing here may be a surprise to the code: surprises are logged.
  expect(logged).not.toHaveBeenCalled();
  vi.restoreAllMocks();
});

/** A refusal's words must be for people, whatever was sent. */
function expectWords(message: string | undefined): void {
  expect(message).toMatch(/^[A-Z].{8,}[.\w]$/s);
  expect(message).not.toMatch(/received|undefined|\[object|SQL|prisma|stack/i);
}

describe.each(Object.entries(METHODS))("%s", (name, params) => {
  const call = (given: unknown) => from(newBrowser(), () => authProvider[name as keyof typeof METHODS](given));

  test.each(Object.keys(params))("answers clearly whatever %s holds", async (field) => {
    for (const value of VALUES) {
      await db.rateLimit.deleteMany();
      const answer = await call({ ...params, [field]: value });
      expect(typeof answer.success).toBe("boolean");
      if (!answer.success) expectWords(answer.error?.message);
      if (answer.redirectTo) expect(answer.redirectTo).toMatch(/^\/(?!\/)/);
      expect(JSON.stringify(answer).length).toBeLessThan(2000);
    }
  });

  test("answers clearly whatever it is given in place of an object", async () => {
    for (const value of [...VALUES, undefined, [[]], new Map([["email", "x"]]), () => {}, Symbol("x"), 10n]) {
      await db.rateLimit.deleteMany();
      const answer = await call(value);
      if (!answer.success) expectWords(answer.error?.message);
      expect(answer.success).toBe(name === "logout");
    }
  });
});

test("SQL in every field is text: all tables and people are still there", async () => {
  const alice = await verifiedUser({ email: "alice@example.com" });
  const before = await storedHash(alice.id);
  for (const text of SQL)
    for (const [name, params] of Object.entries(METHODS)) {
      const all = Object.fromEntries(Object.keys(params).map((key) => [key, text]));
      await from(newBrowser(), () => authProvider[name as keyof typeof METHODS](all));
    }
  expect(await db.user.findMany()).toEqual([alice]);
  expect(before).toMatch(/^hs384:/);
  expect(await storedHash(alice.id)).toBe(before);
});

type Action = (state: FormState, form: FormData) => Promise<FormState>;
const FIELDS = [
  "email",
  "password",
  "name",
  "code",
  "token",
  "to",
  "currentPassword",
  "newPassword",
  "confirmPassword",
];
FIELDS.push("image", "sessionId", "userId", "disabled", "remember", "redirectPath", "provider", "accountId", "id");

/** Calls an action the way a hostile client does. @returns its answer, or null when it redirected */
async function post(action: Action, body: unknown, browser = newBrowser()): Promise<FormState | null> {
  try {
    return await from(browser, () => action(IDLE, body as FormData));
  } catch (error) {
    const { digest } = error as { digest?: string };
    expect(digest, String(error)).toMatch(/^NEXT_REDIRECT;\w+;\/(?!\/)/);
    return null;
  }
}

/** Third parties are on another page of the tests. */
const isOurs = ([name]: [string, unknown]) => !/provider|connect/i.test(name);
const all: [string, unknown][] = Object.entries({ ...authActions, ...appActions });
all.push(...Object.entries(adminActions));
const actions = all.filter(isOurs) as [string, Action][];

describe.each(actions)("%s", (_, action) => {
  test("answers, signed in or not, whatever a form holds; and never gives a secret back", async () => {
    const alice = await verifiedUser({ email: "alice@example.com" });
    const before = await storedHash(alice.id);
    for (const text of [...SQL, ...ODD, "\ud800".repeat(3000)]) {
      await db.rateLimit.deleteMany();
      const browser = newBrowser();
      browser.jar.set(SESSION_COOKIE(), (await session(alice)).token);
      const body = new FormData();
      for (const field of FIELDS) body.append(field, text);
      for (const who of [newBrowser(), browser]) {
        const state = await post(action, body, who);
        if (state?.status === "error") expectWords(state.message);
        const echoed = Object.keys(state?.values ?? {}).join();
        expect(echoed).not.toMatch(/password|token|code/i);
      }
    }
    expect(before).toMatch(/^hs384:/);
    expect(await storedHash(alice.id)).toBe(before);
  });

  test("answers what is no form at all, and files where text belongs", async () => {
    const files = new FormData();
    for (const field of FIELDS) files.append(field, new File(["x"], "x.txt"));
    for (const body of [undefined, null, 5, "x", [], {}, { email: "x" }, new FormData(), files]) {
      const state = await post(action, body);
      if (state) expect(state).toMatchObject({ status: expect.stringMatching(/error|success/) });
      if (state?.status === "error") expectWords(state.message);
    }
  });
});

test("a field that comes twice counts once, and extra fields count nothing", async () => {
  const alice = await verifiedUser({ email: "alice@example.com" });
  const body = new FormData();
  for (const email of [alice.email, "bob@example.com"]) body.append("email", email);
  for (const [field, value] of Object.entries({ password: PASSWORD, role: "admin", userId: "x", $ACTION_ID: "y" }))
    body.append(field, value);
  const browser = newBrowser();
  expect(await post(authActions.loginAction, body, browser)).toBeNull();
  expect(await from(browser, () => authProvider.getIdentity())).toMatchObject({ email: alice.email, roles: ["user"] });
});
