import type { SessionRef } from "@/lib/auth/model/principal";
import { linkWaiting } from "@/lib/oauth/link-account";
import { PROVIDER_TTL_MINUTES } from "@/lib/validity";
import { LINK_COOKIE, OAUTH_COOKIE } from "@/lib/wire/cookies";
import { currentClient } from "./current-client";
import { readIds, writeIds } from "./id-cookie";

/** Tabs of one browser that may be at third parties at once. The oldest is forgotten. */
const MAX_VISITS = 5;
const KEPT_SECONDS = PROVIDER_TTL_MINUTES * 60;

/** Notes in the browser that it began this visit to a third party: no other browser can end it. */
export async function rememberVisit(visitId: string): Promise<void> {
  await writeIds(OAUTH_COOKIE(), [visitId, ...(await visitIds())].slice(0, MAX_VISITS), KEPT_SECONDS);
}

/** The visits to third parties that this browser began, one a tab. */
export function visitIds(): Promise<string[]> {
  return readIds(OAUTH_COOKIE());
}

/** Takes back `rememberVisit`. */
export async function forgetVisit(visitId: string): Promise<void> {
  const others = (await visitIds()).filter((id) => id !== visitId);
  await writeIds(OAUTH_COOKIE(), others, KEPT_SECONDS);
}

/** Notes in the browser which third-party account it brought, whose owner has yet to sign in. */
export async function rememberWaitingAccount(verificationId: string): Promise<void> {
  await writeIds(LINK_COOKIE(), [verificationId], KEPT_SECONDS);
}

/** Links the account that waits for this user, who has just signed in here, if there is one. */
export async function linkWaitingAccount(session: SessionRef): Promise<void> {
  const [waiting] = await readIds(LINK_COOKIE());
  if (!waiting) return;
  if (await linkWaiting(waiting, session, await currentClient())) await writeIds(LINK_COOKIE(), [], KEPT_SECONDS);
}
