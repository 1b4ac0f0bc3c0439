import { knownDevice } from "@/lib/auth/model/devices";
import { fail, ok, type Result } from "@/lib/auth/model/errors";
import type { Client, Principal } from "@/lib/auth/model/principal";
import { describeDevice } from "@/lib/auth/model/user-agent";
import { isFresh } from "@/lib/auth/steps/reauthenticate";
import { findAccountOwner, linkAccount, unlinkAccounts } from "@/lib/auth/store/accounts";
import { removePassword } from "@/lib/auth/store/credentials";
import { createSession, type NewSession, revokeSessions, type SessionOptions } from "@/lib/auth/store/sessions";
import { createUser, findUserByEmail, findUserById, updateUser } from "@/lib/auth/store/users";
import { endVerifications } from "@/lib/auth/store/verifications";
import { env } from "@/lib/env";
import { logEvent } from "@/lib/log";
import { sendNewSignIn } from "@/lib/mail/messages";
import type { User } from "@/prisma/client/client";
import { announceLink, labelOf } from "./link-account";
import type { Profile } from "./provider";

/** `session` is null where none was asked for, and when an account was linked: the person has one. */
export type ProviderSignIn = { user: User; session: NewSession | null; outcome: "known" | "created" | "linked" };

type Found = Result<{ user: User; outcome: ProviderSignIn["outcome"] }>;

/**
 * Decides whose sign-in a profile is; the only place that does. In this order: an account that is linked opens its
 * user. With a `principal`, who must have signed in within ten minutes, it is linked to them. Else only a proved
 * e-mail counts: it makes a new user, takes over clean a user who never proved it, and never opens one who did.
 * @returns `user_disabled`, `account_linked_elsewhere`, `reauthentication_required`, `provider_email`,
 * `account_exists` (to be linked after signing in once), `signup_disabled`, `email_unverified`.
 */
export async function signInWithProfile(
  profile: Profile,
  client: Client,
  options: SessionOptions & { principal?: Principal | null; createSession?: boolean } = {},
): Promise<Result<ProviderSignIn>> {
  const { principal = null, createSession: wantsSession = true, ...sessionOptions } = options;
  const event = { provider: profile.provider, ip: client.ip, userAgent: client.userAgent };
  const found = principal ? await connect(principal, profile) : await resolve(profile);
  if (!found.ok) {
    logEvent("sign_in.refused", { ...event, userId: principal?.userId, outcome: found.error.code });
    return found;
  }
  const { user, outcome } = found.value;
  if (principal || !wantsSession) return ok({ user, outcome, session: null });
  const session = await createSession({ ...sessionOptions, userId: user.id, client });
  logEvent("sign_in.succeeded", { ...event, userId: user.id, sessionId: session.sessionId, outcome });
  if (outcome === "known" && !knownDevice(client.device, user.id)) notifyOwner(user, client);
  return ok({ user, session, outcome });
}

async function connect({ userId, ...principal }: Principal, profile: Profile): Promise<Found> {
  const [user, owner] = await Promise.all([findUserById(userId), findAccountOwner(profile)]);
  if (!user) return fail("unauthenticated");
  if (owner) return owner.id === userId ? ok({ user, outcome: "linked" }) : fail("account_linked_elsewhere");
  if (!isFresh({ userId, ...principal })) return fail("reauthentication_required");
  const linked = await linkAccount(userId, { ...keyOf(profile), label: labelOf(profile) });
  if (!linked.ok) return linked;
  announceLink(user, profile.provider);
  return ok({ user, outcome: "linked" });
}

async function resolve(profile: Profile, isRetry = false): Promise<Found> {
  const owner = await findAccountOwner(profile);
  if (owner) return admit(owner);
  if (!profile.email || !profile.emailVerified) return fail("provider_email");
  const user = await findUserByEmail(profile.email);
  if (user?.disabledAt) return fail("user_disabled");
  if (user) return user.emailVerified ? fail("account_exists") : takeOver(user, profile);
  if (!env().AUTH_ALLOW_SIGNUP) return fail("signup_disabled");
  const created = await createUser({
    email: profile.email,
    name: profile.name,
    image: profile.image,
    emailVerified: new Date(),
    account: { ...keyOf(profile), label: labelOf(profile) },
  });
  if (created.ok) return ok({ user: created.value, outcome: "created" });
  // Somebody came first by a millisecond, most likely the same person twice: look again.
  return isRetry ? created : resolve(profile, true);
}

function admit(user: User): Found {
  if (user.disabledAt) return fail("user_disabled");
  if (!user.emailVerified && env().AUTH_REQUIRE_EMAIL_VERIFICATION) return fail("email_unverified");
  return ok({ user, outcome: "known" });
}

/** Whoever made this user only claimed the address: every way in that they may have left behind dies first. */
async function takeOver({ id, name, image }: User, profile: Profile): Promise<Found> {
  await removePassword(id);
  await unlinkAccounts(id);
  await endVerifications(id, ["verify", "reset", "change-email", "undo-email-change", "link-account"]);
  await revokeSessions(id);
  const linked = await linkAccount(id, { ...keyOf(profile), label: labelOf(profile) });
  if (!linked.ok) return linked;
  const user = await updateUser(id, {
    name: profile.name ?? name,
    image: profile.image ?? image,
    emailVerified: new Date(),
  });
  return user ? ok({ user, outcome: "created" }) : fail("conflict");
}

function keyOf({ provider, providerAccountId }: Profile) {
  return { provider, providerAccountId };
}

function notifyOwner(user: User, client: Client): void {
  sendNewSignIn(user.email, {
    at: new Date(),
    device: describeDevice(client.userAgent),
    ip: client.ip,
    accountUrl: `${env().APP_URL}/account`,
  });
}
