import { beforeEach, describe, expect, test } from "vitest";
import { changePassword } from "@/lib/auth/change-password";
import { changeRole } from "@/lib/auth/change-role";
import { acceptInvitation, inviteAdmin, renewInvitation, withdrawInvitation } from "@/lib/auth/invite-admin";
import { revokeUserSessions, setUserDisabled } from "@/lib/auth/manage-users";
import { revokeOtherSessions, revokeOwnSession } from "@/lib/auth/sign-out";
import { db } from "@/lib/db";
import { addAuthenticator } from "@/tests/support/factors";
import { emptyOutbox, outbox } from "@/tests/support/outbox";
import {
  adminUser,
  client,
  other,
  PASSWORD,
  session,
  unverifiedUser,
  verifiedUser,
  withEnv,
} from "@/tests/support/people";

beforeEach(async () => {
  await db.user.deleteMany();
  await emptyOutbox();
});

async function newAdmin() {
  const user = await adminUser();
  return { user, ...(await session(user)) };
}
async function invite(principal: Awaited<ReturnType<typeof newAdmin>>["principal"], email: string) {
  const invited = await inviteAdmin(principal, { email }, client(), null);
  if (!invited.ok) throw new Error(invited.error.code);
  return invited.value;
}
const accept = async (user: Parameters<typeof session>[0], token: string, name?: string) =>
  acceptInvitation((await session(user)).principal, { token, name }, client());
const roleOf = async ({ id }: { id: string }) => (await db.user.findUnique({ where: { id } }))?.role;

test("an invitation makes the owner of its address an admin, once, and tells them", async () => {
  const [{ principal }, user] = [await newAdmin(), await verifiedUser()];
  const { token, invitation } = await invite(principal, user.email);
  expect(JSON.stringify(invitation)).not.toContain(token);
  expect(await accept(user, token, "John Doe")).toMatchObject({ ok: true, value: { role: "admin", name: "John Doe" } });
  expect(await outbox(user.email)).toMatchObject([{ template: "role-changed" }]);
  await db.user.update({ where: { id: user.id }, data: { role: "user" } });
  expect(await accept(user, token)).toMatchObject({ ok: false, error: { code: "unauthenticated" } });
});

test("an admin has no use for one, and keeps their name", async () => {
  const [{ principal, user: admin }, user] = [await newAdmin(), await verifiedUser({ name: "Ann" })];
  expect(await inviteAdmin(principal, { email: admin.email }, client(), null)).toMatchObject({ ok: false });
  const { token } = await invite(principal, user.email);
  expect(await accept(user, token, "Eve")).toMatchObject({ ok: true, value: { name: "Ann" } });
  await expect(invite(principal, user.email)).rejects.toThrow("user_exists");
});

describe("nothing comes of the token", () => {
  test("in the hands of another person", async () => {
    const [{ principal }, user, thief] = [await newAdmin(), await verifiedUser(), await verifiedUser()];
    const { token } = await invite(principal, user.email);
    expect(await accept(thief, token)).toMatchObject({ ok: false, error: { code: "unauthenticated" } });
    expect(await roleOf(thief)).toBe("user");
    expect((await accept(user, token)).ok).toBe(true);
  });

  test("before the mailbox is proved, where that is asked for", async () => {
    const [{ principal }, user] = [await newAdmin(), await unverifiedUser()];
    const { token } = await invite(principal, user.email);
    const refused = await accept(user, token);
    expect(refused).toMatchObject({ ok: false, error: { code: "email_unverified" } });
    const free = await withEnv({ AUTH_REQUIRE_EMAIL_VERIFICATION: false }, () => accept(user, token));
    expect(free.ok).toBe(true);
  });

  test.each<[string, (admin: Awaited<ReturnType<typeof newAdmin>>, id: string) => Promise<unknown>]>([
    [
      "once another admin has taken the inviter's role",
      async ({ user }) => changeRole((await newAdmin()).principal, { userId: user.id, role: "user" }, client()),
    ],
    [
      "once the inviter has lost the role, also when it is given back",
      async ({ user }) => {
        const { principal } = await newAdmin();
        for (const role of ["user", "admin"] as const) await changeRole(principal, { userId: user.id, role }, client());
      },
    ],
    [
      "once the inviter is disabled",
      ({ user }) => db.user.update({ where: { id: user.id }, data: { disabledAt: new Date() } }),
    ],
    [
      "once another admin has signed the inviter out",
      async ({ user }) => revokeUserSessions((await newAdmin()).principal, user.id),
    ],
    [
      "once another admin has disabled the inviter, also when they are enabled again",
      async ({ user }) => {
        const { principal } = await newAdmin();
        for (const disabled of [true, false]) await setUserDisabled(principal, user.id, disabled);
      },
    ],
    ["once the inviter is gone", ({ user }) => db.user.delete({ where: { id: user.id } })],
    [
      "once the inviter has a new password",
      ({ principal }) => changePassword(principal, { currentPassword: PASSWORD, newPassword: other() }, client()),
    ],
    ["once the inviter has signed all other devices out", ({ principal }) => revokeOtherSessions(principal)],
    [
      "once the inviter has signed out, from another, the device that it was sent from",
      async ({ user, principal }) => revokeOwnSession((await session(user)).principal, principal.sessionId),
    ],
    ["once it was taken back", ({ principal }, id) => withdrawInvitation(principal, id)],
    ["once it was sent again", ({ principal }, id) => renewInvitation(principal, id, client(), () => null)],
    ["once a newer one went out", ({ principal }) => invite(principal, "invited@example.com")],
    ["after a day", (_, id) => db.verification.update({ where: { id }, data: { expires: new Date() } })],
  ])("%s", async (_, end) => {
    const [admin, user] = [await newAdmin(), await verifiedUser({ email: "invited@example.com" })];
    const { token, invitation } = await invite(admin.principal, user.email);
    await end(admin, invitation.id);
    expect(await accept(user, token)).toMatchObject({ ok: false, error: { code: "unauthenticated" } });
    expect(await roleOf(user)).toBe("user");
  });
});

