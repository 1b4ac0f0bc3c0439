import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { disownActivity } from "@/lib/auth/activity/disown-activity";
import { changePassword } from "@/lib/auth/change-password";
import { sendSignInCode } from "@/lib/auth/email-code/send-sign-in-code";
import { describeSignInLink, signInByCode, signInByCodeAt, signInByLink } from "@/lib/auth/email-code/sign-in-by-mail";
import { forgotPassword } from "@/lib/auth/forgot-password";
import { login } from "@/lib/auth/login";
import { revokeUserSessions, setUserDisabled } from "@/lib/auth/manage-users";
import { markDevice } from "@/lib/auth/model/devices";
import type { Result } from "@/lib/auth/model/errors";
import type { Client, Principal } from "@/lib/auth/model/principal";
import { hashCode } from "@/lib/auth/model/secrets";
import { resetPassword } from "@/lib/auth/reset-password";
import { revokeAllSessions, revokeOtherSessions } from "@/lib/auth/sign-out";
import { findPrincipal } from "@/lib/auth/store/sessions";
import { findVerification } from "@/lib/auth/store/verifications";
import { db } from "@/lib/db";
import type { User } from "@/prisma/client/client";
import { mailed } from "@/tests/support/kill-people";
import { emptyOutbox, newestMail, outbox } from "@/tests/support/outbox";
import {
  adminUser,
  client,
  disabledUser,
  links,
  newSession,
  other,
  PASSWORD,
  providerUser,
  session,
  unverifiedUser,
  verifiedUser,
  withEnv,
} from "@/tests/support/people";

const codeOf = (result: Result<unknown>) => (result.ok ? "ok" : result.error.code);
const another = (code: string, by = 1) => String((Number(code) + by) % 1_000_000).padStart(6, "0");

type Asked = { email: string; pendingId?: string; to?: string; remember?: boolean; createUser?: boolean };

async function ask(input: Asked, from = client()): Promise<string> {
  const asked = await sendSignInCode(input, from, links);
  if (!asked.ok) throw new Error(asked.error.code);
  return asked.value.verificationId;
}

/** A sign-in by mail that a person has begun, and the mail of which they have read. */
async function begun({ email }: Pick<User, "email">, more: Partial<Asked> = {}) {
  const verificationId = await ask({ email, ...more });
  const { code = "", token } = await newestMail(email);
  return { verificationId, code, token };
}

const enter = (verificationId: string, code: string, from: Client = client()) =>
  signInByCode({ verificationId, code }, from);
const press = (token: string, from: Client = client()) => signInByLink({ token }, from);
const sessionsOf = ({ id: userId }: User) => db.session.findMany({ where: { userId } });

beforeEach(async () => {
  vi.useRealTimers();
  await emptyOutbox();
  await db.rateLimit.deleteMany();
});

