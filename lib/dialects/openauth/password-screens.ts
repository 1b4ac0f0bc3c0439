import { fail, ok, type Result } from "@/lib/auth/model/errors";
import type { BegunSession, CompleteSession } from "@/lib/auth/steps/begin-session";
import type { ApiCall } from "@/lib/wire/endpoint";
import { safeRedirect } from "@/lib/wire/safe-redirect";
import { arrive, browserOf } from "./arrival";
import { allowFormTo, authorizationCookie, grant, sessionFor } from "./authorization";
import type { Issuer } from "./issuer";
import { OURS } from "./password-owing";
import { PasswordProvider, type PasswordStep } from "./password-provider";
import { flowState } from "./password-state";

/** Signs the browser in, and returns the address that it goes to next. */
export type StartBrowserSession = (begun: BegunSession, to: string) => Promise<string>;

/** The screen of the second step, for an issuer without passwords whose people owe a factor. */
const FACTOR_ONLY = PasswordProvider(OURS);

/**
 * `GET` and `POST /password/…`: a screen. A person who signs in there goes back to the app with a code for it, or, if no app sent
 * them, gets a session here.
 */
export async function showScreen(
  issuer: Issuer,
  step: PasswordStep,
  call: ApiCall,
  startBrowserSession: StartBrowserSession,
): Promise<Result<Response>> {
  const { request, url, form, client } = call;
  const password = issuer.password ?? (step === "factor" ? FACTOR_ONLY : null);
  if (!password) return fail("not_found");
  const authorization = authorizationCookie.read(request);
  const toOwnPages = async (begun: BegunSession) => {
    const location = await startBrowserSession(begun, safeRedirect(url.searchParams.get("to")));
    return new Response(null, { status: 302, headers: { location } });
  };
  const flow = flowState.read(request);
  const chosen = step === "factor" && flow?.flow === "factor" ? flow.subject : undefined;
  const subject = chosen === undefined && !issuer.success ? null : chosen;
  const toApp = async (session: CompleteSession) => {
    if (!authorization) return toOwnPages(session);
    // The cookie's subject counts only for the session that owed this factor, not for another that this browser began.
    const isSame = flow?.flow === "factor" && flow.sessionId === session.sessionId;
    if (isSame && flow.subject !== undefined) return grant(authorization, session, flow.subject);
    const { email } = session.user;
    const code = isSame && flow.provider !== undefined && { provider: flow.provider, claims: { email } };
    const value = code || { provider: "password", email };
    return arrive(issuer, { authorization, request, client, value, from: session });
  };
  const response = await password.handle(step, request, form, {
    client: browserOf(call),
    session: authorization ? sessionFor(authorization, subject) : {},
    success: toApp,
    owing: authorization ? undefined : toOwnPages,
  });
  return ok(authorization ? allowFormTo(authorization, response) : response);
}