test("an invitation outlives the session in which its inviter signs out", async () => {
  const [{ principal }, user] = [await newAdmin(), await verifiedUser()];
  const { token } = await invite(principal, user.email);
  expect(await revokeOwnSession(principal, principal.sessionId)).toMatchObject({ ok: true });
  expect((await accept(user, token)).ok).toBe(true);
});

describe("only an admin who proved lately who they are invites", () => {
  test("no other person", async () => {
    const { principal } = await session(await verifiedUser());
    expect(await inviteAdmin(principal, { email: "a@example.com" }, client(), null)).toMatchObject({
      error: { code: "forbidden" },
    });
    expect(await withdrawInvitation(principal, "x")).toMatchObject({ error: { code: "forbidden" } });
  });

  test("none whose role was taken meanwhile", async () => {
    const { principal, user } = await newAdmin();
    await db.user.update({ where: { id: user.id }, data: { role: "user" } });
    await expect(invite(principal, "a@example.com")).rejects.toThrow("forbidden");
  });

  test("none by a session that is older, or by one factor of two", async () => {
    const { principal, user } = await newAdmin();
    const { invitation } = await invite(principal, "a@example.com");
    const old = { ...principal, authenticatedAt: new Date(Date.now() - 11 * 60_000) };
    await expect(invite(old, "b@example.com")).rejects.toThrow("reauthentication_required");
    expect(await renewInvitation(old, invitation.id, client(), () => null)).toMatchObject({ ok: false });
    await addAuthenticator(user);
    await expect(invite(principal, "b@example.com")).rejects.toThrow("second_factor_required");
  });
});

test("a mail goes where there is a page for it, and not without end", async () => {
  const { principal } = await newAdmin();
  const link = (token: string) => `https://admin.example.com/invite?token=${token}`;
  const email = "invited@example.com";
  const from = client();
  const invited = await inviteAdmin(principal, { email }, from, link);
  const token = invited.ok ? invited.value.token : "";
  expect(await outbox(email)).toMatchObject([{ template: "admin-invitation", url: link(token) }]);
  expect(await inviteAdmin(principal, { email }, from, link)).toMatchObject({ error: { code: "too_many_attempts" } });
  // What was refused has ended nothing.
  expect((await accept(await verifiedUser({ email }), token)).ok).toBe(true);
});

test("nobody makes one whose session has ended since the request began", async () => {
  const { principal, user } = await newAdmin();
  const { invitation } = await invite(principal, "friend@example.com");
  await revokeOtherSessions((await session(user)).principal);
  const refused = { ok: false, error: { code: "unauthenticated" } };
  expect(await inviteAdmin(principal, { email: "friend@example.com" }, client(), null)).toMatchObject(refused);
  const { id } = await db.verification.create({ data: { ...invitation, payload: {} } });
  expect(await renewInvitation(principal, id, client(), () => null)).toMatchObject(refused);
});
