import { ok } from "@/lib/auth/model/errors";
import { links } from "@/lib/routes";
import { type Api, endpoint, refuseJson } from "@/lib/wire/endpoint";
import { otherMethods } from "@/lib/wire/other-methods";

const api: Api = { methods: ["GET"], requestHeaders: [], refuse: refuseJson };

/** Where a password is changed, for password managers (W3C, "A Well-Known URL for Changing Passwords"). */
export const GET = endpoint(api, async () =>
  ok(
    new Response(null, {
      status: 302,
      headers: { location: `${links.security()}?edit=password`, "cache-control": "no-store" },
    }),
  ),
);

export const { POST, PUT, PATCH, DELETE } = otherMethods("GET, HEAD, OPTIONS");
