import { NextRequest } from "next/server";
import { sawOutage } from "@/lib/db/request-outage";
import { handlers } from "@/lib/web/auth-js";
import { SESSION_COOKIE } from "@/lib/wire/cookies";
import { json } from "@/lib/wire/json";

/** A route of Auth.js's that answers here. Signing in is the pages' and `lib/oauth`'s business. */
export function answerByAuthJs(method: "GET" | "POST") {
  return async (request: NextRequest): Promise<Response> => {
    const response = await handlers[method](withoutCallbackUrl(request));
    // During an outage Auth.js would answer that there is no session, and its client would show a signed-out visitor.
    return sawOutage() ? json(503, { error: "unavailable" }) : keepingOurCookie(response);
  };
}

/** Auth.js answers 500 to a callback-url that is no URL, and nothing here needs one. */
function withoutCallbackUrl(request: NextRequest): NextRequest {
  const headers = new Headers(request.headers);
  const kept = request.cookies.getAll().filter(({ name }) => !name.endsWith("authjs.callback-url"));
  headers.set("cookie", kept.map(({ name, value }) => `${name}=${encodeURIComponent(value)}`).join("; "));
  const url = new URL(request.url);
  url.searchParams.delete("callbackUrl");
  return new NextRequest(new NextRequest(url, request), { headers });
}

/** Auth.js writes the session cookie again with each answer, for 30 days, although it may have to end with the browser. */
function keepingOurCookie(response: Response): Response {
  const headers = new Headers(response.headers);
  headers.delete("set-cookie");
  headers.set("cache-control", "no-store");
  for (const cookie of response.headers.getSetCookie()) {
    const [name, value] = cookie.split(/[=;]/);
    if (name !== SESSION_COOKIE() || !value) headers.append("set-cookie", cookie);
  }
  return new Response(response.body, { status: response.status, headers });
}
