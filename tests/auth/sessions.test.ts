import { describe, expect, test } from "vitest";
import { requestEmailChange } from "@/lib/auth/change-email";
import { confirmEmailChange } from "@/lib/auth/confirm-email-change";
import { listSessionViews } from "@/lib/auth/list-sessions";
import { setUserDisabled } from "@/lib/auth/manage-users";
import type { Principal } from "@/lib/auth/model/principal";
import { revokeOtherSessions, revokeOwnSession, signOut } from "@/lib/auth/sign-out";
import { reauthenticate } from "@/lib/auth/steps/reauthenticate";
import { revokeSuspectSession } from "@/lib/auth/steps/revoke-suspect-session";
import { isRemembered, rememberDevice } from "@/lib/auth/store/remembered-devices";
import { findPrincipal, findPrincipalById, listSessions, rotateSession } from "@/lib/auth/store/sessions";
import { db } from "@/lib/db";
import { moveClock } from "@/tests/support/clock";
import { events } from "@/tests/support/events";
import { newestMail } from "@/tests/support/outbox";
import { adminUser, client, links, newSession, other, PASSWORD, session, verifiedUser } from "@/tests/support/people";

const DAY_MS = 86_400_000;

async function guessTenTimes(thief: Principal) {
  for (let n = 0; n < 10; n++) await reauthenticate(thief, other(n), client());
}

describe("a session", () => {
  test("slides while it is used, and ends after its idle time", async () => {
    const { token } = await session(await verifiedUser());
    for (let half = 0; half < 4; half++) {
      await moveClock(DAY_MS / 2);
      expect(await findPrincipal(token)).not.toBeNull();
    }
    await moveClock(DAY_MS - 1000);
    expect(await findPrincipal(token)).not.toBeNull();
    await moveClock(DAY_MS);
    expect(await findPrincipal(token)).toBeNull();
    expect(await findPrincipal(token)).toBeNull();
  });

  test("ends thirty days after it began, however much it is used", async () => {
    const { token } = await session(await verifiedUser(), true);
    for (let day = 0; day < 29; day++) {
      await moveClock(DAY_MS);
      expect(await findPrincipal(token)).not.toBeNull();
    }
    await moveClock(DAY_MS - 1000);
    expect(await findPrincipal(token)).not.toBeNull();
    await moveClock(1000);
    expect(await findPrincipal(token)).toBeNull();
  });

  test("is not revived by a visit after its end, whatever the cookie says", async () => {
    const alice = await verifiedUser();
    const { token } = await session(alice);
    const past = new Date(Date.now() - 1);
    await db.session.updateMany({ where: { userId: alice.id }, data: { expires: past, lastSeenAt: new Date(0) } });
    expect(await findPrincipal(token)).toBeNull();
    expect(await db.session.count({ where: { userId: alice.id, expires: { gt: past } } })).toBe(0);
  });

  test("is refused at once when it is signed out, and its row is gone", async () => {
    const alice = await verifiedUser();
    const { token } = await session(alice);
    await signOut(token);
    await signOut(token);
    expect(await findPrincipal(token)).toBeNull();
    expect(await db.session.count({ where: { userId: alice.id } })).toBe(0);
    expect(events("sign_out").filter(({ userId }) => userId === alice.id)).toHaveLength(1);
  });

  test("under a new token is refused under the old one", async () => {
    const { token, principal } = await session(await verifiedUser(), true);
    const renewed = await rotateSession(principal.sessionId);
    expect(renewed).toMatchObject({ sessionId: principal.sessionId, remember: true });
    expect(await findPrincipal(token)).toBeNull();
    expect(await findPrincipal(renewed?.token ?? "")).toMatchObject({ sessionId: principal.sessionId });
    await signOut(renewed?.token ?? "");
    expect(await rotateSession(principal.sessionId)).toBeNull();
  });

  test("opens nothing once its user is disabled or deleted", async () => {
    const [alice, bob] = [await verifiedUser(), await verifiedUser()];
    const [a, b] = [await session(alice), await session(bob)];
    await db.user.update({ where: { id: alice.id }, data: { disabledAt: new Date() } });
    await db.user.delete({ where: { id: bob.id } });
    expect([await findPrincipal(a.token), await findPrincipal(b.token)]).toEqual([null, null]);
  });

  test("carries the role that the database has now", async () => {
    const root = await adminUser();
    const { token, principal } = await session(root);
    expect(principal.roles).toEqual(["admin"]);
    await db.user.update({ where: { id: root.id }, data: { role: "user" } });
    const demoted = await findPrincipal(token);
    expect(demoted?.roles).toEqual(["user"]);
    expect(demoted && (await setUserDisabled(demoted, root.id, true))).toMatchObject({ error: { code: "forbidden" } });
  });

  test.each(["", "x", "attackerchosen", '\'; DROP TABLE "Session";--', "\0", "\ud800"])(
    "is not opened by %j",
    async (token) => {
      expect(await findPrincipal(token)).toBeNull();
    },
  );
});

