import { fail, ok, type Result } from "@/lib/auth/model/errors";
import type { Client, Principal } from "@/lib/auth/model/principal";
import { addUser } from "@/lib/auth/steps/add-user";
import { type BegunSession, beginSession, type SessionOptions } from "@/lib/auth/steps/begin-session";
import { claimAccount } from "@/lib/auth/steps/claim-account";
import { lockSession } from "@/lib/auth/steps/lock-session";
import { requireFresh } from "@/lib/auth/steps/reauthenticate";
import { findAccountOwner, linkAccount } from "@/lib/auth/store/accounts";
import { findUserByEmail, findUserById, isReserved } from "@/lib/auth/store/users";
import { lockRow } from "@/lib/db/lock-row";
import { transact } from "@/lib/db/transact";
import { env } from "@/lib/env";
import { logEvent } from "@/lib/log";
import type { User } from "@/prisma/client/client";
import { takeOverPicture } from "./avatar";
import { addAccount, labelOf } from "./link-account";
import type { Profile } from "./provider";

/** `session` is null when an account was linked: the person has one. */
export type ProviderSignIn = { user: User; session: BegunSession | null; outcome: "known" | "created" | "linked" };

type Found = Result<{ user: User; outcome: ProviderSignIn["outcome"] }>;

/**
 * Decides whose sign-in a profile is; no other code does. In this order: a linked account opens its user. With a `principal`,
 * who must have signed in within ten minutes, it is linked to them. Else only a proved
 * email counts: it makes a new user, claims a user who never proved it, and never opens one who did.
 * @returns `user_disabled`, `account_linked_elsewhere`, `reauthentication_required`, `provider_email`,
 * `account_exists` (to be linked after signing in once), `signup_disabled`, `email_unverified`.
 */
export async function signInWithProfile(
  profile: Profile,
  client: Client,
  options: SessionOptions & { principal?: Principal | null } = {},
): Promise<Result<ProviderSignIn>> {
  const { principal = null, ...sessionOptions } = options;
  const { provider } = profile;
  const signedIn = await transact<Result<ProviderSignIn>>(async () => {
    const found = principal ? await connect(principal, profile, client) : await resolve(profile);
    if (!found.ok) return found;
    const { user, outcome } = found.value;
    if (principal) return ok({ user, outcome, session: null });
    const detail = `${provider} ${outcome}`;
    const isNew = outcome !== "known";
    const begun = await beginSession({ ...sessionOptions, userId: user.id, proof: "provider", client, detail, isNew });
    return begun.ok ? ok({ user: begun.value.user, outcome, session: begun.value }) : begun;
  });
  if (!signedIn.ok) {
    const { ip, userAgent } = client;
    const outcome = signedIn.error.code;
    logEvent("sign_in.refused", { provider, ip, userAgent, userId: principal?.userId, outcome });
  }
  if (signedIn.ok && signedIn.value.outcome === "created") takeOverPicture(signedIn.value.user, provider);
  return signedIn;
}

async function connect(principal: Principal, profile: Profile, client: Client): Promise<Found> {
  const { userId, sessionId } = principal;
  const user = (await lockSession(principal)) && (await findUserById(userId));
  if (!user) return fail("unauthenticated");
  const owner = await findAccountOwner(profile);
  if (owner) return owner.id === userId ? ok({ user, outcome: "linked" }) : fail("account_linked_elsewhere");
  const allowed = await requireFresh(principal);
  if (!allowed.ok) return allowed;
  await addAccount(user, { ...accountOf(profile), image: profile.image }, { sessionId, client });
  return ok({ user, outcome: "linked" });
}

async function resolve(profile: Profile): Promise<Found> {
  const { email, emailVerified, fields, image } = profile;
  const owner = await lockAccountOwner(profile);
  if (owner) return open(owner);
  if (!email || !emailVerified) return fail("provider_email");
  const user = await findUserByEmail(email);
  if (user) return user.disabledAt ? fail("user_disabled") : claim(user, profile);
  if (!env().AUTH_ALLOW_SIGNUP) return fail("signup_disabled");
  if (await isReserved(email)) return fail("account_exists");
  const account = accountOf(profile);
  const created = await addUser({ ...fields, email, image, emailVerified: new Date(), account });
  return ok({ user: created, outcome: "created" });
}

/** The account's owner, who cannot lose it until the sign-in is done: what takes an account away ends the sessions it began. */
async function lockAccountOwner(profile: Profile): Promise<User | null> {
  const found = await findAccountOwner(profile);
  if (!found) return null;
  await lockRow("User", found.id);
  const owner = await findAccountOwner(profile);
  return owner?.id === found.id ? owner : null;
}

function open(user: User): Found {
  if (user.disabledAt) return fail("user_disabled");
  if (!user.emailVerified && env().AUTH_REQUIRE_EMAIL_VERIFICATION) return fail("email_unverified");
  return ok({ user, outcome: "known" });
}

async function claim({ id }: User, profile: Profile): Promise<Found> {
  await lockRow("User", id);
  // The same sign-in in another tab may have made the user since the account was looked for.
  const owner = await findAccountOwner(profile);
  if (owner) return open(owner);
  const user = await findUserById(id);
  if (!user || user.emailVerified) return fail("account_exists");
  const { fields, image } = profile;
  const claimed = await claimAccount(id, { profile: { ...fields, image: image ?? user.image } });
  await linkAccount(id, accountOf(profile));
  return claimed ? ok({ user: claimed, outcome: "created" }) : fail("conflict");
}

function accountOf(profile: Profile) {
  const { provider, providerAccountId } = profile;
  return { provider, providerAccountId, label: labelOf(profile) };
}