describe("a code by mail", () => {
  test("signs in where it was asked for, and takes the person where they wished to go", async () => {
    const alice = await verifiedUser();
    const { verificationId, code } = await begun(alice, { to: "/account", remember: true });
    const entered = await enter(verificationId, code);
    if (!entered.ok) throw new Error(entered.error.code);
    const { session, to, user } = entered.value;
    expect({ to, id: user.id, remember: session.remember }).toEqual({ to: "/account", id: alice.id, remember: true });
    expect(await findPrincipal(session.token)).toMatchObject({ userId: alice.id, proofs: ["email-code"] });
  });

  test("signs in people who have no password", async () => {
    const alice = await providerUser();
    const { verificationId, code } = await begun(alice);
    expect(codeOf(await enter(verificationId, code))).toBe("ok");
  });

  test("works once, and its link no longer then", async () => {
    const alice = await verifiedUser();
    const { verificationId, code, token } = await begun(alice);
    expect(codeOf(await enter(verificationId, code))).toBe("ok");
    expect(codeOf(await enter(verificationId, code))).toBe("code_expired");
    expect(codeOf(await signInByCodeAt({ email: alice.email, code, session: {} }, client()))).toBe("code_invalid");
    expect(codeOf(await press(token))).toBe("token_invalid");
    expect(await sessionsOf(alice)).toHaveLength(1);
  });

  test("that is typed forty times at once, in every way, begins one session", async () => {
    const alice = await verifiedUser();
    const { verificationId, code, token } = await begun(alice);
    const tries = Array.from({ length: 40 }, (_, index) => {
      if (index % 3 === 0) return press(token);
      if (index % 3 === 1) return signInByCodeAt({ email: alice.email, code, session: {} }, client());
      return enter(verificationId, code);
    });
    const outcomes = (await Promise.all(tries)).map(codeOf);
    expect(outcomes.filter((outcome) => outcome === "ok")).toHaveLength(1);
    expect(await sessionsOf(alice)).toHaveLength(1);
  });

  test("is of no use with what another browser began", async () => {
    const alice = await verifiedUser();
    const thiefs = await ask({ email: alice.email });
    const { code } = await begun(alice);
    expect(codeOf(await enter(thiefs, code))).toBe("code_invalid");
  });

  test("takes five tries and lives for ten minutes", async () => {
    const { verificationId, code } = await begun(await verifiedUser());
    for (let n = 1; n <= 5; n++) expect(codeOf(await enter(verificationId, another(code, n)))).toBe("code_invalid");
    expect(codeOf(await enter(verificationId, code))).toBe("code_expired");

    const late = await begun(await verifiedUser());
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 11 * 60_000 });
    expect(codeOf(await enter(late.verificationId, late.code))).toBe("code_expired");
    expect(codeOf(await press(late.token))).toBe("token_invalid");
  });

  test("cannot be guessed over any number of rows and sources, and the owner's device is not locked out by it", async () => {
    const alice = await verifiedUser();
    const device = markDevice(null, alice);
    const seen: string[] = [];
    for (let row = 0; row < 5; row++) {
      const { verificationId, code } = await begun(alice);
      for (let n = 1; n <= 4; n++) seen.push(codeOf(await enter(verificationId, another(code, n))));
      seen.push(codeOf(await signInByCodeAt({ email: alice.email, code: another(code), session: {} }, client())));
    }
    expect(seen.filter((outcome) => outcome === "code_invalid")).toHaveLength(10);
    expect(seen.filter((outcome) => outcome === "too_many_attempts")).toHaveLength(15);
    const right = await sendAndRead(alice, { ...client(), device });
    expect(codeOf(await enter(right.verificationId, right.code)), "a right one past the limit").toBe(
      "too_many_attempts",
    );
    expect(codeOf(await enter(right.verificationId, right.code, { ...client(), device }))).toBe("ok");
  });

  async function sendAndRead({ email }: User, from: Client) {
    const verificationId = await ask({ email }, from);
    return { verificationId, code: (await newestMail(email)).code ?? "" };
  }

  test("asked for again at once by the same browser stays; later the new one replaces it", async () => {
    const [alice, from] = [await verifiedUser(), client()];
    const first = await ask({ email: alice.email }, from);
    const { code } = await newestMail(alice.email);
    expect(await ask({ email: alice.email, pendingId: first }, from)).toBe(first);
    expect(await outbox(alice.email)).toHaveLength(1);
    await db.rateLimit.deleteMany();
    const second = await ask({ email: alice.email, pendingId: first }, from);
    expect(await outbox(alice.email)).toHaveLength(2);
    expect(codeOf(await enter(first, code ?? ""))).toBe("code_expired");
    expect(codeOf(await enter(second, (await newestMail(alice.email)).code ?? ""))).toBe("ok");
  });

  test("does not end when strangers ask for more, however many they are", async () => {
    const alice = await verifiedUser();
    const { verificationId, code, token } = await begun(alice);
    for (let n = 0; n < 30; n++) await ask({ email: alice.email });
    expect(await describeSignInLink({ token, verificationId: null })).not.toBeNull();
    const byAddress = await signInByCodeAt({ email: alice.email, code, session: { kind: "api" } }, client());
    expect(codeOf(byAddress)).toBe("ok");
    expect(codeOf(await enter(verificationId, code))).toBe("code_expired");
  });

  test("that never went out does not exist", async () => {
    const alice = await verifiedUser();
    for (let n = 0; n < 7; n++) await ask({ email: alice.email });
    const rows = await db.verification.findMany({ where: { email: alice.email } });
    expect(rows).toHaveLength(7);
    expect(rows.filter(({ codeHash }) => codeHash !== null)).toHaveLength((await outbox(alice.email)).length);
  });

  test("is asked for twenty times an hour from one source, whatever the addresses", async () => {
    const from = client();
    const outcomes: string[] = [];
    for (let n = 0; n < 22; n++)
      outcomes.push(codeOf(await sendSignInCode({ email: `spray-${n}@example.com` }, from, links)));
    expect(outcomes.filter((outcome) => outcome === "ok")).toHaveLength(20);
    expect(outcomes.at(-1)).toBe("too_many_attempts");
  });

  test("does not use up the mails that another kind of mail may send", async () => {
    const alice = await verifiedUser();
    for (let n = 0; n < 8; n++) await ask({ email: alice.email });
    await emptyOutbox();
    await forgotPassword({ email: alice.email }, client(), links);
    expect(await outbox(alice.email)).toHaveLength(1);
  });
});

