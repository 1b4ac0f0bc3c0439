import { mailWaitSeconds } from "@/lib/auth/steps/mail-budget";
import {
  findVerification,
  findVerificationByToken,
  isRegistration,
  type MailedPurpose,
  mailedPurposeOf,
} from "@/lib/auth/store/verifications";
import { CONFIRM_LINK_TTL_HOURS } from "@/lib/validity";
import { REGISTRATION_COOKIE } from "@/lib/wire/cookies";
import { currentClient } from "./current-client";
import { currentPrincipal } from "./current-principal";
import { readIds, writeIds } from "./id-cookie";

/** Notes in the browser which registration it began. */
export async function rememberPending(verificationId: string): Promise<void> {
  await writeIds(REGISTRATION_COOKIE(), [verificationId], CONFIRM_LINK_TTL_HOURS * 60 * 60);
}

/** The registration this browser began, or null. */
export async function pendingId(): Promise<string | null> {
  const [id = null] = await readIds(REGISTRATION_COOKIE());
  return id;
}

/** What the page for the code shows, or null when this browser waits for none. */
export async function pendingVerification(): Promise<{ email: string; expires: Date; resendInSeconds: number } | null> {
  const id = await pendingId();
  const verification = id ? await findVerification(id) : null;
  if (!verification?.email) return null;
  const { email, expires, userId } = verification;
  const asked = { budget: "registration", email, client: await currentClient(), userId: userId ?? undefined } as const;
  return { email, expires, resendInSeconds: await mailWaitSeconds(asked) };
}

/**
 * What a mailed link is for. Spends nothing; null for a link that does not work. `needsPassword` in another browser than
 * the one that registered, or where the person who asked for another address is not signed in.
 */
export async function describeToken(
  token: string,
): Promise<{ purpose: MailedPurpose; email: string; needsPassword: boolean } | null> {
  const verification = await findVerificationByToken(token);
  const purpose = verification && mailedPurposeOf(verification);
  if (!verification?.email || !purpose) return null;
  const begunHere = isRegistration(verification)
    ? verification.id === (await pendingId())
    : purpose !== "change-email" || verification.userId === (await currentPrincipal())?.userId;
  return { purpose, email: verification.email, needsPassword: !begunHere };
}
