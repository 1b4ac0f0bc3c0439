import { expect, inject, test } from "vitest";
import { HttpClient } from "@/tests/support/http-client";
import { PASSWORD, session, verifiedUser } from "@/tests/support/people";

const { url } = inject("server");
const REQUESTS = 300;
const AT_ONCE = 6;
const SEED = 20_261_121;

/** Numbers that look random and are the same in each run (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const FORMS: [path: string, button: string, fields: string[]][] = [
  ["/login", "Sign in", ["email", "password", "remember", "to"]],
  ["/register", "Create account", ["name", "email", "password", "to"]],
  ["/forgot-password", "Send reset link", ["email"]],
  ["/sign-in-code/address", "Email me a code", ["email", "remember", "to"]],
  ["/account", "Save profile", ["name"]],
  ["/account", "Change email", ["email", "currentPassword"]],
  ["/account", "Change password", ["currentPassword", "newPassword", "confirmPassword"]],
];
const VALUES = [
  ...["", " ", "0", "-1", "null", "[]", "{}", "true", "\0", "a\0b", "\ud800", "\u202e", "%00", "%0d%0aX: y"],
  ...["' OR 1=1--", '"; DROP TABLE "User";--', "<script>alert(1)</script>", "../../etc/passwd", "//evil.example"],
  ...["alice@example.com", "ALICE@EXAMPLE.COM ", "a@b", "@", `${"a".repeat(300)}@example.com`, "x".repeat(20_000)],
  ...["https://pictures.example.com/a.png", "javascript:alert(1)", PASSWORD, "e\u0301".repeat(200), "😀".repeat(90)],
];

test(`${REQUESTS} mutated forms and calls: none is our fault, and afterwards all is well`, async () => {
  const random = seeded(SEED);
  const pick = <T>(list: T[]): T => list[Math.floor(random() * list.length)] as T;
  const { token } = await session(await verifiedUser());
  const send = async (): Promise<string | null> => {
    const [path, button, names] = pick(FORMS);
    const client = new HttpClient(url, { session: path === "/account" ? token : undefined });
    const fields = Object.fromEntries(names.filter(() => random() < 0.9).map((name) => [name, pick(VALUES)]));
    if (random() < 0.2) fields[pick(["role", "id", "emailVerified", "__proto__x", "$ACTION_KEY"])] = pick(VALUES);
    const { status, text } = await client.submit(path, button, fields);
    const leaks = /node_modules|PrismaClient|SQLITE_|at .+\(.+:\d+:\d+\)/.test(text);
    return (status >= 500 && status !== 503) || leaks
      ? `${status} ${path} ${JSON.stringify(fields).slice(0, 200)}`
      : null;
  };
  const faults: string[] = [];
  for (let sent = 0; sent < REQUESTS; sent += AT_ONCE)
    for (const fault of await Promise.all(Array.from({ length: AT_ONCE }, send))) if (fault) faults.push(fault);
  expect(faults).toEqual([]);

  const user = await verifiedUser();
  const login = await new HttpClient(url).submit("/login", "Sign in", { email: user.email, password: PASSWORD });
  expect(login.headers.get("location")).toBe("/dashboard");
}, 120_000);
