import { env } from "@/lib/env";
import { hashedAddress, logEvent } from "@/lib/log";
import type { Credential, User, Verification } from "@/prisma/client/client";
import { fail, ok, type Result } from "./model/errors";
import { sourceOf } from "./model/network";
import { hashPassword, needsRehash, verifyPassword } from "./model/password-hash";
import type { Client } from "./model/principal";
import { Registration } from "./model/registration";
import { type BegunSession, beginSession, type SessionOptions } from "./steps/begin-session";
import { chooseRegistration } from "./steps/choose-registration";
import { type Guess, guess } from "./steps/guess";
import { mayMail } from "./steps/mail-budget";
import { resendVerification, sendVerification, type VerificationLinks } from "./steps/send-verification";
import { findCredential, upgradePasswordHash } from "./store/credentials";
import { findUserByEmail, findUserByUsername } from "./store/users";
import { findVerification, isCodeAlive, issueVerification } from "./store/verifications";

export type LoginInput = SessionOptions & {
  email: string;
  /** What was typed as the address may be a username, if it is no user's address. */
  orUsername?: boolean;
  password: string;
  to?: string;
  /** The verification that this browser waits for, if any. */
  pendingId?: string | null;
};

/** Signed in; or the password is right and the address not proved yet, so that a code is on its way. */
export type LoginOutcome =
  | { status: "signed-in"; user: User; session: BegunSession }
  | { status: "unverified"; verificationId: string };

/** What the right password opens: a user, or a registration that waits for its proof. `rehashed` replaces the hash. */
type Found = { user: User; credential: Credential; rehashed: string | null } | { registration: Verification };

/**
 * Proves by email and password who a person is, and starts a session.
 * An unknown address, one without a password and a wrong password cost the same work and get the same answer. A person
 * who registered and has not confirmed yet is told so, if they type the password of that registration.
 * @returns `invalid_credentials`, `too_many_attempts`, `user_disabled`.
 * @example
 * await login({ email: "alice@example.com", password: "wrong" }, client, links) // { ok: false, error: { code: "invalid_credentials", … } }
 */
export async function login(
  input: LoginInput,
  client: Client,
  links: VerificationLinks,
): Promise<Result<LoginOutcome>> {
  const { email: typed, password, orUsername } = input;
  const user = (await findUserByEmail(typed)) ?? (orUsername ? await findUserByUsername(typed) : null);
  // Limits count the account, whether the person typed its address or its username.
  const account = user?.email ?? typed;
  const attempt: Guess = { factor: "password", account, client, userId: user?.id };
  const compare = async () => (await provePassword(user, password, client)) ?? findRegistration(account, input, client);
  const result = await guess<Found, LoginOutcome>(
    attempt,
    compare,
    (found) => enter(found, input, client, links),
    WRONG,
    (found) => "user" in found,
  );
  if (!result.ok) {
    const { code: outcome } = result.error;
    const event = { email: hashedAddress(account), userId: user?.id, ip: client.ip, userAgent: client.userAgent };
    logEvent(outcome === "invalid_credentials" ? "sign_in.failed" : "sign_in.refused", { ...event, outcome });
  }
  return result;
}

const WRONG = fail("invalid_credentials");

/** Compares the password, or does the same work without one: the time must not tell which addresses have accounts. */
async function provePassword(user: User | null, password: string, client: Client): Promise<Found | null> {
  // An address without a user costs the same look-up.
  const credential = await findCredential(user?.id ?? "none");
  const hash = credential?.passwordHash ?? null;
  const matches = await verifyPassword(password, hash, client);
  if (!matches || !user || !credential || !hash) return null;
  return { user, credential, rehashed: needsRehash(hash) ? await hashPassword(password, client) : null };
}

/**
 * The registration of the address that this client means, if this is its password. The look-up is the same whether or not the
 * address has a user: a stranger who registers an address and then signs in must not learn that.
 */
async function findRegistration(
  email: string,
  { password, pendingId }: LoginInput,
  client: Client,
): Promise<Found | null> {
  if (!env().AUTH_REQUIRE_EMAIL_VERIFICATION) return null;
  const registration = await chooseRegistration(email, client, ["register"], pendingId);
  const hash = registration && Registration.parse(registration.payload).passwordHash;
  return registration && hash && (await verifyPassword(password, hash, client)) ? { registration } : null;
}

/** What the right password leads to, in one transaction. */
async function enter(
  found: Found,
  input: LoginInput,
  client: Client,
  links: VerificationLinks,
): Promise<Result<LoginOutcome>> {
  if ("registration" in found) return remind(found.registration, client, links);
  const { user, credential, rehashed } = found;
  if (user.disabledAt) return fail("user_disabled");
  if (!user.emailVerified && env().AUTH_REQUIRE_EMAIL_VERIFICATION) return askForProof(user, input, client, links);
  const begun = await beginSession({ ...input, userId: user.id, proof: "password", client });
  if (!begun.ok) return begun.error.code === "unauthenticated" ? WRONG : begun;
  // The password was changed meanwhile: the old one must open no session.
  if ((await findCredential(user.id))?.changedAt.getTime() !== credential.changedAt.getTime()) return WRONG;
  if (rehashed) await upgradePasswordHash(user.id, credential.passwordHash, rehashed);
  return ok({ status: "signed-in", user: begun.value.user, session: begun.value });
}

/** A registration waits for its proof. The code that was mailed goes on working for as long as it lives. */
async function remind(
  registration: Verification,
  client: Client,
  links: VerificationLinks,
): Promise<Result<LoginOutcome>> {
  const { id, email } = registration;
  if (!isCodeAlive(registration) && email && (await mayMail({ budget: "registration", email, client })))
    await resendVerification(registration, links);
  return ok({ status: "unverified", verificationId: id });
}

async function askForProof(
  { id: userId, email }: User,
  { to, pendingId }: LoginInput,
  client: Client,
  links: VerificationLinks,
): Promise<Result<LoginOutcome>> {
  const pending = pendingId ? await findVerification(pendingId) : null;
  // The code in the mail that went out must go on working in this browser.
  if (pending?.purpose === "verify" && pending.userId === userId && isCodeAlive(pending))
    return ok({ status: "unverified", verificationId: pending.id });
  const mailed = await mayMail({ budget: "registration", email, client, userId });
  const payload = { to: to ?? null, source: sourceOf(client) };
  const issued = await issueVerification({ purpose: "verify", userId, email, payload, withCode: mailed });
  await sendVerification(email, issued, links, { decoy: !mailed });
  return ok({ status: "unverified", verificationId: issued.id });
}
