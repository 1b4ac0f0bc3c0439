import { fail, ok } from "@/lib/auth/model/errors";
import { verifyAccessToken } from "@/lib/auth/steps/access-token";
import { identityOf } from "@/lib/auth-provider/identity";
import { env } from "@/lib/env";
import { currentPrincipal } from "@/lib/web/current-principal";
import { preflight } from "@/lib/wire/cors";
import { type Api, bearerOf, endpoint, refuseJson } from "@/lib/wire/endpoint";
import { json } from "@/lib/wire/json";
import { otherMethods } from "@/lib/wire/other-methods";

/** Whose access tokens count here, besides the session cookie: those of the Medusa and the Supabase clients. */
const AUDIENCES = ["medusa", "authenticated"];
const issuer = () => [env().APP_URL, `${env().APP_URL}/auth/v1`];

const api: Api = {
  methods: ["GET", "OPTIONS"],
  requestHeaders: ["authorization", "content-type"],
  refuse: refuseJson,
};

/**
 * Who is signed in, as `getIdentity()` answers it; 401 for visitors, 503 when that cannot be known, because only the
 * first ends the session in the browser. Where there is a bearer token, it alone counts. The pattern for your own
 * API routes.
 */
export const GET = endpoint(api, async ({ request }) => {
  const token = bearerOf(request);
  if (token) {
    const verified = await verifyAccessToken(token, AUDIENCES, { issuer: issuer() });
    return verified.ok ? ok(json(200, await identityOf(verified.value.principal))) : fail("unauthenticated");
  }
  const principal = await currentPrincipal();
  return principal ? ok(json(200, await identityOf(principal))) : fail("unauthenticated");
});
export const OPTIONS = preflight(api);
export const { POST, PUT, PATCH, DELETE } = otherMethods("GET, HEAD, OPTIONS");
