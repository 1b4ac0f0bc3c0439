import { beforeEach, describe, expect, test } from "vitest";
import type { Result } from "@/lib/auth/model/errors";
import type { Principal } from "@/lib/auth/model/principal";
import { beginSession } from "@/lib/auth/steps/begin-session";
import { findPrincipal } from "@/lib/auth/store/sessions";
import {
  cancelFactorReset,
  describeFactorReset,
  requestFactorReset,
  stopFactorReset,
} from "@/lib/auth/two-factor/reset-factors";
import { proveByAuthenticator } from "@/lib/auth/two-factor/second-step";
import { db } from "@/lib/db";
import { transact } from "@/lib/db/transact";
import { links } from "@/lib/routes";
import type { User } from "@/prisma/client/client";
import { addAuthenticator, owingSession, totpCode, twoStepUser } from "@/tests/support/factors";
import { emptyOutbox, newestMail, outbox } from "@/tests/support/outbox";
import { adminUser, client, session, verifiedUser } from "@/tests/support/people";

const HOUR_MS = 60 * 60_000;
const codeOf = (result: Result<unknown>) => (result.ok ? "ok" : result.error.code);
const begin = (user: User) => transact(() => beginSession({ userId: user.id, proof: "password", client: client() }));
const owes = async (user: User) => {
  const begun = await begin(user);
  return begun.ok && begun.value.owedFactor;
};
const ask = (admin: Principal, user: User) => requestFactorReset(admin, { userId: user.id }, links.stopFactorReset);

/** An admin who has just proved two factors. */
async function admin(): Promise<Principal> {
  const { principal } = await session(await adminUser());
  return { ...principal, twoFactorAt: new Date() };
}

/** As if so many hours had passed since the reset was asked for. */
async function hoursLater(user: User, hours: number): Promise<void> {
  const createdAt = new Date(Date.now() - hours * HOUR_MS);
  await db.verification.updateMany({ where: { userId: user.id, purpose: "factor-reset" }, data: { createdAt } });
}

beforeEach(emptyOutbox);

describe("an admin's reset of a person's factors", () => {
  test("takes effect after a day, at the next sign-in, and ends the sessions of before", async () => {
    const { user } = await twoStepUser();
    const passkey = await transact(() =>
      beginSession({ userId: user.id, proof: "passkey", client: client(), isNew: true }),
    );
    expect(codeOf(await ask(await admin(), user))).toBe("ok");
    await hoursLater(user, 23);
    expect(await owes(user)).toBe("second-factor");
    await hoursLater(user, 25);
    expect(await owes(user)).toBeNull();
    expect(passkey.ok && (await findPrincipal(passkey.value.token))).toBeNull();
    expect(await db.authenticator.count({ where: { userId: user.id } })).toBe(0);
    expect(await db.recoveryCode.count({ where: { userId: user.id } })).toBe(0);
    const told = (await outbox(user.email)).map(({ template }) => template);
    expect(told).toEqual(expect.arrayContaining(["factor-reset", "factor-changed"]));
  });

  test("is stopped by the link in the mail, also after its day, as long as it was not carried out", async () => {
    const { user } = await twoStepUser();
    await ask(await admin(), user);
    const { token } = await newestMail(user.email, /will be removed/);
    await hoursLater(user, 25);
    expect(await describeFactorReset(token)).toMatchObject({ email: user.email });
    expect(codeOf(await stopFactorReset({ token }, client()))).toBe("ok");
    expect(codeOf(await stopFactorReset({ token }, client()))).toBe("token_invalid");
    expect(await owes(user)).toBe("second-factor");
  });

  test("ends once the person shows a second factor, so that it takes none that they set up since", async () => {
    const { user, secret } = await twoStepUser();
    expect(codeOf(await ask(await admin(), user))).toBe("ok");
    expect(codeOf(await proveByAuthenticator(await owingSession(user), { code: totpCode(secret) }, client()))).toBe(
      "ok",
    );
    await hoursLater(user, 25);
    expect(await owes(user)).toBe("second-factor");
    expect(await db.securityEvent.count({ where: { userId: user.id, type: "factor.reset_stopped" } })).toBe(1);
  });

  test("goes on where only a passkey is shown, which a thief may have planted", async () => {
    const { user } = await twoStepUser();
    expect(codeOf(await ask(await admin(), user))).toBe("ok");
    const byPasskey = () => transact(() => beginSession({ userId: user.id, proof: "passkey", client: client() }));
    await byPasskey();
    await hoursLater(user, 25);
    await byPasskey();
    expect(await db.authenticator.count({ where: { userId: user.id } }), "nor does the passkey use it up").toBe(1);
    expect(await owes(user)).toBeNull();
  });

  test("is taken back by an admin, and asked for once however often", async () => {
    const { user } = await twoStepUser();
    const principal = await admin();
    const [first, second] = [await ask(principal, user), await ask(principal, user)];
    expect(first.ok && second.ok && second.value.getTime() - first.value.getTime()).toBeLessThan(1000);
    expect((await outbox(user.email)).filter(({ template }) => template === "factor-reset")).toHaveLength(1);
    expect(codeOf(await cancelFactorReset(principal, { userId: user.id }))).toBe("ok");
    await hoursLater(user, 25);
    expect(await owes(user)).toBe("second-factor");
  });

  test("asks for two fresh factors of the admin's own", async () => {
    const { user } = await twoStepUser();
    const own = await adminUser();
    const { principal } = await session(own);
    const old = new Date(Date.now() - 11 * 60_000);
    expect(codeOf(await ask(principal, user)), "with none there is nothing to prove").toBe("forbidden");
    await addAuthenticator(own);
    expect(codeOf(await ask(principal, user))).toBe("second_factor_required");
    expect(codeOf(await ask({ ...principal, twoFactorAt: old }, user))).toBe("second_factor_required");
    expect(await db.verification.count({ where: { userId: user.id } })).toBe(0);
  });

  test("is not begun by one who was an admin when the request began, and is none any more", async () => {
    const { user } = await twoStepUser();
    const principal = await admin();
    await db.user.update({ where: { id: principal.userId }, data: { role: "user" } });
    expect(codeOf(await ask(principal, user))).toBe("forbidden");
  });

  test("is for admins only, for others only, and for people who have a factor", async () => {
    const { user } = await twoStepUser();
    const nobody = { ...(await session(await verifiedUser())).principal, twoFactorAt: new Date() };
    expect(codeOf(await ask(nobody, user))).toBe("forbidden");
    expect(codeOf(await cancelFactorReset(nobody, { userId: user.id }))).toBe("forbidden");
    const own = await twoStepUser({ role: "admin" });
    const self = { ...(await admin()), userId: own.user.id };
    expect(codeOf(await ask(self, own.user))).toBe("forbidden");
    expect(codeOf(await ask(await admin(), await verifiedUser()))).toBe("not_found");
  });

  test("is not stopped by another mail's link", async () => {
    const { user } = await twoStepUser();
    await ask(await admin(), user);
    expect(codeOf(await stopFactorReset({ token: "a".repeat(43) }, client()))).toBe("token_invalid");
    await hoursLater(user, 25);
    expect(await owes(user)).toBeNull();
  });
});
