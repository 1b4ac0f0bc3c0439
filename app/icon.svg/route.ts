import { markSvg } from "@/lib/wire/mark";

/** The site's icon, drawn from `lib/brand.ts` once, when the site is built. */
export const dynamic = "force-static";

export function GET(): Response {
  return new Response(markSvg(), {
    headers: { "content-type": "image/svg+xml", "cache-control": "public, max-age=86400" },
  });
}
