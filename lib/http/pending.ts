import { cookies } from "next/headers";
import { mailWaitSeconds } from "@/lib/auth/rate-limit";
import { keyedHash, sameHash } from "@/lib/auth/secrets";
import { findVerification, findVerificationByToken, type MailedPurpose } from "@/lib/auth/verifications";
import { cookieOptions, FLOW_COOKIE } from "./cookies";

export const FLOW_HOURS = 24;

/** What the browser's cookie holds of a registration. Sealed, so that knowing a row's id is not having begun it. */
export function sealPending(verificationId: string): string {
  return `${verificationId}.${keyedHash("flow", verificationId)}`;
}

/** The registration a cookie names, or null when it is none that we wrote. */
export function openPending(cookie: string | null | undefined): string | null {
  const [id, seal] = (cookie ?? "").split(".");
  return id && seal && sameHash(seal, keyedHash("flow", id)) ? id : null;
}

/** Notes in the browser which registration it began. */
export async function rememberPending(verificationId: string): Promise<void> {
  const options = { ...cookieOptions(), maxAge: FLOW_HOURS * 60 * 60 };
  (await cookies()).set(FLOW_COOKIE(), sealPending(verificationId), options);
}

/** The registration this browser began, or null. */
export async function pendingId(): Promise<string | null> {
  return openPending((await cookies()).get(FLOW_COOKIE())?.value);
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
