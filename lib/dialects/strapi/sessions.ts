import { listSessionViews } from "@/lib/auth/list-sessions";
import { fail, ok, type Result } from "@/lib/auth/model/errors";
import { endAllSessions, endSession } from "@/lib/auth/sign-out";
import type { ApiCall } from "@/lib/wire/endpoint";
import { json } from "@/lib/wire/json";
import { setCookie } from "@/lib/wire/request-cookies";
import type { PathParams } from "@/lib/wire/router";
import { strapiError } from "./errors";
import { REFRESH_COOKIE, requirePrincipal } from "./session";
import type { StrapiSettings } from "./settings";

// Strapi's refresh mode has a list of sessions. Without that mode these routes answer 404.

const UNAUTHENTICATED = () => strapiError("UnauthorizedError", "Missing authentication");

/** `POST /auth/logout`: ends this session, or with `scope: "all"` every one. */
export async function logOut(call: ApiCall, settings: StrapiSettings): Promise<Result<Response>> {
  if (settings.jwtManagement !== "refresh") return fail("not_found");
  const principal = await requirePrincipal(call);
  if (principal instanceof Response) return ok(UNAUTHENTICATED());
  if (call.body.scope === "all") await endAllSessions(principal);
  else await endSession(principal, principal.sessionId);
  const response = json(200, { ok: true });
  response.headers.append("set-cookie", setCookie(REFRESH_COOKIE, "", new Date(0)));
  return ok(response);
}

/** `GET /auth/sessions`: the caller's sessions of all surfaces, the present one first, without their addresses. */
export async function list(call: ApiCall, settings: StrapiSettings): Promise<Result<Response>> {
  if (settings.jwtManagement !== "refresh") return fail("not_found");
  const principal = await requirePrincipal(call);
  if (principal instanceof Response) return ok(UNAUTHENTICATED());
  const sessions = await listSessionViews(principal);
  const data = sessions.map(({ id, current, device, createdAt, lastSeenAt }) => ({
    ...{ id, current, deviceName: device },
    loginAt: createdAt,
    lastActiveAt: lastSeenAt,
  }));
  return ok(json(200, { data }));
}

/** `DELETE /auth/sessions/[session]`. Another person's session gets the answer of an unknown one. */
export async function revoke(call: ApiCall<PathParams>, settings: StrapiSettings): Promise<Result<Response>> {
  if (settings.jwtManagement !== "refresh") return fail("not_found");
  const principal = await requirePrincipal(call);
  if (principal instanceof Response) return ok(UNAUTHENTICATED());
  const ended = await endSession(principal, call.params.session ?? "");
  return ok(ended.ok ? json(200, { data: {} }) : strapiError("NotFoundError", "Session not found"));
}
