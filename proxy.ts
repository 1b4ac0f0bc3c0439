import { type NextRequest, NextResponse } from "next/server";
import { findOwing } from "@/lib/auth/store/owing-sessions";
import { checkPrincipal } from "@/lib/auth-provider/check";
import { env } from "@/lib/env";
import { redirectPostedAnswer } from "@/lib/web/posted-answer";
import { principalOf } from "@/lib/web/request-principal";
import { beforeAction } from "@/lib/wire/action-start";
import { frontStands } from "@/lib/wire/client-address";
import { cookieOptions, SESSION_COOKIE } from "@/lib/wire/cookies";
import { RETRY_AFTER_SECONDS, unavailablePage } from "@/lib/wire/failure-page";
import { isUnreadableForm } from "@/lib/wire/read-form";
import { withTo } from "@/lib/wire/safe-redirect";
import { isSameOrigin, ownOrigin } from "@/lib/wire/same-origin";
import {
  ADDRESS_HEADER,
  createNonce,
  NONCE_HEADER,
  nonceHeaders,
  setSecurityHeaders,
} from "@/lib/wire/security-headers";

/** Pages for the signed-in. Each page checks again by itself: without this file they would refuse later, not open. */
const PROTECTED = ["/dashboard", "/account", "/admin"];

export async function proxy(request: NextRequest): Promise<Response> {
  const { pathname, search } = request.nextUrl;
  const redirect = await redirectPostedAnswer(request);
  if (redirect) return redirect;
  if (!isSameOrigin(request.method, request.headers))
    return new NextResponse("This form was sent from another site, so nothing was done.\n", { status: 403 });
  if (await isUnreadableForm(request))
    return new NextResponse("This form arrived incomplete, so nothing was done. Send it again.\n", { status: 400 });

  const given = frontStands.yes ? request.headers.get(NONCE_HEADER) : null;
  const nonce = given ?? createNonce();
  const address = pathname + search;
  const own = given ? {} : { ...nonceHeaders(nonce), [ADDRESS_HEADER]: address };
  const response = (await checked(request, address, nonce)) ?? pass(request, own);
  setSecurityHeaders(response.headers, nonce);
  return response;
}

/** Passes a request on to its page, with these headers changed. */
function pass(request: NextRequest, changes: Record<string, string>): NextResponse {
  // The origin was checked above. Next would refuse "null", which forms send from pages that hide their address.
  const origin = request.headers.get("origin") === "null" && { origin: ownOrigin(request.headers) };
  const changed = Object.entries({ ...changes, ...origin });
  if (changed.length === 0) return NextResponse.next();
  const headers = new Headers(request.headers);
  for (const [name, value] of changed) headers.set(name, value);
  return NextResponse.next({ request: { headers } });
}

/** `check()` and `redirectTo` for protected pages: the redirect for a visitor, or null. */
async function checked(request: NextRequest, wish: string, nonce: string): Promise<NextResponse | null> {
  const { pathname } = request.nextUrl;
  if (!PROTECTED.some((path) => pathname === path || pathname.startsWith(`${path}/`))) return null;
  const cookie = request.cookies.get(SESSION_COOKIE());
  const find = async () => (cookie?.value ? ((await principalOf(cookie.value)) ?? findOwing(cookie.value)) : null);
  const { authenticated, redirectTo, logout, error } = await beforeAction(() => checkPrincipal(find));
  // During an outage the visitor may be signed in or not. A form's action says so in the form itself.
  if (error?.name === "Unavailable" && !request.headers.has("next-action")) return unavailable(nonce);
  // A form's action checks by itself, and says in the form or by its own redirect that the session has ended.
  if (authenticated || !redirectTo || request.method === "POST") return null;
  const { APP_URL, production } = env();
  const response = NextResponse.redirect(new URL(withTo(redirectTo, wish), production ? APP_URL : request.url), 307);
  if (cookie && logout) response.cookies.delete({ name: SESSION_COOKIE(), ...cookieOptions() });
  return response;
}

function unavailable(nonce: string): NextResponse {
  const headers = { "content-type": "text/html; charset=utf-8", "retry-after": String(RETRY_AFTER_SECONDS) };
  return new NextResponse(unavailablePage(nonce), { status: 503, headers });
}

export const config = {
  // Pages only: files of the build need none of this, and the HTTP interfaces have rules of their own.
  matcher: [
    "/((?!_next/static|_next/image|api/|auth/|auth$|store/|store$|admin/invites|admin/users|password/|openauth/|openapi\\.json|avatar/|\\.well-known/|favicon\\.ico|icon\\.(?:svg|png)|og\\.png|manifest\\.webmanifest|robots\\.txt|dev/mailbox/[^/]+/html).*)",
  ],
};
