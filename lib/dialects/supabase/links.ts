import { env } from "@/lib/env";
import { firstTarget, isAllowedTarget } from "@/lib/oauth/redirects";
import { links } from "@/lib/routes";
import type { ApiCall } from "@/lib/wire/endpoint";
import { type Challenge, readChallenge, sealChallenge } from "./pkce";

/**
 * Where a mailed link leads in the end: the client's `redirect_to` if it is one of ours or of API_REDIRECT_URLS, else
 * the first of those; null when there is none. In the ASCII that a header can hold, however it was written.
 */
export function redirectTarget(redirectTo: string | null): string | null {
  const target = redirectTo && isAllowedTarget(redirectTo) ? redirectTo : firstTarget();
  return target ? new URL(target).href : null;
}

/** The links that a request asks to have mailed, or the answer to one whose challenge is none. */
export function linksFor({ request, url, body }: ApiCall) {
  const challenge = readChallenge(request, body);
  return challenge instanceof Response ? challenge : supabaseLinks(url.searchParams.get("redirect_to"), challenge);
}

/**
 * Links that sign the client in by way of `/auth/v1/verify`. Where it could not take the tokens, our own pages serve.
 * @param challenge what the client will be asked for when it exchanges the code that the link leads to; null for tokens.
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

/** The link of one type, by way of `/auth/v1/verify`, where our pages have none of that type. */
export function mailedLink(type: string, token: string, target: string | null, challenge: Challenge | null = null) {
  const flow = challenge && sealChallenge(token, challenge);
  const query = { token, type, redirect_to: target ?? "", ...(flow && { flow }) };
  return `${env().APP_URL}/auth/v1/verify?${new URLSearchParams(query)}`;
}
