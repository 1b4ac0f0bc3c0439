import { ok } from "@/lib/auth/model/errors";
import { env } from "@/lib/env";
import { firstTarget, isAllowedTarget } from "@/lib/oauth/redirects";
import { links } from "@/lib/routes";
import type { ApiCall } from "@/lib/wire/endpoint";
import { type Challenge, readChallenge, sealChallenge } from "./pkce";

/**
 * The address that a mailed link leads to in the end: the client's `redirect_to` if it is ours or in API_REDIRECT_URLS, else the
 * first of API_REDIRECT_URLS, or null. It is ASCII, as a header needs it.
 */
export function redirectTarget(redirectTo: string | null): string | null {
  const target = redirectTo && isAllowedTarget(redirectTo) ? redirectTo : firstTarget();
  return target ? new URL(target).href : null;
}

/** The links for the mails of a request, or the refusal of its challenge. */
export function linksFor({ request, url, body }: ApiCall) {
  const challenge = readChallenge(request, body);
  return challenge.ok ? ok(supabaseLinks(url.searchParams.get("redirect_to"), challenge.value)) : challenge;
}

/**
 * Links that sign the client in by `/auth/v1/verify`. Without an address of the client they lead to our own pages.
 * @param challenge the client's challenge for the code that the link leads to; null for tokens.
 */
export function supabaseLinks(redirectTo: string | null, challenge: Challenge | null) {
  const target = redirectTarget(redirectTo);
  const verify = (type: string, token: string) => mailedLink(type, token, target, challenge);
  return target
    ? {
        ...links,
        verifyEmail: (token: string) => verify("signup", token),
        confirmNewEmail: (token: string) => verify("email_change", token),
        resetPassword: (token: string) => verify("recovery", token),
        signIn: (token: string) => verify("magiclink", token),
      }
    : links;
}

/** A link of one type by `/auth/v1/verify`. */
export function mailedLink(type: string, token: string, target: string | null, challenge: Challenge | null = null) {
  const flow = challenge && sealChallenge(token, challenge);
  const query = { token, type, redirect_to: target ?? "", ...(flow && { flow }) };
  return `${env().APP_URL}/auth/v1/verify?${new URLSearchParams(query)}`;
}
