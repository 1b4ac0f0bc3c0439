import { cookies } from "next/headers";
import { markDevice } from "@/lib/auth/model/devices";
import type { Holder } from "@/lib/auth/model/principal";
import { signOut } from "@/lib/auth/sign-out";
import type { BegunSession } from "@/lib/auth/steps/begin-session";
import { findPrincipal, type NewSession } from "@/lib/auth/store/sessions";
import { findUserById } from "@/lib/auth/store/users";
import { cookieOptions, DEVICE_COOKIE, REGISTRATION_COOKIE, SESSION_COOKIE } from "@/lib/wire/cookies";
import { withTo } from "@/lib/wire/safe-redirect";
import type { User } from "@/prisma/client/client";
import { linkWaitingAccount } from "./provider-cookies";

const DEVICE_DAYS = 365;

/** The session token this request carries, or null. */
export async function readSessionToken(): Promise<string | null> {
  return (await cookies()).get(SESSION_COOKIE())?.value || null;
}

/**
 * Hands a new session to the browser and ends the one it had: a sign-in leaves no second session behind, and a token that was
 * planted before it is worth nothing.
 * @returns where to go: to `to`, or first to the page where a factor that is owed is proved or set up.
 */
export async function startBrowserSession(begun: BegunSession, to: string): Promise<string> {
  const former = await readSessionToken();
  if (former) await signOut(former);
  const jar = await cookies();
  jar.delete({ name: REGISTRATION_COOKIE(), ...cookieOptions() });
  if (!begun.owedFactor) {
    await completeBrowserSession(begun);
    return to;
  }
  writeSessionCookie(jar, { ...begun, remember: false });
  return withTo(begun.owedFactor === "setup" ? "/two-factor/setup" : "/two-factor", to);
}

/**
 * The browser's session stands for this user from now on. Without "remember me" its cookie ends with the browser. It
 * also marks the browser as the person's, and links the provider's account that the browser brought for them.
 */
async function completeBrowserSession(session: BegunSession): Promise<void> {
  const { user, sessionId } = session;
  writeSessionCookie(await cookies(), session);
  await markBrowser(user);
  await linkWaitingAccount({ userId: user.id, sessionId });
}

/** Marks the browser as the person's, also anew: a mark counts for its era. */
export async function markBrowser(user: Pick<User, "id" | "deviceEra">): Promise<void> {
  const jar = await cookies();
  jar.set(DEVICE_COOKIE(), markDevice(jar.get(DEVICE_COOKIE())?.value, user), {
    ...cookieOptions(),
    maxAge: DEVICE_DAYS * 24 * 60 * 60,
  });
}

/**
 * Gives the browser the session that goes on after a further proof, under its new token.
 * @returns where to go: to `to`, or on to what is still owed.
 */
export async function continueBrowserSession(holder: Holder, session: BegunSession, to: string): Promise<string> {
  if ("owed" in holder && !session.owedFactor) await completeBrowserSession(session);
  else await renewBrowserSession(session);
  return session.owedFactor ? withTo("/two-factor", to) : to;
}

/** Gives the browser the new token of the session it has. */
export async function renewBrowserSession(session: NewSession): Promise<void> {
  writeSessionCookie(await cookies(), session);
}

/** The same where a new password, or a mailbox that was proved, has made strangers of all browsers: this one stays known. */
export async function keepBrowserSession(session: NewSession, userId: string): Promise<void> {
  await renewBrowserSession(session);
  const user = await findUserById(userId);
  // A change that made a stranger of this browser meanwhile has ended its session too.
  if (user && (await findPrincipal(session.token))) await markBrowser(user);
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
