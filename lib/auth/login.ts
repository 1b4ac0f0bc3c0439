import { env } from "@/lib/env";
import { hashedAddress, logEvent } from "@/lib/log";
import { sendConfirmEmail, sendNewSignIn } from "@/lib/mail";
import type { User } from "@/prisma/client/client";
import { findPasswordHash, upgradePasswordHash } from "./credentials";
import { knownDevice } from "./devices";
import { fail, ok, type Result } from "./errors";
import { hashPassword, needsRehash, verifyPassword } from "./password-hash";
import { type Client, sourceOf } from "./principal";
import { consume, forgive, LIMITS, mayMail, refund } from "./rate-limit";
import { createSession, type NewSession } from "./sessions";
import { describeDevice } from "./user-agent";
import { findUserByEmail } from "./users";
import { issueVerification } from "./verifications";

export type LoginLinks = { account(): string; verifyEmail(token: string): string };

/** Signed in, or right so far but with an address that is not proved yet: a code is on its way. */
export type LoginOutcome =
  | { status: "signed-in"; user: User; session: NewSession }
  | { status: "unverified"; verificationId: string };

/**
 * Proves who somebody is by e-mail and password, and starts a session.
 * An unknown address, one without a password and a wrong password cost the same work and get the same answer.
 * @returns `invalid_credentials`, `too_many_attempts`, `user_disabled`.
 */
export async function login(
  input: { email: string; password: string; remember: boolean; kind?: "browser" | "api"; to?: string },
  client: Client,
  links: LoginLinks,
): Promise<Result<LoginOutcome>> {
  const proved = await provePassword(input, client);
  if (!proved.ok) return proved;
  const { user } = proved.value;
  const event = { userId: user.id, ip: client.ip, userAgent: client.userAgent };

  if (user.disabledAt) {
    logEvent("sign_in.refused", { ...event, outcome: "user_disabled" });
    return fail("user_disabled");
  }
  if (!user.emailVerified && env().AUTH_REQUIRE_EMAIL_VERIFICATION) {
    logEvent("sign_in.refused", { ...event, outcome: "email_unverified" });
    return ok({ status: "unverified", verificationId: await askForProof(user, links, input.to) });
  }
  const session = await createSession({ ...input, userId: user.id, client });
  logEvent("sign_in.succeeded", { ...event, sessionId: session.sessionId });
  if (!knownDevice(client.device, user.id)) notifyOwner(user, client, links);
  return ok({ status: "signed-in", user, session });
}

async function provePassword(
  { email, password }: { email: string; password: string },
  client: Client,
): Promise<Result<{ user: User }>> {
  const user = await findUserByEmail(email);
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

  const hash = await findPasswordHash(user?.id ?? "nobody");
  if (!(await verifyPassword(password, hash)) || !user || !hash) {
    logEvent("sign_in.failed", { ...event, userId: user?.id });
    return fail("invalid_credentials");
  }
  await forgive(limit, key);
  await refund(LIMITS.passwordPerSource, source);
  if (needsRehash(hash)) await upgradePasswordHash(user.id, hash, await hashPassword(password));
  return ok({ user });
}

async function askForProof(user: User, links: LoginLinks, to?: string): Promise<string> {
  const { id, token, code } = await issueVerification({
    purpose: "verify",
    userId: user.id,
    email: user.email,
    payload: to ? { to } : {},
  });
  if (await mayMail(user.email)) sendConfirmEmail(user.email, { code, url: links.verifyEmail(token) });
  return id;
}

function notifyOwner(user: User, client: Client, links: LoginLinks): void {
  sendNewSignIn(user.email, {
    at: new Date(),
    device: describeDevice(client.userAgent),
    ip: client.ip,
    accountUrl: links.account(),
  });
}
