import { keyedHash, sameHash } from "@/lib/auth/model/secrets";

export const REGISTRATION_HOURS = 24;

/** What the browser's cookie holds of a registration. Sealed, so that knowing a row's id is not enough. */
export function sealRegistration(verificationId: string): string {
  return `${verificationId}.${keyedHash("flow", verificationId)}`;
}

/** The registration a cookie names, or null when it is none that we wrote. */
export function openRegistration(cookie: string | null | undefined): string | null {
  const [id, seal] = (cookie ?? "").split(".");
  return id && seal && sameHash(seal, keyedHash("flow", id)) ? id : null;
}
