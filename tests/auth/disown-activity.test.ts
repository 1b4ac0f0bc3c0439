import { beforeEach, describe, expect, test } from "vitest";
import { disownActivity } from "@/lib/auth/activity/disown-activity";
import { login } from "@/lib/auth/login";
import { markDevice } from "@/lib/auth/model/devices";
import { refreshSession, startRefreshing } from "@/lib/auth/refresh-session";
import { resetPassword } from "@/lib/auth/reset-password";
import { beginSession } from "@/lib/auth/steps/begin-session";
import { rememberDevice } from "@/lib/auth/store/remembered-devices";
import { findPrincipal } from "@/lib/auth/store/sessions";
import { findVerification } from "@/lib/auth/store/verifications";
import { db } from "@/lib/db";
import { transact } from "@/lib/db/transact";
import { twoStepUser } from "@/tests/support/factors";
import { mailed } from "@/tests/support/kill-people";
import { emptyOutbox, newestMail, outbox } from "@/tests/support/outbox";
import { client, links, newSession, other, PASSWORD, session, storedHash, verifiedUser } from "@/tests/support/people";
import { subscribe, untold } from "@/tests/support/subscribers";

beforeEach(async () => {
  await db.rateLimit.deleteMany();
  await emptyOutbox();
});

const LONG_AGO = new Date(Date.now() - 11 * 60_000);

describe("“This was not me”", () => {
  test("ends all sessions and what they began, takes the password, and mails the owner a link that sets a new one", async () => {
    const alice = await verifiedUser();
    const [own, thief] = [await session(alice), await session(alice)];
    const app = await startRefreshing(await newSession(alice, { kind: "api" }));
    const device = await rememberDevice(alice.id);
    const change = await mailed("change-email", alice, { from: alice.email, to: "thief@example.com" });
    const undo = await mailed("undo-email-change", alice, { from: alice.email, to: "thief@example.com" });

    expect(await disownActivity(own.principal, client(), links)).toEqual({ ok: true, value: undefined });
    expect([await findPrincipal(own.token), await findPrincipal(thief.token)]).toEqual([null, null]);
    expect(await refreshSession({ refreshToken: app }, client())).toMatchObject({ error: { code: "refresh_unknown" } });
    expect(await db.rememberedDevice.count({ where: { userId: alice.id } }), device.token).toBe(0);
    expect([await findVerification(change.id), Boolean(await findVerification(undo.id))]).toEqual([null, true]);
    const signIn = (password: string) => login({ email: alice.email, password }, client(), links);
    expect(await signIn(PASSWORD)).toMatchObject({ error: { code: "invalid_credentials" } });

    const mail = await newestMail(alice.email);
    expect([mail.subject, mail.props]).toMatchObject(["Reset your password", { why: "disowned" }]);
    expect(await resetPassword({ token: mail.token, newPassword: other(1) }, client())).toMatchObject({ ok: true });
    expect(await signIn(other(1))).toMatchObject({ ok: true, value: { status: "signed-in" } });
    const told = await db.securityEvent.findMany({ where: { userId: alice.id, type: "activity.disowned" } });
    expect(told).toMatchObject([{ sessionId: own.principal.sessionId, ip: expect.any(String) }]);
  });

  test("makes strangers of the browsers that were known, also before there is a new password", async () => {
    const alice = await verifiedUser();
    const thief = { ...client(), device: markDevice(null, alice) };
    await disownActivity((await session(alice)).principal, client(), links);
    await emptyOutbox();
    await transact(() => beginSession({ userId: alice.id, proof: "provider", client: thief }));
    expect(await outbox(alice.email)).toMatchObject([{ subject: "New sign-in to your account" }]);
  });

  test("tells subscribers of the reset that it starts, with the link's token", async () => {
    subscribe("auth.password_reset", () => {});
    const alice = await verifiedUser();
    const { email } = alice;
    await disownActivity((await session(alice)).principal, client(), links);
    const { token } = await newestMail(email);
    expect(await untold("auth.password_reset")).toEqual([{ entity_id: email, actor_type: null, token, metadata: {} }]);
  });

  test("is said once, of two presses at the same moment", async () => {
    const alice = await verifiedUser();
    const { principal } = await session(alice);
    const said = await Promise.all([1, 2].map(() => disownActivity(principal, client(), links)));
    expect(said.map((result) => (result.ok ? "ok" : result.error.code)).sort()).toEqual(["ok", "unauthenticated"]);
    expect(await outbox(alice.email)).toHaveLength(1);
  });

  test("does nothing without a fresh proof, of two factors where the account asks for two", async () => {
    const [alice, { user: bob }] = [await verifiedUser(), await twoStepUser()];
    const { principal } = await session(alice);
    const stale = { ...principal, authenticatedAt: LONG_AGO };
    const second = {
      ...principal,
      userId: bob.id,
      email: bob.email,
      authenticatedAt: new Date(),
      twoFactorAt: LONG_AGO,
    };
    expect(await disownActivity(stale, client(), links)).toMatchObject({
      error: { code: "reauthentication_required" },
    });
    expect(await disownActivity(second, client(), links)).toMatchObject({ error: { code: "second_factor_required" } });
    expect([Boolean(await storedHash(alice.id)), Boolean(await storedHash(bob.id))]).toEqual([true, true]);
    expect(await outbox()).toEqual([]);
  });

  test("is said three times an hour at most, and a fourth time changes nothing", async () => {
    const alice = await verifiedUser();
    const say = async () => disownActivity((await session(alice)).principal, client(), links);
    for (let count = 0; count < 3; count++) expect(await say()).toMatchObject({ ok: true });
    expect(await say()).toMatchObject({ error: { code: "too_many_attempts", retryAfter: expect.any(Number) } });
    expect(await db.session.count({ where: { userId: alice.id } })).toBe(1);
    expect(await outbox(alice.email)).toHaveLength(3);
  });

  test("mails to the address that is the user's now, and gives a first password to a person without one", async () => {
    const olga = await verifiedUser({ password: null });
    const { principal } = await session(olga);
    await db.user.update({ where: { id: olga.id }, data: { email: "olga-now@example.com" } });
    await disownActivity(principal, client(), links);
    const { token } = await newestMail("olga-now@example.com");
    expect(await resetPassword({ token, newPassword: other(2) }, client())).toMatchObject({ ok: true });
    expect(await outbox(olga.email)).toEqual([]);
  });
});
