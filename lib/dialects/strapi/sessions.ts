import { listSessionViews } from "@/lib/auth/list-sessions";
import { fail, ok } from "@/lib/auth/model/errors";
import type { Principal } from "@/lib/auth/model/principal";
import { revokeAllSessions, revokeOwnSession } from "@/lib/auth/sign-out";
import { json } from "@/lib/wire/json";
import { setCookie } from "@/lib/wire/request-cookies";
import type { HandlerFor } from "@/lib/wire/router";
import { strapiError } from "./errors";
import type { StrapiHandler } from "./limit";
import { REFRESH_COOKIE, requirePrincipal } from "./session";

// Strapi's refresh mode has a list of sessions. Without that mode these routes answer 404.

function inRefreshMode(answer: HandlerFor<Principal>): StrapiHandler {
  return async (call, { jwtManagement }) => {
    if (jwtManagement !== "refresh") return fail("not_found");
    const principal = await requirePrincipal(call);
    return principal.ok ? answer(call, principal.value) : strapiError("UnauthorizedError", "Missing authentication");
  };
}

/** `POST /auth/logout`: ends this session, or with `scope: "all"` every one. */
export const logOut = inRefreshMode(async ({ body }, principal) => {
  if (body.scope === "all") await revokeAllSessions(principal);
  else await revokeOwnSession(principal, principal.sessionId);
  const response = json(200, { ok: true });
  response.headers.append("set-cookie", setCookie(REFRESH_COOKIE, "", new Date(0)));
  return ok(response);
});

/** `GET /auth/sessions`: the caller's sessions of all surfaces, the present one first, without their addresses. */
export const list = inRefreshMode(async (_, principal) => {
  const sessions = await listSessionViews(principal);
  const data = sessions.map(({ id, current, device, createdAt, lastSeenAt }) => ({
    id,
    current,
    deviceName: device,
    loginAt: createdAt,
    lastActiveAt: lastSeenAt,
  }));
  return ok(json(200, { data }));
});

/** `DELETE /auth/sessions/[session]`. Another person's session gets the answer of an unknown one. */
export const revoke = inRefreshMode(async ({ params }, principal) => {
  const ended = await revokeOwnSession(principal, params.session ?? "");
  return ended.ok ? ok(json(200, { data: {} })) : strapiError("NotFoundError", "Session not found");
});
