import { preflight } from "@/lib/wire/cors";
import { type Api, endpoint, refuseJson } from "@/lib/wire/endpoint";
import { describing } from "@/lib/wire/openapi/serve";
import { otherMethods } from "@/lib/wire/other-methods";

const api: Api = { methods: ["GET", "OPTIONS"], requestHeaders: [], refuse: refuseJson };

/** The document of this site's own routes. */
export const GET = endpoint(
  api,
  describing(() => import("./contract")),
);
export const OPTIONS = preflight(api);
export const { POST, PUT, PATCH, DELETE } = otherMethods("GET, HEAD, OPTIONS");
