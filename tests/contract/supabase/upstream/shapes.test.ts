import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ApiServer } from "@/tests/support/api-server";
import { other, PASSWORD } from "@/tests/support/people";
import * as shapes from "./shapes";
import { KEY, NO_ID, newEmail, operator, signedUp, startUpstreamServer } from "./upstream-client";

let server: ApiServer;
beforeAll(async () => {
  server = await startUpstreamServer();
});
afterAll(async () => void (await server?.stop()));

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const TIME = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

/** The differences between an answer and the document, one line a field. */
function problems(value: unknown, kind: shapes.Kind, at = "answer"): string[] {
  if (Array.isArray(kind)) {
    if (!Array.isArray(value)) return [`${at} is no list`];
    return value.flatMap((one, n) => problems(one, kind[0], `${at}[${n}]`));
  }
  if (typeof kind === "string") return fits(value, kind) ? [] : [`${at} is no ${kind}`];
  if (typeof value !== "object" || value === null) return [`${at} is no object`];
  const known: Record<string, shapes.Kind> = { ...kind.fields, ...kind.beyond };
  const given = Object.entries(value);
  const missing = Object.keys(kind.fields).filter((name) => !kind.absent?.includes(name) && !(name in value));
  return [
    ...missing.map((name) => `${at}.${name} is missing`),
    ...given.flatMap(([name, field]) => {
      const expected = known[name];
      if (!expected) return [`${at}.${name} is not in the document`];
      if (kind.absent?.includes(name)) return [`${at}.${name} is there after all`];
      return problems(field, expected, `${at}.${name}`);
    }),
  ];
}

function fits(value: unknown, kind: Extract<shapes.Kind, string>): boolean {
  if (kind === "integer") return Number.isInteger(value);
  if (kind === "uuid") return UUID.test(String(value));
  if (kind === "time") return TIME.test(String(value));
  return kind === "object" ? typeof value === "object" && value !== null : typeof value === kind;
}

type Sent = { body?: object; token?: string };

async function answer(method: string, path: string, status: number, { body, token }: Sent = {}): Promise<unknown> {
  const headers: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {};
  const got = await server.call(method, `/auth/v1/${path}`, { body, headers });
  expect(got.status, `${method} ${path}`).toBe(status);
  return got.body;
}

test("an answer that differs is found", () => {
  const { CHALLENGE, USERS } = shapes;
  expect(problems({ id: "a", type: "totp", expires_at: 1 }, CHALLENGE)).toEqual([]);
  expect(problems({ id: 1, expires_at: "1", more: true }, CHALLENGE)).toEqual([
    "answer.type is missing",
    "answer.id is no string",
    "answer.expires_at is no integer",
    "answer.more is not in the document",
  ]);
  expect(problems({ aud: "a", users: [{}] }, USERS)).toContain("answer.users[0].id is missing");
  expect(problems({ aud: "a", users: {} }, USERS)).toEqual(["answer.users is no list"]);
});

