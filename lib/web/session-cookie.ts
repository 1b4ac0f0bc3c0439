import { cookies } from "next/headers";
import { markDevice } from "@/lib/auth/model/devices";
import { signOut } from "@/lib/auth/sign-out";
import type { NewSession } from "@/lib/auth/store/sessions";
import { cookieOptions, DEVICE_COOKIE, REGISTRATION_COOKIE, SESSION_COOKIE } from "@/lib/wire/cookies";
import { linkWaitingAccount } from "./provider-cookies";

const DEVICE_DAYS = 365;

/** The session token this request carries, or null. */
export async function readSessionToken(): Promise<string | null> {
  return (await cookies()).get(SESSION_COOKIE())?.value || null;
}

/**
 * Hands a new session to the browser. What session it had is ended: signing in never leaves a second one behind, and a
 * token planted before signing in is worth nothing after. Without "remember me" the cookie ends with the browser.
 * A provider's account that this browser brought, and that is the person's, is linked now.
 */
export async function startBrowserSession(session: NewSession, userId: string): Promise<void> {
  const former = await readSessionToken();
  if (former) await signOut(former);
  const jar = await cookies();
  writeSessionCookie(jar, session);
  jar.set(DEVICE_COOKIE(), markDevice(jar.get(DEVICE_COOKIE())?.value, userId), {
    ...cookieOptions(),
    maxAge: DEVICE_DAYS * 24 * 60 * 60,
  });
  jar.delete({ name: REGISTRATION_COOKIE(), ...cookieOptions() });
  await linkWaitingAccount(userId);
}

/** Gives the browser the new token of the session it has. */
export async function renewBrowserSession(session: NewSession): Promise<void> {
  writeSessionCookie(await cookies(), session);
}

/** Ends the browser's session, row and cookie. */
export async function endBrowserSession(): Promise<void> {
  const token = await readSessionToken();
  if (token) await signOut(token);
  (await cookies()).delete({ name: SESSION_COOKIE(), ...cookieOptions() });
}

function writeSessionCookie(jar: Awaited<ReturnType<typeof cookies>>, session: NewSession): void {
  const lifetime = session.remember ? { expires: session.absoluteExpires } : {};
  jar.set(SESSION_COOKIE(), session.token, { ...cookieOptions(), ...lifetime });
}