describe("what tells nothing", () => {
  test("an address without an account, and one whose account is disabled, get the same answers, and no mail", async () => {
    const [alice, disabled] = [await verifiedUser(), await disabledUser()];
    const answers = [];
    for (const email of [alice.email, disabled.email, "ghost@nowhere.test"]) {
      const verificationId = await ask({ email });
      const wrong: string[] = [];
      for (let n = 0; n < 6; n++) wrong.push(JSON.stringify(await enter(verificationId, "000000")));
      answers.push([wrong, JSON.stringify(await signInByCodeAt({ email, code: "000000", session: {} }, client()))]);
    }
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
    expect((await outbox()).map(({ to }) => to)).toEqual([alice.email]);
  });

  test("a code that nobody was sent opens nothing, were it guessed", async () => {
    const email = "ghost@nowhere.test";
    const verificationId = await ask({ email });
    expect(codeOf(await enter(verificationId, await guessed(verificationId)))).toBe("code_expired");
    expect(await db.user.count({ where: { email } })).toBe(0);
  });

  test("nor does it once somebody registers the address meanwhile", async () => {
    const email = "late@nowhere.test";
    const verificationId = await ask({ email });
    const late = await verifiedUser({ email });
    expect(codeOf(await enter(verificationId, await guessed(verificationId)))).toBe("code_expired");
    expect(await sessionsOf(late)).toEqual([]);
  });

  /** The code of a row, as a lucky guesser types it. */
  async function guessed(verificationId: string): Promise<string> {
    await db.verification.update({
      where: { id: verificationId },
      data: { codeHash: hashCode(verificationId, "123456") },
    });
    return "123456";
  }
});

describe("whose account it opens", () => {
  test("not that of a user who has moved to another address meanwhile, and nobody else's", async () => {
    const alice = await verifiedUser();
    const { verificationId, code, token } = await begun(alice);
    await db.user.update({ where: { id: alice.id }, data: { email: `moved-${alice.email}` } });
    const heir = await verifiedUser({ email: alice.email });
    expect(codeOf(await enter(verificationId, code))).toBe("code_expired");
    expect(codeOf(await press(token))).toBe("token_invalid");
    expect([...(await sessionsOf(alice)), ...(await sessionsOf(heir))]).toEqual([]);
  });

  test("not that of a user who was disabled meanwhile", async () => {
    const alice = await verifiedUser();
    const { verificationId, code, token } = await begun(alice);
    await db.user.update({ where: { id: alice.id }, data: { disabledAt: new Date() } });
    expect(codeOf(await enter(verificationId, code))).toBe("user_disabled");
    expect(codeOf(await press(token))).toBe("user_disabled");
    expect(await sessionsOf(alice)).toEqual([]);
  });

  test("an unproved user becomes the mailbox owner's: what a stranger left behind is dead", async () => {
    const mallorys = await unverifiedUser();
    const planted = await withEnv({ AUTH_REQUIRE_EMAIL_VERIFICATION: false }, () => newSession(mallorys));
    const { verificationId, code } = await begun(mallorys);
    const entered = await enter(verificationId, code);
    expect(entered).toMatchObject({ ok: true, value: { user: { id: mallorys.id, emailVerified: expect.any(Date) } } });
    expect(await findPrincipal(planted.token)).toBeNull();
    expect(codeOf(await login({ email: mallorys.email, password: PASSWORD }, client(), links))).toBe(
      "invalid_credentials",
    );
  });

  test("a proved user keeps the password and the other sessions", async () => {
    const alice = await verifiedUser();
    const other = await newSession(alice);
    const { token } = await begun(alice);
    expect(codeOf(await press(token))).toBe("ok");
    expect(await findPrincipal(other.token)).not.toBeNull();
    expect(await login({ email: alice.email, password: PASSWORD }, client(), links)).toMatchObject({ ok: true });
  });

  test.each(["code", "link", "address"] as const)(
    "a person with two-step sign-in owes the second factor after a %s",
    async (way) => {
      const alice = await verifiedUser();
      await db.authenticator.create({
        data: { userId: alice.id, label: "Phone", secret: "sealed", confirmedAt: new Date(), lastStep: 0 },
      });
      const { verificationId, code, token } = await begun(alice);
      const session = { kind: "api" } as const;
      const ways = {
        code: () => enter(verificationId, code),
        link: () => press(token),
        address: () => signInByCodeAt({ email: alice.email, code, session }, client()),
      };
      const entered = await ways[way]();
      if (!entered.ok) throw new Error(entered.error.code);
      expect(entered.value.session.owedFactor).toBe("second-factor");
      expect(await findPrincipal(entered.value.session.token)).toBeNull();
    },
  );
});

