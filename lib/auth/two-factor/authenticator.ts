import { fail, failAt, ok, type Result } from "@/lib/auth/model/errors";
import { LIMITS } from "@/lib/auth/model/limits";
import type { Client, Holder, Principal } from "@/lib/auth/model/principal";
import { keyedHash, sameHash } from "@/lib/auth/model/secrets";
import { addProof } from "@/lib/auth/steps/add-proof";
import type { BegunSession, HandOver } from "@/lib/auth/steps/begin-session";
import { guess } from "@/lib/auth/steps/guess";
import { lockSession } from "@/lib/auth/steps/lock-session";
import { hasSecondFactor, lacksRequiredFactor } from "@/lib/auth/steps/owed-factor";
import { mayEnrol, requireFresh } from "@/lib/auth/steps/reauthenticate";
import { revokeSessionsAndBegun } from "@/lib/auth/steps/revoke-sessions";
import { tellFactorChange } from "@/lib/auth/steps/tell-factor-change";
import {
  confirmStored,
  deleteAuthenticator,
  deleteUnconfirmed,
  findAuthenticator,
  hasAuthenticator,
  insertAuthenticator,
  listAuthenticators,
  secretOf,
  takeStep,
} from "@/lib/auth/store/authenticators";
import { consume } from "@/lib/auth/store/rate-limits";
import { countRecoveryCodes, deleteRecoveryCodes, replaceRecoveryCodes } from "@/lib/auth/store/recovery-codes";
import { matchingStep, otpauthUri, randomSecret } from "@/lib/auth/two-factor/totp";
import { lockRow } from "@/lib/db/lock-row";
import { transact } from "@/lib/db/transact";

/** More than a person carries; keeps a script from filling the table. */
const MOST_AUTHENTICATORS = 10;
const DEFAULT_LABEL = "Authenticator app";
const WRONG = failAt("code", "factor_code_invalid");

/**
 * `secret` in base32; `uri` for a QR code. Until a code confirms them, `continueAuthenticator` tells both again to who has
 * `key`; afterwards nothing does.
 */
export type StartedAuthenticator = { id: string; key: string; secret: string; uri: string };

/** Binds a setup to the session that began it: its id stands in the lists of dialects, for every session of the person. */
const keyOf = ({ sessionId }: Holder, id: string) => keyedHash("authenticator-setup", `${sessionId} ${id}`);

/**
 * Begins to set up an authenticator app. It counts for nothing until a code confirms it, and replaces a setup under way.
 * @param holder A principal who proved freshly who they are, or a session that owes the setup.
 * @returns `reauthentication_required`, `second_factor_required`, `conflict` for one too many.
 */
export async function startAuthenticator(
  holder: Holder,
  input: { label?: string } = {},
): Promise<Result<StartedAuthenticator>> {
  const allowed = await mayEnrol(holder);
  if (!allowed.ok) return allowed;
  const { userId, email } = holder;
  const secret = randomSecret();
  return transact(async () => {
    await lockRow("User", userId);
    await deleteUnconfirmed(userId);
    const others = await listAuthenticators(userId);
    if (others.length >= MOST_AUTHENTICATORS)
      return fail("conflict", { message: "You have ten authenticator apps. Remove one first." });
    const { id } = await insertAuthenticator({ userId, label: input.label || DEFAULT_LABEL, secret });
    return ok({ id, key: keyOf(holder, id), secret, uri: otpauthUri(secret, email) });
  });
}

/** The setup under way with this id, to be shown again in the session that began it; null when there is none. */
export async function continueAuthenticator(
  holder: Holder,
  { id, key }: { id: string; key: string },
): Promise<StartedAuthenticator | null> {
  if (!sameHash(key, keyOf(holder, id))) return null;
  const found = await findAuthenticator(holder.userId, id);
  const secret = found && !found.confirmedAt ? secretOf(found) : null;
  return secret === null ? null : { id, key, secret, uri: otpauthUri(secret, holder.email) };
}

/** `recoveryCodes` come with the first authenticator, and are told only here; null where the person has some, or the caller wants none. */
export type ConfirmedAuthenticator = { session: BegunSession; recoveryCodes: string[] | null };

/**
 * Makes an authenticator count, once it has shown a right code. The first one turns two-step sign-in on: sessions from
 * before proved too little and end, and the person gets recovery codes.
 * @param input.withRecoveryCodes false where the contract has no place for them: no person would see the codes.
 * @returns `factor_code_invalid`, `not_found`, `too_many_attempts`, and those of `startAuthenticator`.
 */
export async function confirmAuthenticator(
  holder: Holder,
  input: { id: string; code: string; withRecoveryCodes?: boolean; handOver?: HandOver },
  client: Client,
): Promise<Result<ConfirmedAuthenticator>> {
  const allowed = await mayEnrol(holder);
  if (!allowed.ok) return allowed;
  const { userId, sessionId, email } = holder;
  const found = await findAuthenticator(userId, input.id);
  const secret = found && !found.confirmedAt ? secretOf(found) : null;
  if (secret === null) return fail("not_found");
  return guess(
    { factor: "totp", account: email, client, userId, sessionId },
    async () => matchingStep(secret, input.code),
    async (step) => {
      await lockRow("User", userId);
      const counted = await consume(LIMITS.newSecretsPerUser, userId);
      if (!counted.ok) return counted;
      const isFirst = !(await hasAuthenticator(userId));
      if (!(await confirmStored(input.id)) || !(await takeStep(input.id, step))) return fail("not_found");
      const session = await addProof(holder, "totp", client, input.handOver);
      if (!session.ok) return session;
      if (isFirst) await revokeSessionsAndBegun(userId, sessionId);
      await tellFactorChange(holder, "authenticator-added", client);
      const wanted = input.withRecoveryCodes !== false && (await countRecoveryCodes(userId)) === 0;
      const recoveryCodes = wanted ? await replaceRecoveryCodes(userId) : null;
      return ok({ session: session.value, recoveryCodes });
    },
    WRONG,
  );
}

/**
 * Removes an authenticator app, or a setup under way. With the last one two-step sign-in is off, unless the site requires it. The
 * recovery codes go with the last factor that they stand in for. Other sessions end.
 * @returns `not_found`, `last_factor`, `reauthentication_required`, `second_factor_required`, `unauthenticated`.
 */
export async function removeAuthenticator(
  principal: Principal,
  { id }: { id: string },
  client: Client,
): Promise<Result<void>> {
  const allowed = await requireFresh(principal);
  if (!allowed.ok) return allowed;
  const { userId, sessionId } = principal;
  return transact(async () => {
    if (!(await lockSession(principal))) return fail("unauthenticated");
    const found = await findAuthenticator(userId, id);
    if (!found || !(await deleteAuthenticator(userId, id))) return fail("not_found");
    if (!found.confirmedAt) return ok(undefined);
    if (await lacksRequiredFactor(userId)) return fail("last_factor");
    if (!(await hasSecondFactor(userId))) await deleteRecoveryCodes(userId);
    await revokeSessionsAndBegun(userId, sessionId);
    await tellFactorChange(principal, "authenticator-removed", client, found.label);
    return ok(undefined);
  });
}
