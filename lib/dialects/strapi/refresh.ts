import { fail, ok, type Result } from "@/lib/auth/model/errors";
import { refreshSession } from "@/lib/auth/refresh-session";
import { isForeign } from "@/lib/wire/cors";
import type { ApiCall } from "@/lib/wire/endpoint";
import { readCookie } from "@/lib/wire/request-cookies";
import { strapiError } from "./errors";
import { REFRESH_COOKIE, tokenFor, withRefreshToken } from "./session";
import type { StrapiSettings } from "./settings";

// Strapi's refresh mode: access tokens for minutes, and a refresh token in the answer or, if the client asks, in a cookie.

const MAX_TOKEN_CHARACTERS = 200;

/** `POST /auth/refresh`. If a request has both, the cookie counts and not the body. */
export async function refresh(call: ApiCall, settings: StrapiSettings): Promise<Result<Response>> {
  if (settings.jwtManagement !== "refresh") return fail("not_found");
  const cookie = readCookie(call.request, REFRESH_COOKIE);
  if (cookie && isForeign(call.request)) return fail("forbidden");
  const refreshToken = cookie ?? call.body.refreshToken;
  if (typeof refreshToken !== "string" || !refreshToken) return strapiError("BadRequestError", "Missing refresh token");
  const given = refreshToken.slice(0, MAX_TOKEN_CHARACTERS);
  const result = await refreshSession({ refreshToken: given }, call.client);
  if (!result.ok)
    return result.error.code === "too_many_attempts"
      ? result
      : { ...strapiError("UnauthorizedError", "Invalid refresh token"), ...result };
  const { user, principal, refreshToken: next } = result.value;
  return ok(withRefreshToken(call, { jwt: await tokenFor(user, principal, settings) }, next, settings));
}
