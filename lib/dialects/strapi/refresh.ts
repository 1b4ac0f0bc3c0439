import { fail, ok, type Result } from "@/lib/auth/model/errors";
import { refreshSession, startRefreshing } from "@/lib/auth/refresh-session";
import { endAllSessions, endSession } from "@/lib/auth/sign-out";
import { type NewSession, SESSION_ABSOLUTE_DAYS } from "@/lib/auth/store/sessions";
import { isForeign } from "@/lib/wire/cors";
import type { ApiCall } from "@/lib/wire/endpoint";
import { json } from "@/lib/wire/json";
import { readCookie, setCookie } from "@/lib/wire/request-cookies";
import type { User } from "@/prisma/client/client";
import { strapiError } from "./errors";
import type { StrapiSettings } from "./settings";
import { requirePrincipal, showUser, tokenFor } from "./user";

// Strapi's refresh mode: access tokens of minutes, and a refresh token in the answer or, if the client asks, in a cookie.

const COOKIE = "strapi_up_refresh";
const MAX_TOKEN_CHARACTERS = 200;

/** The answer that hands a new session over. */
export async function signedIn(
  call: ApiCall,
  user: User,
  session: NewSession,
  settings: StrapiSettings,
): Promise<Response> {
  const jwt = await tokenFor(user, session.sessionId, settings);
  const body = { jwt, user: await showUser(user, settings) };
  if (settings.jwtManagement !== "refresh") return json(200, body);
  return withRefreshToken(call, body, await startRefreshing(session));
}

/** By cookie for who asked for that, and for who came with one: a script has no business with what was kept from it. */
function withRefreshToken({ request }: ApiCall, body: object, refreshToken: string): Response {
  const byCookie = request.headers.get("x-strapi-refresh-cookie") === "httpOnly" || readCookie(request, COOKIE);
  if (!byCookie) return json(200, { ...body, refreshToken });
  const response = json(200, body);
  const expires = new Date(Date.now() + SESSION_ABSOLUTE_DAYS * 24 * 60 * 60 * 1000);
  response.headers.append("set-cookie", setCookie(COOKIE, refreshToken, expires));
  return response;
}

/** `POST /auth/refresh`. The cookie goes before the body. */
export async function refresh(call: ApiCall, settings: StrapiSettings): Promise<Result<Response>> {
  if (settings.jwtManagement !== "refresh") return fail("not_found");
  const cookie = readCookie(call.request, COOKIE);
  if (cookie && isForeign(call.request)) return fail("forbidden");
  const refreshToken = cookie ?? call.body.refreshToken;
  if (typeof refreshToken !== "string" || !refreshToken)
    return ok(strapiError("BadRequestError", "Missing refresh token"));
  const given = refreshToken.slice(0, MAX_TOKEN_CHARACTERS);
  const result = await refreshSession({ refreshToken: given }, call.client);
  if (!result.ok)
    return result.error.code === "too_many_attempts"
      ? result
      : ok(strapiError("UnauthorizedError", "Invalid refresh token"));
  const { user, principal, refreshToken: next } = result.value;
  return ok(withRefreshToken(call, { jwt: await tokenFor(user, principal.sessionId, settings) }, next));
}

/** `POST /auth/logout`: ends this session, or with `scope: "all"` every one. */
export async function logOut(call: ApiCall, settings: StrapiSettings): Promise<Result<Response>> {
  if (settings.jwtManagement !== "refresh") return fail("not_found");
  const principal = await requirePrincipal(call);
  if (principal instanceof Response) return ok(strapiError("UnauthorizedError", "Missing authentication"));
  if (call.body.scope === "all") await endAllSessions(principal);
  else await endSession(principal, principal.sessionId);
  const response = json(200, { ok: true });
  response.headers.append("set-cookie", setCookie(COOKIE, "", new Date(0)));
  return ok(response);
}
