import { cookies } from "next/headers";
import { mailWaitSeconds } from "@/lib/auth/store/rate-limits";
import { findVerification, findVerificationByToken, type MailedPurpose } from "@/lib/auth/store/verifications";
import { cookieOptions, REGISTRATION_COOKIE } from "@/lib/wire/cookies";
import { openRegistration, REGISTRATION_HOURS, sealRegistration } from "@/lib/wire/registration-seal";

/** Notes in the browser which registration it began. */
export async function rememberPending(verificationId: string): Promise<void> {
  const options = { ...cookieOptions(), maxAge: REGISTRATION_HOURS * 60 * 60 };
  (await cookies()).set(REGISTRATION_COOKIE(), sealRegistration(verificationId), options);
}

/** The registration this browser began, or null. */
export async function pendingId(): Promise<string | null> {
  return openRegistration((await cookies()).get(REGISTRATION_COOKIE())?.value);
}

/** What the page for the code shows, or null when this browser waits for none. */
export async function pendingVerification(): Promise<{ email: string; expires: Date; resendInSeconds: number } | null> {
  const id = await pendingId();
  const verification = id ? await findVerification(id) : null;
  if (!verification?.email) return null;
  const { email, expires } = verification;
  return { email, expires, resendInSeconds: await mailWaitSeconds(email) };
}

/** What a mailed link is for, without spending it; null when it is worth nothing. `needsPassword` in another browser. */
export async function describeToken(
  token: string,
): Promise<{ purpose: MailedPurpose; email: string; needsPassword: boolean } | null> {
  const verification = await findVerificationByToken(token);
  if (!verification?.email) return null;
  const purpose = verification.purpose as MailedPurpose;
  const signsUp = purpose === "register" || purpose === "verify";
  return { purpose, email: verification.email, needsPassword: signsUp && verification.id !== (await pendingId()) };
}
