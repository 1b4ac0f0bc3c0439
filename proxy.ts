import { type NextRequest, NextResponse } from "next/server";
import { findPrincipal } from "@/lib/auth/sessions";
import { env } from "@/lib/env";
import { cookieOptions, SESSION_COOKIE } from "@/lib/http/cookies";
import { withTo } from "@/lib/http/safe-redirect";
import { isSameOrigin } from "@/lib/http/same-origin";
import { createNonce, setSecurityHeaders } from "@/lib/http/security-headers";
import { log } from "@/lib/log";

/** Pages for the signed-in. Each asks again itself: without this file they are slower to refuse, not open. */
const PROTECTED = ["/dashboard", "/account", "/admin"];

export async function proxy(request: NextRequest): Promise<NextResponse> {
  const { pathname, search } = request.nextUrl;
  if (!isSameOrigin(request.method, request.headers))
    return new NextResponse("This form was sent from another site, so nothing was done.\n", { status: 403 });

  const nonce = createNonce();
  const headers = new Headers(request.headers);
  headers.set("x-nonce", nonce);
  setSecurityHeaders(headers, nonce);
  const response = (await checked(request, pathname + search)) ?? NextResponse.next({ request: { headers } });
  setSecurityHeaders(response.headers, nonce);
  return response;
}

/** `check()` and `redirectTo` for protected pages: the redirect for a visitor, or null. */
async function checked(request: NextRequest, wish: string): Promise<NextResponse | null> {
  const cookie = request.cookies.get(SESSION_COOKIE());
  if (!PROTECTED.some((path) => request.nextUrl.pathname === path || request.nextUrl.pathname.startsWith(`${path}/`)))
    return null;
  try {
    if (cookie?.value && (await findPrincipal(cookie.value))) return null;
  } catch (error) {
    // The database is away. The page asks again, and shows that calmly.
    log.error({ err: error }, "check failed in proxy");
    return null;
  }
  const { APP_URL, production } = env();
  const response = NextResponse.redirect(new URL(withTo("/login", wish), production ? APP_URL : request.url), 307);
  if (cookie) response.cookies.delete({ name: SESSION_COOKIE(), ...cookieOptions() });
  return response;
}

export const config = {
  // Pages only: files of the build need none of this, and the HTTP interfaces have rules of their own.
  matcher: [
    "/((?!_next/static|_next/image|api/|auth/|store/|password/|openauth/|\\.well-known/|favicon\\.ico|icon\\.svg|robots\\.txt|dev/mailbox/[^/]+/html).*)",
  ],
};
