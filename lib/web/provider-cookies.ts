import { cookies } from "next/headers";
import type { SessionHolder } from "@/lib/auth/model/principal";
import { keyedHash, sameHash } from "@/lib/auth/model/secrets";
import { linkWaiting } from "@/lib/oauth/link-account";
import { PROVIDER_TTL_MINUTES } from "@/lib/validity";
import { cookieOptions, LINK_COOKIE, OAUTH_COOKIE } from "@/lib/wire/cookies";
import { currentClient } from "./current-client";

/** Tabs of one browser that may be at third parties at once. The oldest is forgotten. */
const MAX_VISITS = 5;

/** Notes in the browser that it began this visit to a third party: no other browser can end it. */
export async function rememberVisit(visitId: string): Promise<void> {
  await write(OAUTH_COOKIE(), [visitId, ...(await visitIds())].slice(0, MAX_VISITS));
}

/** The visits to third parties that this browser began, one a tab. */
export function visitIds(): Promise<string[]> {
  return read(OAUTH_COOKIE());
}

/** Takes back `rememberVisit`. */
export async function forgetVisit(visitId: string): Promise<void> {
  const others = (await visitIds()).filter((id) => id !== visitId);
  await write(OAUTH_COOKIE(), others);
}

/** Notes in the browser which third-party account it brought, whose owner has yet to sign in. */
export async function rememberWaitingAccount(verificationId: string): Promise<void> {
  await write(LINK_COOKIE(), [verificationId]);
}

/** Links the account that waits for this user, who has just signed in here, if there is one. */
export async function linkWaitingAccount(session: Pick<SessionHolder, "userId" | "sessionId">): Promise<void> {
  const [waiting] = await read(LINK_COOKIE());
  if (!waiting) return;
  if (await linkWaiting(waiting, session, await currentClient())) await write(LINK_COOKIE(), []);
}

/** Ids of rows, sealed, so that a browser that only knows a row's id cannot pass for the one that began it. */
async function write(name: string, ids: string[]): Promise<void> {
  const jar = await cookies();
  const value = ids.join(".");
  if (value)
    jar.set(name, `${value}~${keyedHash(name, value)}`, { ...cookieOptions(), maxAge: PROVIDER_TTL_MINUTES * 60 });
  else jar.delete({ name, ...cookieOptions() });
}

async function read(name: string): Promise<string[]> {
  const [value, seal] = ((await cookies()).get(name)?.value ?? "").split("~");
  return value && seal && sameHash(seal, keyedHash(name, value)) ? value.split(".") : [];
}
