import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { totpCode } from "@/tests/support/factors";
import { cookiesOf } from "@/tests/support/http-client";
import { claimsIn, newEmail, startMedusaServer } from "./medusa-server";

// Cases of Medusa's own suite, by file and number. lib/dialects/medusa/UPSTREAM.md lists them all.
let medusa: Awaited<ReturnType<typeof startMedusaServer>>;
beforeAll(async () => {
  medusa = await startMedusaServer();
});
afterAll(() => medusa?.server.stop());

type Invite = { id: string; email: string; token: string };
const NAMES = { first_name: "John", last_name: "Doe" };
const UNAUTHORIZED = { status: 401, body: { message: "Unauthorized" } };

async function invite(token: string, email = newEmail()): Promise<Invite> {
  const { status, body } = await medusa.post("/admin/invites", { email }, token);
  expect(status).toBe(200);
  return body.invite as unknown as Invite;
}
const accept = (inviteToken: string, body: object, token: string) =>
  medusa.post(`/admin/invites/accept?token=${inviteToken}`, body, token);

test("auth 1, auth-asymetric 1: an admin is invited, registers, accepts, and keeps the session in a cookie until its end", async () => {
  const { token: inviter } = await medusa.newAdmin();
  const { email, token: inviteToken } = await invite(inviter);
  const { answer, token } = await medusa.register(email);
  expect([answer.status, answer.body]).toEqual([200, { token: expect.any(String) }]);
  const accepted = await accept(inviteToken, { email, ...NAMES }, token);
  expect([accepted.status, accepted.body]).toEqual([200, { user: expect.objectContaining({ email, ...NAMES }) }]);

  const login = await medusa.login(email);
  expect([login.status, login.body]).toEqual([200, { token: expect.any(String) }]);
  const opened = await medusa.post("/auth/session", {}, String(login.body.token));
  expect(opened.status).toBe(200);
  const headers = { cookie: cookiesOf(opened) };
  expect((await medusa.call("GET", "/admin/users/me", { headers })).body).toEqual(accepted.body);
  const closed = await medusa.call("DELETE", "/auth/session", { headers });
  expect(closed.status).toBe(200);
  expect(closed.headers.getSetCookie()[0]).toMatch(/session-token=;.*Expires=/);
  expect((await medusa.call("GET", "/admin/users/me", { headers })).status).toBe(401);
});

test("mfa-authorization 1: an admin without a factor is let in, and sets the first one up", async () => {
  const { token } = await medusa.newAdmin();
  expect(claimsIn(token)).toMatchObject({ mfa_enabled: false, mfa_challenge_completed_at: null });
  expect((await medusa.call("GET", "/admin/users/me", { token })).status).toBe(200);
  const listed = await medusa.call("GET", "/auth/mfa/factors", { token });
  expect([listed.status, listed.body.mfa_factors]).toEqual([200, []]);
  const setup = await medusa.post("/auth/mfa/factors", { provider: "totp", label: "Authenticator app" }, token);
  expect(setup.status).toBe(200);
  const { mfa_factor: factor, secret } = setup.body as unknown as { mfa_factor: { id: string }; secret: string };
  const verified = await medusa.post(`/auth/mfa/factors/${factor.id}/verify`, { code: totpCode(secret) }, token);
  expect(verified.body).toMatchObject({ mfa_factor: { status: "enabled" } });
  const codes = await medusa.post("/auth/mfa/recovery-codes", { count: 10 }, token);
  expect([codes.status, (codes.body.recovery_codes as unknown as string[]).length]).toEqual([200, 10]);
});

describe("an invitation", () => {
  test("invite 1: is made, listed, read, accepted and gone", async () => {
    const { token } = await medusa.newAdmin();
    const [first, second] = [await invite(token), await invite(token)];
    const listed = (await medusa.call("GET", "/admin/invites?limit=100", { token })).body
      .invites as unknown as Invite[];
    expect(listed.slice(-2).map(({ email }) => email)).toEqual([first.email, second.email]);
    const read = await medusa.call("GET", `/admin/invites/${second.id}`, { token });
    expect(read.body.invite).toMatchObject({ email: second.email });
    const { token: registered } = await medusa.register(second.email);
    const accepted = await accept(second.token, NAMES, registered);
    expect(accepted.body.user).toMatchObject({ email: second.email });
    expect((await medusa.call("GET", `/admin/invites/${second.id}`, { token })).status).toBe(404);
  });

  test("invite 2: a token that there is not is refused", async () => {
    const { token } = await medusa.register();
    const forged = "eyJhbGciOiJIUzI1NiJ9.eyJpbnZpdGVfaWQiOiJpbnZpdGVfMSJ9.c2lnbmVkIGJ5IGFub3RoZXIga2V5";
    expect(await accept(forged, NAMES, token)).toMatchObject(UNAUTHORIZED);
    expect(await accept("A".repeat(43), NAMES, token)).toMatchObject(UNAUTHORIZED);
  });

  test("invite 3: a token that was used is refused", async () => {
    const { token } = await medusa.newAdmin();
    const { email, token: inviteToken } = await invite(token);
    expect((await accept(inviteToken, NAMES, (await medusa.register(email)).token)).status).toBe(200);
    expect(await accept(inviteToken, NAMES, (await medusa.register()).token)).toMatchObject(UNAUTHORIZED);
  });

  test("invite 4: is sent again with another token, and the former is dead", async () => {
    const { token } = await medusa.newAdmin();
    const invited = await invite(token);
    const { body } = await medusa.post(`/admin/invites/${invited.id}/resend`, {}, token);
    const again = body.invite as unknown as Invite;
    expect(again).toMatchObject({ id: invited.id, email: invited.email, token: expect.any(String) });
    const { token: registered } = await medusa.register(invited.email);
    expect((await accept(invited.token, NAMES, registered)).status).toBe(401);
    expect((await accept(again.token, NAMES, registered)).status).toBe(200);
  });

  test("invite 5: is taken back", async () => {
    const { token } = await medusa.newAdmin();
    const { id, email, token: inviteToken } = await invite(token);
    expect((await medusa.call("DELETE", `/admin/invites/${id}`, { token })).body).toEqual({
      id,
      object: "invite",
      deleted: true,
    });
    expect((await accept(inviteToken, NAMES, (await medusa.register(email)).token)).status).toBe(401);
  });
});

