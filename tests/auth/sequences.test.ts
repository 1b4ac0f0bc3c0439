import fc from "fast-check";
import { expect, test } from "vitest";
import { changePassword } from "@/lib/auth/change-password";
import { confirmCode } from "@/lib/auth/confirm-email";
import { forgotPassword } from "@/lib/auth/forgot-password";
import { login } from "@/lib/auth/login";
import type { Result } from "@/lib/auth/model/errors";
import { refreshSession, startRefreshing } from "@/lib/auth/refresh-session";
import { register } from "@/lib/auth/register";
import { resetPassword } from "@/lib/auth/reset-password";
import { endAllSessions } from "@/lib/auth/sign-out";
import { findPrincipal } from "@/lib/auth/store/sessions";
import { db } from "@/lib/db";
import type { Profile } from "@/lib/oauth/provider";
import { signInWithProfile } from "@/lib/oauth/sign-in";
import { outbox } from "@/tests/support/outbox";
import { client, links, other } from "@/tests/support/people";

/** Each run of the tests asks the same, so that a failure is found again. */
const SEED = 20_261_129;
const SEQUENCES = 30;
const LONGEST = 24;

/*
 * Two people, who both say that one address is theirs, do what can be done with it, in any order. Whatever they do, there
 * is one truth: one user, one password that signs in (the last one set), no session that comes back after it ended, and
 * no link, code or refresh token that works twice.
 */

type Session = { token: string; refreshToken: string; ended: boolean };

class Address {
  readonly email = `${crypto.randomUUID().slice(0, 8)}@example.com`;
  readonly people = [client(), client()];
  /** Every password that was ever typed, and the one that was set last. */
  readonly passwords: string[] = [];
  password: string | null = null;
  readonly sessions: Session[] = [];
  readonly registrations: { verificationId: string; code: string; password: string; spent: boolean }[] = [];
  readonly resets: { token: string; spent: boolean }[] = [];

  newPassword(): string {
    const password = other(this.passwords.length);
    this.passwords.push(password);
    return password;
  }

  async begin({ token, ...session }: { token: string; sessionId: string; absoluteExpires: Date }): Promise<void> {
    this.sessions.push({ token, refreshToken: await startRefreshing(session), ended: false });
  }

  endAll(): void {
    for (const session of this.sessions) session.ended = true;
  }
}

const newest = async (email: string, key: "code" | "token") =>
  (await outbox(email)).findLast((mail) => mail[key])?.[key] ?? "";
const pickOf = <T>(list: T[], pick: number): T | undefined => list[pick % Math.max(1, list.length)];

/** What can be done. `who` is one of the two, `pick` one of the things that they could do it with. */
const OPERATIONS: Record<string, (at: Address, who: number, pick: number) => Promise<Result<unknown> | undefined>> = {
  async register(at, who) {
    const password = at.newPassword();
    const input = { email: at.email, password, profile: { name: "Person" } };
    const done = await register(input, from(at, who), links);
    if (!done.ok || done.value.status !== "pending") return done;
    const { verificationId } = done.value;
    at.registrations.push({ verificationId, code: await newest(at.email, "code"), password, spent: false });
    return done;
  },

  async confirm(at, who, pick) {
    const registration = pickOf(at.registrations, pick);
    if (!registration) return undefined;
    const { verificationId, code, password, spent } = registration;
    const done = await confirmCode({ verificationId, code }, from(at, who));
    if (!done.ok) return done;
    expect(spent, "a code works once").toBe(false);
    registration.spent = true;
    at.password = password;
    if (done.value.session) await at.begin(done.value.session);
    return done;
  },

  async signIn(at, who) {
    const { email, password } = at;
    const done = await login({ email, password: password ?? "granite", remember: true }, from(at, who), links);
    expect(done.ok && done.value.status === "signed-in", "the password that was set last").toBe(password !== null);
    if (done.ok && done.value.status === "signed-in") await at.begin(done.value.session);
    return done;
  },

  async forget(at, who) {
    const before = (await outbox(at.email)).length;
    const done = await forgotPassword({ email: at.email }, from(at, who), links);
    const [mail] = (await outbox(at.email)).slice(before);
    if (mail?.token) at.resets.push({ token: mail.token, spent: false });
    return done;
  },

  async reset(at, who, pick) {
    const reset = pickOf(at.resets, pick);
    if (!reset) return undefined;
    const newPassword = at.newPassword();
    const done = await resetPassword({ token: reset.token, newPassword }, from(at, who));
    if (!done.ok) return done;
    expect(reset.spent, "a link works once").toBe(false);
    reset.spent = true;
    at.password = newPassword;
    at.endAll();
    return done;
  },

  async signInAtProvider(at, who) {
    const done = await signInWithProfile(profileOf(at), from(at, who));
    if (done.ok && done.value.session) await at.begin(done.value.session);
    return done;
  },

  async changePassword(at, who, pick) {
    const session = pickOf(at.sessions, pick);
    const principal = session && (await findPrincipal(session.token));
    if (!session || !principal || at.password === null) return undefined;
    const newPassword = at.newPassword();
    const done = await changePassword(principal, { currentPassword: at.password, newPassword }, from(at, who));
    if (!done.ok) return done;
    at.password = newPassword;
    at.endAll();
    await at.begin(done.value);
    return done;
  },

  async signOutEverywhere(at, _, pick) {
    const session = pickOf(at.sessions, pick);
    const principal = session && (await findPrincipal(session.token));
    if (!principal) return undefined;
    const done = await endAllSessions(principal);
    at.endAll();
    return done;
  },

  async refresh(at, who, pick) {
    const session = pickOf(at.sessions, pick);
    if (!session) return undefined;
    const done = await refreshSession({ refreshToken: session.refreshToken }, from(at, who));
    expect(done.ok, "a refresh token lives as long as its session").toBe(!session.ended);
    if (done.ok) session.refreshToken = done.value.refreshToken;
    return done;
  },
};

const from = (at: Address, who: number) => at.people[who] ?? client();
const profileOf = ({ email }: Address): Profile => ({
  ...{ provider: "google", providerAccountId: `google-${email}`, email, emailVerified: true },
  ...{ fields: { name: "Person" }, image: null, username: null, raw: {} },
});

const step = fc.record({
  operation: fc.constantFrom(...Object.keys(OPERATIONS)),
  who: fc.nat(1),
  pick: fc.nat(50),
});

async function expectOneTruth(at: Address): Promise<void> {
  expect(await db.user.count({ where: { email: at.email } })).toBeLessThanOrEqual(1);
  for (const { token, ended } of at.sessions) expect((await findPrincipal(token)) !== null).toBe(!ended);
}

async function passwordsThatSignIn({ email, passwords }: Address): Promise<string[]> {
  const found = [];
  for (const password of passwords) {
    await db.rateLimit.deleteMany();
    const done = await login({ email, password, remember: false }, client(), links);
    if (done.ok && done.value.status === "signed-in") found.push(password);
  }
  return found;
}

test("whatever two people do with one address, in whatever order, there is one truth", async () => {
  const sequence = fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: LONGEST }), async (steps) => {
    const at = new Address();
    for (const { operation, who, pick } of steps) {
      await db.rateLimit.deleteMany();
      await OPERATIONS[operation]?.(at, who, pick);
      await expectOneTruth(at);
    }
    expect(await passwordsThatSignIn(at)).toEqual(at.password === null ? [] : [at.password]);
  });
  await fc.assert(sequence, { seed: SEED, numRuns: SEQUENCES });
});
