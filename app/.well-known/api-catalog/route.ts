import { CONTRACTS } from "@/app/openapi.json/contracts";
import { ok } from "@/lib/auth/model/errors";
import { env } from "@/lib/env";
import { preflight } from "@/lib/wire/cors";
import { type Api, endpoint, refuseJson } from "@/lib/wire/endpoint";
import { otherMethods } from "@/lib/wire/other-methods";

const CACHE_SECONDS = 300;
const HEADERS = {
  "content-type": 'application/linkset+json; profile="https://www.rfc-editor.org/info/rfc9727"',
  "cache-control": `public, max-age=${CACHE_SECONDS}`,
  "access-control-allow-origin": "*",
  link: '</.well-known/api-catalog>; rel="api-catalog"',
};

const api: Api = { methods: ["GET", "OPTIONS"], requestHeaders: [], refuse: refuseJson };

/** Where the documents of the APIs here are (RFC 9727). */
export const GET = endpoint(api, async () => {
  const { APP_URL } = env();
  const linkset = Object.keys(CONTRACTS).map((address) => ({
    anchor: APP_URL + address.replace(/\/openapi\.json$/, ""),
    "service-desc": [{ href: APP_URL + address, type: "application/json" }],
  }));
  return ok(new Response(JSON.stringify({ linkset }), { headers: HEADERS }));
});
export const OPTIONS = preflight(api);
export const { POST, PUT, PATCH, DELETE } = otherMethods("GET, HEAD, OPTIONS");