describe("an admin", () => {
  type User = { id: string; email: string; first_name: string | null };
  const SHOWN = { id: expect.stringMatching(/^user_/), created_at: expect.any(String), updated_at: expect.any(String) };
  const users = async (query: string, token: string) =>
    (await medusa.call("GET", `/admin/users?${query}`, { token })).body as unknown as { users: User[]; count: number };
  const own = async (token: string) =>
    (await medusa.call("GET", "/admin/users/me", { token })).body.user as unknown as User;

  test("user 1: reads one", async () => {
    const { email, token } = await medusa.newAdmin();
    const { id } = await own(token);
    const read = await medusa.call("GET", `/admin/users/${id}`, { token });
    expect([read.status, read.body.user]).toEqual([200, expect.objectContaining({ ...SHOWN, id, email })]);
    expect((await medusa.call("GET", "/admin/users/user_none", { token })).status).toBe(404);
  });

  test("user 2, 3: lists and searches the admins, and nobody else", async () => {
    const [{ email, token }, second] = [await medusa.newAdmin(), await medusa.newAdmin()];
    const { email: customer } = await medusa.register();
    const all = await users("limit=100", token);
    expect(all.users.slice(-2)).toMatchObject([{ ...SHOWN, email }, { email: second.email }]);
    expect(all.count).toBe(all.users.length);
    expect((await users("limit=1&offset=1", token)).users).toEqual(all.users.slice(1, 2));
    expect((await users(`q=${customer}`, token)).users).toEqual([]);
    for (const query of [`q=${email.slice(0, 6).toUpperCase()}`, `email=${email}`, `id[]=${(await own(token)).id}`])
      expect((await users(query, token)).users, query).toMatchObject([{ email }]);
  });

  test("user 4: changes their own name, and no other's", async () => {
    const [{ token }, second] = [await medusa.newAdmin(), await medusa.newAdmin()];
    const { id } = await own(token);
    expect((await medusa.post(`/admin/users/${id}`, NAMES, token)).body.user).toMatchObject({ ...SHOWN, id, ...NAMES });
    const last = { last_name: "Roe" };
    expect((await medusa.post(`/admin/users/${id}`, last, token)).body.user).toMatchObject({ ...NAMES, ...last });
    expect(await own(token)).toMatchObject({ ...NAMES, ...last });
    for (const bad of [{ email: "a@example.com" }, { first_name: 1 }, { first_name: "a".repeat(1_000) }])
      expect((await medusa.post(`/admin/users/${id}`, bad, token)).status).toBe(400);
    const { id: other } = await own(second.token);
    expect((await medusa.post(`/admin/users/${other}`, NAMES, token)).status).toBe(400);
    expect((await own(second.token)).first_name).not.toBe(NAMES.first_name);
  });

  test("user 5: stops being one, and can still sign in", async () => {
    const { email, token } = await medusa.newAdmin();
    const { id } = await own(token);
    const deleted = await medusa.call("DELETE", `/admin/users/${id}`, { token });
    expect([deleted.status, deleted.body]).toEqual([200, { id, object: "user", deleted: true }]);
    const again = String((await medusa.login(email)).body.token);
    for (const one of [token, again])
      expect(await medusa.call("GET", "/admin/users/me", { token: one })).toMatchObject(UNAUTHORIZED);
  });

  test("user 6: does not delete another", async () => {
    const [{ token }, second] = [await medusa.newAdmin(), await medusa.newAdmin()];
    const { id } = await own(second.token);
    const refused = await medusa.call("DELETE", `/admin/users/${id}`, { token });
    expect([refused.status, refused.body.message]).toEqual([400, "You are not allowed to delete other users"]);
    expect((await own(second.token)).id).toBe(id);
  });
});
