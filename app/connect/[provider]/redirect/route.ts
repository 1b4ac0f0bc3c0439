import { findNamed, signInVisitor } from "@/lib/dialects/strapi/handle";
import { env } from "@/lib/env";
import { startBrowserSession } from "@/lib/web/browser-session";
import { currentClient } from "@/lib/web/current-client";
import { otherMethods } from "@/lib/wire/other-methods";
import { DEFAULT_PAGE } from "@/lib/wire/safe-redirect";
import { settle } from "@/lib/wire/settle";

type Context = { params: Promise<{ provider: string }> };

/** The page of Strapi's guide that a visit to a provider ends on, where the site names no other: it signs the browser in. */
export async function GET(request: Request, { params }: Context): Promise<Response> {
  const { provider } = await params;
  const signedIn = await settle(async () => signInVisitor(provider, request, await currentClient()));
  const to = signedIn.ok
    ? await startBrowserSession(signedIn.value, DEFAULT_PAGE)
    : `/callback/${encodeURIComponent(findNamed(provider)?.id ?? provider)}?problem=${signedIn.error.code}`;
  const headers = { location: `${env().APP_URL}${to}`, "cache-control": "no-store", "referrer-policy": "no-referrer" };
  return new Response(null, { status: 303, headers });
}

export const { POST, PUT, PATCH, DELETE } = otherMethods("GET, HEAD, OPTIONS");
