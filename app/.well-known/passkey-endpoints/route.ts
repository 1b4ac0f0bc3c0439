import { ok } from "@/lib/auth/model/errors";
import { links } from "@/lib/routes";
import { preflight } from "@/lib/wire/cors";
import { type Api, endpoint, refuseJson } from "@/lib/wire/endpoint";
import { json } from "@/lib/wire/json";
import { otherMethods } from "@/lib/wire/other-methods";

const CACHE_SECONDS = 3_600;

const api: Api = { methods: ["GET", "OPTIONS"], requestHeaders: [], refuse: refuseJson };

/** Where passkeys are made and looked after, for password managers (W3C, "A Well-Known URL for Relying Party Passkey Endpoints"). */
export const GET = endpoint(api, async () => {
  const page = `${links.security()}#passkeys`;
  return ok(json(200, { enroll: page, manage: page }, { "cache-control": `public, max-age=${CACHE_SECONDS}` }));
});
export const OPTIONS = preflight(api);
export const { POST, PUT, PATCH, DELETE } = otherMethods("GET, HEAD, OPTIONS");
