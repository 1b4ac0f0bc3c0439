import { env } from "@/lib/env";
import { isAllowedTarget } from "@/lib/oauth/redirects";
import { links } from "@/lib/routes";

/**
 * Where a mailed link leads in the end: the client's `redirect_to` if it is one of ours or of API_REDIRECT_URLS, else
 * the first of those; null when there is none. In the ASCII that a header can hold, however it was written.
 */
export function redirectTarget(redirectTo: string | null): string | null {
  const listed = env().API_REDIRECT_URLS.find((url) => URL.canParse(url));
  const target = redirectTo && isAllowedTarget(redirectTo) ? redirectTo : listed;
  return target ? new URL(target).href : null;
}

/** Links that sign the client in by way of `/auth/v1/verify`. Where it could not take the tokens, our own pages serve. */
export function supabaseLinks(redirectTo: string | null) {
  const target = redirectTarget(redirectTo);
  const verify = (type: string, token: string) =>
    `${env().APP_URL}/auth/v1/verify?${new URLSearchParams({ token, type, redirect_to: target ?? "" })}`;
  return target
    ? {
        ...links,
        verifyEmail: (token: string) => verify("signup", token),
        resetPassword: (token: string) => verify("recovery", token),
        signIn: (token: string) => verify("magiclink", token),
      }
    : links;
}