describe("the mailed link", () => {
  test("says who asked, spends nothing when looked at, and signs in the browser that presses", async () => {
    const alice = await verifiedUser();
    const { verificationId, token } = await begun(alice);
    for (let look = 0; look < 3; look++)
      expect(await describeSignInLink({ token, verificationId: "another" })).toMatchObject({
        email: alice.email,
        device: "Firefox on Linux",
        ip: expect.stringMatching(/^10\./),
        begunHere: false,
      });
    expect(await describeSignInLink({ token, verificationId })).toMatchObject({ begunHere: true });
    expect(await sessionsOf(alice)).toEqual([]);

    const presser = client();
    const pressed = await press(token, presser);
    expect(pressed).toMatchObject({ ok: true, value: { user: { id: alice.id } } });
    expect(await sessionsOf(alice)).toMatchObject([{ ip: presser.ip, proofs: "email-link" }]);
    expect(codeOf(await press(token))).toBe("token_invalid");
    expect(await describeSignInLink({ token, verificationId })).toBeNull();
  });

  test("shows no words that the one who asked put into the user agent, on the page or in the mail", async () => {
    const alice = await verifiedUser();
    const userAgent = "Your account is locked. Call 0800 123 456/1 (now) Linux";
    await ask({ email: alice.email }, { ...client(), userAgent });
    const { token, props } = await newestMail(alice.email);
    expect(await describeSignInLink({ token, verificationId: null })).toMatchObject({ device: "an app on Linux" });
    expect(JSON.stringify(props)).not.toContain("0800");
  });

  test("is remembered as long as asked for only in the browser that asked", async () => {
    const [alice, bob] = [await verifiedUser(), await verifiedUser()];
    const [here, elsewhere] = [await begun(alice, { remember: true }), await begun(bob, { remember: true })];
    const { verificationId, token } = here;
    expect(await signInByLink({ token, verificationId }, client())).toMatchObject({
      value: { session: { remember: true } },
    });
    expect(await press(elsewhere.token)).toMatchObject({ value: { session: { remember: false } } });
  });

  test("of another kind opens nothing, and tokens cannot be tried without end", async () => {
    const alice = await verifiedUser();
    await forgotPassword({ email: alice.email }, client(), links);
    const { token } = await newestMail(alice.email);
    expect(codeOf(await press(token))).toBe("token_invalid");
    const from = client();
    const outcomes = new Set<string>();
    for (let n = 0; n < 25; n++) outcomes.add(codeOf(await press(`guess-${n}`, from)));
    expect([...outcomes]).toEqual(["token_invalid", "too_many_attempts"]);
  });
});