test("what one look-up read is not what the next one sees, whichever way it asks", async () => {
  const owner = await verifiedUser();
  const { token, principal } = await session(owner);
  for (const name of ["Ada", "Grace"]) {
    await db.user.update({ where: { id: owner.id }, data: { name } });
    expect(await findPrincipal(token)).toMatchObject({ name });
    expect(await findPrincipalById(principal.sessionId)).toMatchObject({ name });
  }
});

test("a cookie of any length opens nothing", async () => {
  expect(await findPrincipal("a".repeat(1_000_000))).toBeNull();
});

describe("the list of sessions", () => {
  test("shows device, time and which is this one, and no token", async () => {
    const alice = await verifiedUser();
    await session(alice);
    const { token, principal } = await session(alice);
    const views = await listSessionViews(principal);
    expect(views.map(({ current }) => current)).toEqual([true, false]);
    expect(views[0]).toMatchObject({
      id: principal.sessionId,
      device: "Firefox on Linux",
      lastSeenAt: expect.any(Date),
    });
    const { tokenHash } = await db.session.findUniqueOrThrow({ where: { id: principal.sessionId } });
    for (const secret of [token, tokenHash]) expect(JSON.stringify(views)).not.toContain(secret);
  });

  test("leaves out what has ended", async () => {
    const alice = await verifiedUser();
    await session(alice);
    await db.session.updateMany({ where: { userId: alice.id }, data: { expires: new Date() } });
    expect(await listSessions(alice.id)).toEqual([]);
  });

  test("ends one's own session at once, and somebody else's never", async () => {
    const [alice, bob] = [await verifiedUser(), await verifiedUser()];
    const [own, phone, bobs] = [await session(alice), await session(alice), await session(bob)];
    expect(await revokeOwnSession(own.principal, phone.principal.sessionId)).toMatchObject({ ok: true });
    expect(await findPrincipal(phone.token)).toBeNull();
    for (const id of [bobs.principal.sessionId, phone.principal.sessionId, "zzzz", "", "' OR 1=1--"])
      expect(await revokeOwnSession(own.principal, id)).toMatchObject({ error: { code: "not_found" } });
    expect(await findPrincipal(bobs.token)).not.toBeNull();
    expect(await revokeOwnSession(own.principal, own.principal.sessionId)).toMatchObject({ ok: true });
    expect(await findPrincipal(own.token)).toBeNull();
  });

  test.each<[string, (thief: Principal, owner: Principal) => Promise<unknown>]>([
    ["its owner ends in the list", (thief, owner) => revokeOwnSession(owner, thief.sessionId)],
    ["ends after ten wrong passwords", (thief) => guessTenTimes(thief)],
    ["ends because its refresh token was copied", (thief) => revokeSuspectSession(thief, "copied-token", client())],
  ])("with a session that %s goes what a thief began in it", async (_, end) => {
    const alice = await verifiedUser();
    const [owner, thief] = [await session(alice), await session(alice)];
    const email = `thief-${alice.seq}@example.com`;
    await requestEmailChange(thief.principal, { email, currentPassword: PASSWORD }, client(), links);
    const { token: remembered } = await rememberDevice(alice.id);
    await end(thief.principal, owner.principal);
    expect([await findPrincipal(thief.token), await isRemembered(alice.id, remembered)]).toEqual([null, false]);
    expect(await findPrincipal(owner.token)).not.toBeNull();
    const { token = "" } = await newestMail(email);
    const confirmed = await confirmEmailChange({ token, principal: null, password: PASSWORD }, client());
    expect(confirmed).toMatchObject({ error: { code: "token_invalid" } });
  });

  test("ends all others from one", async () => {
    const alice = await verifiedUser();
    const own = await session(alice);
    const others = await Promise.all(Array.from({ length: 4 }, () => session(alice)));
    const bobs = await session(await verifiedUser());
    expect(await revokeOtherSessions(own.principal)).toEqual({ ok: true, value: 4 });
    for (const { token } of others) expect(await findPrincipal(token)).toBeNull();
    expect([await findPrincipal(own.token), await findPrincipal(bobs.token)]).not.toContain(null);
  });
});

test("one user has at most a hundred sessions; the oldest end, first those of the network that has most", async () => {
  const alice = await verifiedUser();
  const first = await session(alice);
  await db.session.update({ where: { id: first.principal.sessionId }, data: { createdAt: new Date(0) } });
  for (let n = 0; n < 100; n++) await newSession(alice);
  expect(await db.session.count({ where: { userId: alice.id } })).toBe(100);
  expect(await findPrincipal(first.token)).toBeNull();
  const kept = await session(alice);
  for (let n = 0; n < 101; n++) await newSession(alice, {}, client("192.0.2.7"));
  expect(await findPrincipal(kept.token)).not.toBeNull();
});
