import { cookies } from "next/headers";
import type { NewSession } from "@/lib/auth/store/sessions";
import { cookieOptions, SESSION_COOKIE } from "@/lib/wire/cookies";

/** The session token this request carries, or null. */
export async function readSessionToken(): Promise<string | null> {
  return (await cookies()).get(SESSION_COOKIE())?.value || null;
}

/** Gives the browser the token of a session, also a new token of the one it has. Without "remember me" it ends with the browser. */
export async function writeSessionCookie({ token, remember, absoluteExpires }: NewSession): Promise<void> {
  const lifetime = remember ? { expires: absoluteExpires } : {};
  (await cookies()).set(SESSION_COOKIE(), token, { ...cookieOptions(), ...lifetime });
}

export async function removeSessionCookie(): Promise<void> {
  (await cookies()).delete({ name: SESSION_COOKIE(), ...cookieOptions() });
}