describe("where a surface lets an address become a user", () => {
  const join = (email: string) => ask({ email, createUser: true });

  test("known and unknown addresses get the same mail, and the unknown one becomes a user without a password", async () => {
    const [alice, email] = [await verifiedUser(), "newcomer@example.com"];
    await join(alice.email);
    await join(email);
    const [known, unknown] = [await newestMail(alice.email), await newestMail(email)];
    expect(unknown.template).toBe(known.template);
    const entered = await signInByCodeAt({ email, code: unknown.code ?? "", session: { kind: "api" } }, client());
    expect(entered).toMatchObject({ ok: true, value: { user: { email, emailVerified: expect.any(Date) } } });
    expect(await db.user.findUnique({ where: { email }, include: { credential: true } })).toMatchObject({
      credential: null,
    });
  });

  test("two of its mails used at once make one user", async () => {
    const email = "twice@example.com";
    const first = await join(email);
    const { code: one = "" } = await newestMail(email);
    const second = await join(email);
    const { code: two = "" } = await newestMail(email);
    const outcomes = await Promise.all([enter(first, one), enter(second, two)]);
    expect(outcomes.map(codeOf)).toEqual(["ok", "ok"]);
    expect(await db.user.count({ where: { email } })).toBe(1);
  });

  test("a user whom a stranger registered meanwhile is the mailbox owner's", async () => {
    const email = "squatted@example.com";
    const verificationId = await join(email);
    const { code = "" } = await newestMail(email);
    await unverifiedUser({ email });
    expect(codeOf(await enter(verificationId, code))).toBe("ok");
    expect(codeOf(await login({ email, password: PASSWORD }, client(), links))).toBe("invalid_credentials");
  });

  test("nobody becomes a user while sign-up is closed, nor an address that its owner left days ago", async () => {
    const reserved = "left-behind@example.com";
    const { id: userId } = await verifiedUser();
    const expires = new Date(Date.now() + 60_000);
    await db.verification.create({ data: { purpose: "undo-email-change", userId, email: reserved, expires } });
    await join(reserved);
    await withEnv({ AUTH_ALLOW_SIGNUP: false }, () => join("closed@example.com"));
    expect(await outbox()).toEqual([]);

    const left = await join("leaving@example.com");
    const { code: leaving = "" } = await newestMail("leaving@example.com");
    await db.verification.create({
      data: { purpose: "undo-email-change", userId, email: "leaving@example.com", expires },
    });
    expect(codeOf(await enter(left, leaving))).toBe("code_expired");

    const verificationId = await join("closing@example.com");
    const { code = "" } = await newestMail("closing@example.com");
    expect(codeOf(await withEnv({ AUTH_ALLOW_SIGNUP: false }, () => enter(verificationId, code)))).toBe("code_expired");
  });
});

describe("a code and a link that were mailed before", () => {
  const resetOf = async ({ email }: User) => {
    await forgotPassword({ email }, client(), links);
    return resetPassword({ token: (await newestMail(email, /Reset/)).token, newPassword: other(1) }, client());
  };
  const disableAndEnable = async ({ id }: User, admin: Principal) => {
    await setUserDisabled(admin, id, true);
    return setUserDisabled(admin, id, false);
  };
  const change = { currentPassword: PASSWORD, newPassword: other(1) };
  const asOwner = async (user: User) => (await session(user)).principal;

  test.each<[string, (user: User, admin: Principal) => Promise<Result<unknown>>]>([
    ["a reset", resetOf],
    ["a change of password", async (user) => changePassword(await asOwner(user), change, client())],
    ["signing out everywhere", async (user) => revokeAllSessions(await asOwner(user))],
    ["signing out elsewhere", async (user) => revokeOtherSessions(await asOwner(user))],
    ["“This was not me”", async (user) => disownActivity(await asOwner(user), client(), links)],
    ["an admin who signs them out", async ({ id }, admin) => revokeUserSessions(admin, id)],
    ["an admin who disables them for a while", disableAndEnable],
  ])("sign nobody in after %s, and no change of address goes on", async (_, end) => {
    const email = `early-${randomUUID()}@example.com`;
    const beforeTheAccount = await begun({ email }, { createUser: true });
    const [alice, admin] = [await verifiedUser({ email }), (await session(await adminUser())).principal];
    const { verificationId, code, token } = await begun(alice);
    const moving = await mailed("change-email", alice, { from: alice.email, to: "thief@example.com" });
    expect(codeOf(await end(alice, admin))).toBe("ok");
    const left = await sessionsOf(alice);
    expect(codeOf(await enter(verificationId, code))).toBe("code_expired");
    expect(codeOf(await press(token))).toBe("token_invalid");
    expect(codeOf(await enter(beforeTheAccount.verificationId, beforeTheAccount.code))).toBe("code_expired");
    expect(await sessionsOf(alice)).toHaveLength(left.length);
    expect(await findVerification(moving.id)).toBeNull();
  });
});
