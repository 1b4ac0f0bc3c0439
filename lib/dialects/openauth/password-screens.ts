import { ok, type Result } from "@/lib/auth/model/errors";
import type { BegunSession } from "@/lib/auth/steps/begin-session";
import { REMEMBERED_COOKIE } from "@/lib/wire/cookies";
import type { ApiCall } from "@/lib/wire/endpoint";
import { readCookie } from "@/lib/wire/request-cookies";
import { safeRedirect } from "@/lib/wire/safe-redirect";
import { authorizationCookie, grant } from "./authorize";
import { password } from "./config";
import type { PasswordStep } from "./password-provider";
import { actorTypeOf } from "./session";

/** Signs the browser in, and says where it goes next. */
export type StartBrowserSession = (begun: BegunSession, to: string) => Promise<string>;

/**
 * `GET` and `POST /password/…`: a screen. A person who shows there who they are goes back to the app that sent them, with
 * a code for it; one who came by themselves is signed in here.
 */
export async function showScreen(
  step: PasswordStep,
  { request, url, form, client }: ApiCall,
  startBrowserSession: StartBrowserSession,
): Promise<Result<Response>> {
  const authorization = authorizationCookie.read(request);
  const toOwnPages = async (begun: BegunSession) => {
    const location = await startBrowserSession(begun, safeRedirect(url.searchParams.get("to")));
    return new Response(null, { status: 302, headers: { location } });
  };
  const response = await password.handle(step, request, form, {
    client: { ...client, remembered: readCookie(request, REMEMBERED_COOKIE()) },
    session: authorization ? { kind: "api", remember: true, actorType: actorTypeOf(authorization.clientId) } : {},
    success: (begun) => (authorization ? grant(authorization, begun) : toOwnPages(begun)),
    owing: authorization ? undefined : toOwnPages,
  });
  return ok(authorization ? allowFormTo(authorization.redirectUri, response) : response);
}

/** Browsers hold form-action also against where the answer to a form redirects: here, to the app. */
function allowFormTo(redirectUri: string, response: Response): Response {
  const policy = response.headers.get("content-security-policy");
  if (!policy) return response;
  const { protocol, host } = new URL(redirectUri);
  const headers = new Headers(response.headers);
  const app = /^https?:$/.test(protocol) ? `${protocol}//${host}` : protocol;
  headers.set("content-security-policy", policy.replace("form-action 'self'", `form-action 'self' ${app}`));
  return new Response(response.body, { status: response.status, headers });
}
