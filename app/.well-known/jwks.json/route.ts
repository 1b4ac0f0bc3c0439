import { ok } from "@/lib/auth/model/errors";
import { publicKeys } from "@/lib/auth/store/signing-keys";
import { preflight } from "@/lib/wire/cors";
import { type Api, endpoint, refuseJson } from "@/lib/wire/endpoint";
import { json } from "@/lib/wire/json";
import { otherMethods } from "@/lib/wire/other-methods";

/** Verifiers may keep the keys this long. A key they do not know makes them ask again. */
const CACHE_SECONDS = 300;

const api: Api = {
  methods: ["GET", "OPTIONS"],
  requestHeaders: [],
  refuse: refuseJson,
};

/** The public keys by which any service can verify our access tokens. */
export const GET = endpoint(api, async () =>
  ok(json(200, { keys: await publicKeys() }, { "cache-control": `public, max-age=${CACHE_SECONDS}` })),
);
export const OPTIONS = preflight(api);
export const { POST, PUT, PATCH, DELETE } = otherMethods("GET, HEAD, OPTIONS");
