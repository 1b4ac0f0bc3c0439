import { fail, ok } from "@/lib/auth/model/errors";
import { env } from "@/lib/env";
import { type Api, endpoint, refuseJson } from "@/lib/wire/endpoint";
import { otherMethods } from "@/lib/wire/other-methods";

const api: Api = { methods: ["GET"], requestHeaders: [], refuse: refuseJson };
/** The file is made for each request, so it is never out of date. */
const VALID_DAYS = 180;

/** Where to report a hole (RFC 9116): SECURITY_CONTACT, and nothing where none is set. */
export const GET = endpoint(api, async () => {
  const { APP_URL, SECURITY_CONTACT } = env();
  if (SECURITY_CONTACT.length === 0) return fail("not_found");
  const lines = [
    ...SECURITY_CONTACT.map((contact) => `Contact: ${contact}`),
    `Expires: ${new Date(Date.now() + VALID_DAYS * 86_400_000).toISOString()}`,
    `Canonical: ${APP_URL}/.well-known/security.txt`,
  ];
  return ok(
    new Response(`${lines.join("\n")}\n`, {
      headers: { "content-type": "text/plain; charset=utf-8", "cache-control": "public, max-age=86400" },
    }),
  );
});

export const { POST, PUT, PATCH, DELETE } = otherMethods("GET, HEAD, OPTIONS");
