import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { totpCode } from "@/tests/support/factors";
import { cookiesOf } from "@/tests/support/http-client";
import { claimsIn, newEmail, startMedusaServer } from "./medusa-server";

// Cases of Medusa's own suite, by file and number: lib/dialects/medusa/UPSTREAM.md lists them all.
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
