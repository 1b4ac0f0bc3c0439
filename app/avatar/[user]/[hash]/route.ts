import { findAvatar } from "@/lib/auth/store/avatars";
import { otherMethods } from "@/lib/wire/other-methods";

const PART = /^[\w-]{1,64}$/;
/** Another picture has another address, so browsers may keep it. Your other sites may show it: APIs tell them the address. */
const HEADERS = {
  "content-type": "image/webp",
  "cache-control": "public, max-age=31536000, immutable",
  "content-security-policy": "default-src 'none'; sandbox",
  "cross-origin-resource-policy": "cross-origin",
};

/** A person's picture, for everyone who knows its address. */
export async function GET(_: Request, { params }: RouteContext<"/avatar/[user]/[hash]">): Promise<Response> {
  const { user, hash } = await params;
  const webp = PART.test(user) && PART.test(hash) ? await findAvatar(user, hash) : null;
  if (webp) return new Response(webp, { headers: HEADERS });
  return new Response("There is no such picture.\n", { status: 404, headers: { "cache-control": "no-store" } });
}

export const { POST, PUT, PATCH, DELETE } = otherMethods("GET, HEAD, OPTIONS");
