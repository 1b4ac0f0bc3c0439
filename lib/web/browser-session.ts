import { cookies } from "next/headers";
import { markDevice } from "@/lib/auth/model/devices";
import { ok, type Result } from "@/lib/auth/model/errors";
import type { Holder } from "@/lib/auth/model/principal";
import { signOut } from "@/lib/auth/sign-out";
import type { BegunSession } from "@/lib/auth/steps/begin-session";
import type { ProvedFactor } from "@/lib/auth/steps/prove-factor";
import { findPrincipal, type NewSession } from "@/lib/auth/store/sessions";
import { findUserById } from "@/lib/auth/store/users";
import { cookieOptions, DEVICE_COOKIE, REGISTRATION_COOKIE, REMEMBERED_COOKIE } from "@/lib/wire/cookies";
import { safeRedirect, withTo } from "@/lib/wire/safe-redirect";
import type { User } from "@/prisma/client/client";
import type { FormDone } from "./form-actions";
import { linkWaitingAccount } from "./provider-cookies";
import { readSessionToken, removeSessionCookie, writeSessionCookie } from "./session-cookie";

const DEVICE_DAYS = 365;

/**
 * Hands a new session to the browser and ends the one it had: a sign-in leaves no second session behind, and a token that was
 * planted before it is worth nothing.
 * @returns where to go: to `to`, or first to the page where a factor that is owed is proved or set up.
 */
export async function startBrowserSession(begun: BegunSession, to: string): Promise<string> {
  const former = await readSessionToken();
  if (former) await signOut(former);
  (await cookies()).delete({ name: REGISTRATION_COOKIE(), ...cookieOptions() });
  if (!begun.owedFactor) {
    await completeBrowserSession(begun);
    return to;
  }
  await writeSessionCookie({ ...begun, remember: false });
  return withTo(begun.owedFactor === "setup" ? "/two-factor/setup" : "/two-factor", to);
}

/** The browser's session stands for this user from now on: it is marked as theirs, and the account that it brought is linked. */
async function completeBrowserSession(session: BegunSession): Promise<void> {
  const { user, sessionId } = session;
  await writeSessionCookie(session);
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

/** Gives the browser the new token of the session that it has. */
export async function renewBrowserSession(session: NewSession): Promise<void> {
  await writeSessionCookie(session);
}

/**
 * Gives the browser the session that goes on after a further proof, under its new token.
 * @returns where to go: to `to`, or on to what is still owed.
 */
export async function continueBrowserSession(holder: Holder, session: BegunSession, to: string): Promise<string> {
  if ("owed" in holder && !session.owedFactor) await completeBrowserSession(session);
  else await writeSessionCookie(session);
  return session.owedFactor ? withTo("/two-factor", to) : to;
}

/** The same after the proof of a factor that a form took; the browser may also become one that is not asked for it again. */
export async function continueProved(
  holder: Holder,
  proved: Result<ProvedFactor>,
  to?: string,
): Promise<Result<FormDone>> {
  if (!proved.ok) return proved;
  const { session, remembered } = proved.value;
  if (remembered) {
    const { token, expires } = remembered;
    (await cookies()).set(REMEMBERED_COOKIE(), token, { ...cookieOptions(), expires });
  }
  return ok({ redirectTo: await continueBrowserSession(holder, session, safeRedirect(to)) });
}

/**
 * Gives the browser the new token of its session where a new password, or a mailbox that was proved, has made strangers of all
 * browsers: this one stays known.
 */
export async function keepBrowserSession(session: NewSession, userId: string): Promise<void> {
  await writeSessionCookie(session);
  const user = await findUserById(userId);
  // A change that made a stranger of this browser meanwhile has ended its session too.
  if (user && (await findPrincipal(session.token))) await markBrowser(user);
}

/** Ends the browser's session, row and cookie. */
export async function endBrowserSession(): Promise<void> {
  const token = await readSessionToken();
  if (token) await signOut(token);
  await removeSessionCookie();
}
