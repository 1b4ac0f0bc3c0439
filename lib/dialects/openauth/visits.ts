import { seal, unseal } from "@/lib/auth/model/secrets";
import { consumeVerification, issueVerification } from "@/lib/auth/store/verifications";
import { transact } from "@/lib/db/transact";
import { findVisit } from "@/lib/oauth/visit";
import { PROVIDER_TTL_MINUTES } from "@/lib/validity";
import { prefixed } from "@/lib/wire/cookies";
import { readCookie, setCookie } from "@/lib/wire/request-cookies";
import { Authorization } from "./authorization";

const NOTES = "openauth.notes";
const MAX_CHARACTERS = 8_000;

/** A visit at a provider of the package, with the app that it is for and the provider's notes by key. */
export type Visit = { id: string; authorization: Authorization; notes: Record<string, unknown> };

/** The visit to this provider that the request's browser began; null without one that is neither spent nor too old. */
export async function visitOf(request: Request, provider: string): Promise<Visit | null> {
  const found = await findVisit(readCookie(request, cookieOf(provider)) ?? undefined);
  if (found?.provider !== idOf(provider)) return null;
  const notes = JSON.parse((found.cookies[NOTES] && unseal(NOTES, provider, found.cookies[NOTES])) ?? "{}");
  return { id: found.id, authorization: Authorization.parse(found.payload), notes };
}

/**
 * Stores a provider's notes as a new visit, in place of the visit `former`.
 * @returns the id, and the Set-Cookie header that names the visit in the browser. A provider may post its answer from its own
 * page, so the cookie also comes from other sites.
 */
export async function keepVisit(
  provider: string,
  { authorization, notes, former, seconds }: Omit<Visit, "id"> & { former: string | null; seconds: number },
): Promise<{ id: string; cookie: string }> {
  const text = JSON.stringify(notes);
  if (text.length > MAX_CHARACTERS) throw new RangeError(`A provider may note ${MAX_CHARACTERS} characters at most`);
  const lifeMinutes = Math.min(seconds / 60, PROVIDER_TTL_MINUTES);
  const { redirectUri } = authorization;
  const cookies = { [NOTES]: seal(NOTES, provider, text) };
  const visit = { provider: idOf(provider), redirectUri, cookies, bound: true, payload: authorization };
  const { id, token } = await transact(async () => {
    if (former) await consumeVerification(former);
    return issueVerification({ purpose: "oauth", payload: visit, lifeMinutes });
  });
  const expires = new Date(Date.now() + lifeMinutes * 60_000);
  return { id, cookie: setCookie(cookieOf(provider), token, expires, { crossSite: true }) };
}

/** Providers of `lib/oauth` have no colon in their names, so their visits are never mistaken for these. */
function idOf(provider: string): string {
  return `openauth:${provider}`;
}

function cookieOf(provider: string): string {
  return prefixed(`auth.openauth.${provider}`);
}