describe("the answer has the fields of the document", () => {
  test("to a person", async () => {
    const email = newEmail();
    const given = { email, password: PASSWORD };
    const session = await answer("POST", "signup", 200, { body: given });
    expect(problems(session, shapes.SESSION)).toEqual([]);
    const signedIn = await answer("POST", "token?grant_type=password", 200, { body: given });
    expect(problems(signedIn, shapes.SESSION)).toEqual([]);
    const { access_token: token, refresh_token } = JSON.parse(JSON.stringify(signedIn));
    const refreshed = await answer("POST", "token?grant_type=refresh_token", 200, { body: { refresh_token } });
    expect(problems(refreshed, shapes.SESSION)).toEqual([]);
    expect(problems(await answer("GET", "user", 200, { token }), shapes.USER)).toEqual([]);
    const changed = await answer("PUT", "user", 200, { token, body: { email: newEmail() } });
    expect(problems(changed, shapes.CHANGING_USER)).toEqual([]);
    for (const path of ["recover", "otp", "magiclink"])
      expect(problems(await answer("POST", path, 200, { body: { email: newEmail() } }), shapes.SENT), path).toEqual([]);
    const resent = await answer("POST", "resend", 200, { body: { type: "signup", email: newEmail() } });
    expect(problems(resent, shapes.SENT)).toEqual([]);
    expect(problems(await answer("GET", "reauthenticate", 200, { token }), shapes.NOTHING)).toEqual([]);
    await answer("POST", "logout", 204, { token });
  });

  test("to one whose mailbox is to be proved yet", async () => {
    const careful = await startUpstreamServer({ AUTH_REQUIRE_EMAIL_VERIFICATION: "true" });
    const { body } = await careful.call("POST", "/auth/v1/signup", { body: { email: newEmail(), password: PASSWORD } });
    await careful.stop();
    expect(problems(body, shapes.PENDING_USER)).toEqual([]);
  });

  test("to one who sets up a factor", async () => {
    const { session } = await signedUp(server);
    const { access_token: token } = session;
    const enrolled = await answer("POST", "factors", 200, { token, body: { factor_type: "totp" } });
    expect(problems(enrolled, shapes.ENROLLED)).toEqual([]);
    const { id } = JSON.parse(JSON.stringify(enrolled));
    expect(problems(await answer("POST", `factors/${id}/challenge`, 200, { token }), shapes.CHALLENGE)).toEqual([]);
    const listed = await answer("GET", `admin/users/${session.user.id}/factors`, 200, { token: KEY });
    expect(problems(listed, shapes.FACTORS)).toEqual([]);
    expect(listed).toHaveLength(1);
    expect(problems(await answer("GET", "user", 200, { token }), shapes.USER)).toEqual([]);
    const deleted = await answer("DELETE", `admin/users/${session.user.id}/factors/${id}`, 200, { token: KEY });
    expect(problems(deleted, shapes.FACTOR)).toEqual([]);
    const again = await answer("POST", "factors", 200, { token, body: { factor_type: "totp" } });
    const path = `factors/${JSON.parse(JSON.stringify(again)).id}`;
    expect(problems(await answer("DELETE", path, 200, { token }), shapes.UNENROLLED)).toEqual([]);
  });

  test("to an operator", async () => {
    const token = KEY;
    const made = await answer("POST", "admin/users", 200, { token, body: { email: newEmail(), password: PASSWORD } });
    expect(problems(made, shapes.LISTED_USER)).toEqual([]);
    const path = `admin/users/${JSON.parse(JSON.stringify(made)).id}`;
    expect(problems(await answer("GET", path, 200, { token }), shapes.LISTED_USER)).toEqual([]);
    const banned = await answer("PUT", path, 200, { token, body: { email_confirm: true, ban_duration: "876000h" } });
    expect(problems(banned, shapes.BANNED_USER)).toEqual([]);
    await operator(server).deleteUser(JSON.parse(JSON.stringify(made)).id);
    const invited = await answer("POST", "invite", 200, { token, body: { email: newEmail() } });
    expect(problems(invited, shapes.INVITED_USER)).toEqual([]);
    const asked = { type: "signup", email: newEmail(), password: other() };
    expect(problems(await answer("POST", "admin/generate_link", 200, { token, body: asked }), shapes.LINK)).toEqual([]);
    const page = await answer("GET", "admin/users?per_page=2", 200, { token });
    expect(problems(page, shapes.USERS)).toEqual([]);
  });

  test("to all who ask what there is", async () => {
    expect(problems(await answer("GET", "health", 200), shapes.HEALTH)).toEqual([]);
    expect(problems(await answer("GET", "settings", 200), shapes.SETTINGS)).toEqual([]);
  });

  test("to what is refused", async () => {
    const refused: [string, string, number, Sent?][] = [
      ["GET", "user", 401],
      ["POST", "logout", 401],
      ["POST", "token?grant_type=password", 400, { body: { email: newEmail(), password: PASSWORD } }],
      ["POST", "verify", 403, { body: { type: "email", email: newEmail(), token: "123456" } }],
      ["POST", "recover", 400, { body: {} }],
      ["POST", "otp", 400, { body: {} }],
      ["POST", "resend", 400, { body: {} }],
      ["POST", "factors", 401],
      ["DELETE", `user/identities/${NO_ID}`, 401],
      ["GET", `admin/users/${NO_ID}`, 404, { token: KEY }],
      ["GET", "admin/users", 403, { token: "not-a-key" }],
      ["POST", "invite", 400, { token: KEY, body: { email: "none" } }],
      ["POST", "admin/generate_link", 400, { token: KEY, body: {} }],
      ["POST", "sso", 404, { body: {} }],
    ];
    for (const [method, path, status, sent] of refused)
      expect(problems(await answer(method, path, status, sent), shapes.ERROR), path).toEqual([]);
    const weak = await answer("POST", "signup", 422, { body: { email: newEmail(), password: "short" } });
    expect(problems(weak, shapes.WEAK)).toEqual([]);
  });
});

test("no answer below the prefix is a page: each refusal names its scheme, and what is allowed", async () => {
  const paths = [
    "",
    "/",
    "/nothing",
    "/user/",
    "//user",
    "/%zz",
    "/user/identities",
    "/admin",
    "/factors/a/b/c",
    "/.env",
  ];
  for (const path of paths)
    for (const method of ["GET", "POST", "DELETE"]) {
      const { status, headers } = await server.call(method, `/auth/v1${path}`);
      const what = `${method} ${path}`;
      expect(status, what).toBeGreaterThanOrEqual(300);
      expect(status, what).toBeLessThan(500);
      expect(headers.get("content-type") ?? "", what).not.toContain("html");
    }
  for (const path of ["user", "factors", "passkeys", "admin/users", "reauthenticate", "user/identities/authorize"]) {
    const asked = await server.call(path === "factors" ? "POST" : "GET", `/auth/v1/${path}`);
    expect([asked.status, asked.headers.get("www-authenticate")], path).toEqual([
      401,
      expect.stringMatching(/^Bearer realm="/),
    ]);
    const wrong = await server.call("PATCH", `/auth/v1/${path}`);
    expect([wrong.status, wrong.headers.get("allow")], path).toEqual([405, expect.stringMatching(/GET|POST/)]);
  }
});
