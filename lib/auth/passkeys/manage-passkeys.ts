import { fail, ok, type Result } from "@/lib/auth/model/errors";
import type { Client, Principal } from "@/lib/auth/model/principal";
import { lockSession } from "@/lib/auth/steps/lock-session";
import { hasSecondFactor, lacksRequiredFactor } from "@/lib/auth/steps/owed-factor";
import { requireFresh } from "@/lib/auth/steps/reauthenticate";
import { revokeSessionsAndBegun } from "@/lib/auth/steps/revoke-sessions";
import { tellFactorChange } from "@/lib/auth/steps/tell-factor-change";
import { hasAnotherWayIn } from "@/lib/auth/steps/ways-in";
import { deletePasskey, endPasskeyOffer, findPasskeys, hasPasskey, relabelPasskey } from "@/lib/auth/store/passkeys";
import { deleteRecoveryCodes } from "@/lib/auth/store/recovery-codes";
import { findUserById } from "@/lib/auth/store/users";
import { transact } from "@/lib/db/transact";

/** @returns `not_found`, also for another person's. */
export async function renamePasskey(
  { userId }: Principal,
  { id, label }: { id: string; label: string },
): Promise<Result<void>> {
  return (await relabelPasskey(userId, id, label)) ? ok(undefined) : fail("not_found");
}

/**
 * Removes a passkey, unless it is the last way in. The person's other sessions end: the passkey may have begun them.
 * @param input.providers The ids of the providers that are on.
 * @returns `not_found`, also for another person's; `last_sign_in_method`, `last_factor`, `reauthentication_required`,
 * `second_factor_required`, `unauthenticated`.
 */
export async function removePasskey(
  principal: Principal,
  { id, providers }: { id: string; providers: readonly string[] },
  client: Client,
): Promise<Result<void>> {
  const allowed = await requireFresh(principal);
  if (!allowed.ok) return allowed;
  const { userId, sessionId } = principal;
  return transact(async () => {
    if (!(await lockSession(principal))) return fail("unauthenticated");
    const passkey = (await findPasskeys(userId)).find((one) => one.id === id);
    if (!passkey) return fail("not_found");
    if (!(await hasAnotherWayIn(userId, { passkeyId: id }, providers))) return fail("last_sign_in_method");
    await deletePasskey(userId, id);
    if (await lacksRequiredFactor(userId)) return fail("last_factor");
    if (!(await hasSecondFactor(userId))) await deleteRecoveryCodes(userId);
    await revokeSessionsAndBegun(userId, sessionId);
    await tellFactorChange(principal, "passkey-removed", client, passkey.label);
    return ok(undefined);
  });
}

/** Whether to offer the person a passkey: those who have one, or said no, are not asked. */
export async function isPasskeyOffered({ userId }: Principal): Promise<boolean> {
  const user = await findUserById(userId);
  return user !== null && !user.passkeyOfferEnded && !(await hasPasskey(userId));
}

/** Ends the offer of a passkey: the person wants none. */
export async function declinePasskeyOffer({ userId }: Principal): Promise<Result<void>> {
  await endPasskeyOffer(userId);
  return ok(undefined);
}
