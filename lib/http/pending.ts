import { cookies } from "next/headers";
import { mailWaitSeconds } from "@/lib/auth/rate-limit";
import { keyedHash, sameHash } from "@/lib/auth/secrets";
import { findVerification, findVerificationByToken, type MailedPurpose } from "@/lib/auth/verifications";
import { cookieOptions, FLOW_COOKIE } from "./cookies";

const FLOW_HOURS = 24;

/** Notes in the browser which registration it began. Sealed, so that knowing a row's id is not having begun it. */
export async function rememberPending(verificationId: string): Promise<void> {
  const value = `${verificationId}.${keyedHash("flow", verificationId)}`;
  (await cookies()).set(FLOW_COOKIE(), value, { ...cookieOptions(), maxAge: FLOW_HOURS * 60 * 60 });
}

/** The registration this browser began, or null. */
export async function pendingId(): Promise<string | null> {
  const [id, seal] = ((await cookies()).get(FLOW_COOKIE())?.value ?? "").split(".");
  return id && seal && sameHash(seal, keyedHash("flow", id)) ? id : null;
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
