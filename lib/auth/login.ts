import { knownDevice } from "@/lib/auth/model/devices";
import { fail, ok, type Result } from "@/lib/auth/model/errors";
import { hashPassword, needsRehash, verifyPassword } from "@/lib/auth/model/password-hash";
import { type Client, sourceOf } from "@/lib/auth/model/principal";
import { describeDevice } from "@/lib/auth/model/user-agent";
import { mailCode, type ProofLinks, sendProof } from "@/lib/auth/steps/send-verification";
import { findCredential, upgradePasswordHash } from "@/lib/auth/store/credentials";
import { attempt, consume, forgive, LIMITS, mayMail, refund } from "@/lib/auth/store/rate-limits";
import { createSession, type NewSession, revokeSession, type SessionOptions } from "@/lib/auth/store/sessions";
import { findUserByEmail, findUserByUsername } from "@/lib/auth/store/users";
import { findVerification, issueVerification, listSignUps, Registration } from "@/lib/auth/store/verifications";
import { env } from "@/lib/env";
import { hashedAddress, logEvent } from "@/lib/log";
import { sendNewSignIn } from "@/lib/mail/messages";
import type { User, Verification } from "@/prisma/client/client";

export type LoginLinks = ProofLinks & { account(): string };

export type LoginInput = SessionOptions & {
  email: string;
  /** What was typed as the address may be a username, if it is nobody's address. */
  orUsername?: boolean;
  password: string;
  to?: string;
  /** The proof this browser waits for already, if any. */
  pendingId?: string | null;
};

/** Signed in, or right so far but with an address that is not proved yet: a code is on its way. */
export type LoginOutcome =
  | { status: "signed-in"; user: User; session: NewSession }
  | { status: "unverified"; verificationId: string };

/**
 * Proves who somebody is by e-mail and password, and starts a session.
 * An unknown address, one without a password and a wrong password cost the same work and get the same answer. Who
 * registered and has not confirmed yet is told so, given the password chosen then.
 * @returns `invalid_credentials`, `too_many_attempts`, `user_disabled`.
 */
export async function login(input: LoginInput, client: Client, links: LoginLinks): Promise<Result<LoginOutcome>> {
  const proved = await provePassword(input, client);
  if (!proved.ok) return proved;
  if ("registration" in proved.value) {
    const { registration } = proved.value;
    if (await mayMail(input.email)) await mailCode(registration, links);
    return ok({ status: "unverified", verificationId: registration.id });
  }
  const { user, changedAt } = proved.value;
  const event = { userId: user.id, ip: client.ip, userAgent: client.userAgent };

  if (user.disabledAt) {
    logEvent("sign_in.refused", { ...event, outcome: "user_disabled" });
    return fail("user_disabled");
  }
  if (!user.emailVerified && env().AUTH_REQUIRE_EMAIL_VERIFICATION) {
    logEvent("sign_in.refused", { ...event, outcome: "email_unverified" });
    return ok({ status: "unverified", verificationId: await askForProof(user, input, links) });
  }
  const session = await createSession({ ...input, userId: user.id, client });
  // A new password that came in between ended all sessions, but not this one, which the old password opened.
  if ((await findCredential(user.id))?.changedAt.getTime() !== changedAt.getTime()) {
    await revokeSession(user.id, session.sessionId);
    return fail("invalid_credentials");
  }
  logEvent("sign_in.succeeded", { ...event, sessionId: session.sessionId });
  if (!knownDevice(client.device, user.id) && (await isNews(user, input, client))) notifyOwner(user, client, links);
  return ok({ status: "signed-in", user, session });
}

async function provePassword(
  { email: typed, password, orUsername }: LoginInput,
  client: Client,
): Promise<Result<{ user: User; changedAt: Date } | { registration: Verification }>> {
  const user = (await findUserByEmail(typed)) ?? (orUsername ? await findUserByUsername(typed) : null);
  // However somebody names the account, it is one account to the limits.
  const email = user?.email ?? typed;
  const device = user && knownDevice(client.device, user.id);
  const [limit, key] = device
    ? ([LIMITS.passwordPerDevice, `${email}:${device}`] as const)
    : ([LIMITS.passwordPerAccount, email] as const);
  const source = sourceOf(client);
  const event = { email: hashedAddress(email), ip: client.ip, userAgent: client.userAgent };

  const bySource = await consume(LIMITS.passwordPerSource, source);
  const byAccount = bySource.ok ? await consume(limit, key) : bySource;
  if (!byAccount.ok) {
    if (bySource.ok) await refund(LIMITS.passwordPerSource, source);
    logEvent("sign_in.limited", { ...event, outcome: bySource.ok ? "account" : "source" });
    return byAccount;
  }

  const credential = await findCredential(user?.id ?? "nobody");
  const hash = credential?.passwordHash ?? null;
  const counted = <T>(work: () => Promise<T>) =>
    attempt(limit, key, () => attempt(LIMITS.passwordPerSource, source, work));
  const matches = await counted(() => verifyPassword(password, hash));
  if (!matches || !user || !credential || !hash) {
    const registration = await counted(() => findRegistration(email, password));
    if (!registration) {
      logEvent("sign_in.failed", { ...event, userId: user?.id });
      return fail("invalid_credentials");
    }
    await refund(limit, key);
    await refund(LIMITS.passwordPerSource, source);
    return ok({ registration });
  }
  await forgive(limit, key);
  await refund(LIMITS.passwordPerSource, source);
  if (needsRehash(hash)) await upgradePasswordHash(user.id, hash, await hashPassword(password));
  return ok({ user, changedAt: credential.changedAt });
}

/**
 * The newest registration of the address, if this is its password. It is looked for whether or not the address has a
 * user: somebody who registers an address and then signs in must not learn which.
 */
async function findRegistration(email: string, password: string): Promise<Verification | null> {
  if (!env().AUTH_REQUIRE_EMAIL_VERIFICATION) return null;
  const newest = (await listSignUps(email)).find(({ purpose }) => purpose === "register");
  const hash = newest && Registration.parse(newest.payload).passwordHash;
  return newest && hash && (await verifyPassword(password, hash)) ? newest : null;
}

async function askForProof(user: User, { to, pendingId }: LoginInput, links: LoginLinks): Promise<string> {
  const mailAllowed = await mayMail(user.email);
  // Its mail went out a moment ago: the code in it must go on working in this browser.
  const pending = pendingId && !mailAllowed ? await findVerification(pendingId) : null;
  if (pending?.purpose === "verify" && pending.userId === user.id) return pending.id;
  const issued = await issueVerification({
    purpose: "verify",
    userId: user.id,
    email: user.email,
    payload: to ? { to } : {},
  });
  if (mailAllowed) sendProof(user.email, issued, links);
  return issued.id;
}

/** API clients keep no cookie to be known by: what told the owner once tells nothing new for a month. */
async function isNews(user: User, { kind }: LoginInput, { ip, userAgent }: Client): Promise<boolean> {
  return kind !== "api" || (await consume(LIMITS.signInNotice, `${user.id}:${ip}:${userAgent}`)).ok;
}

function notifyOwner(user: User, client: Client, links: LoginLinks): void {
  sendNewSignIn(user.email, {
    at: new Date(),
    device: describeDevice(client.userAgent),
    ip: client.ip,
    accountUrl: links.account(),
  });
}
