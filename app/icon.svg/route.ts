import { BRAND } from "@/lib/brand";

const { accent, mark } = BRAND;
const drawn = mark.line
  ? `fill="none" stroke="${accent.onFill}" stroke-width="${mark.line}"`
  : `fill="${accent.onFill}"`;

/** The site's icon, drawn from `lib/brand.ts` once, when the site is built. */
export const dynamic = "force-static";

export function GET(): Response {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 28 28"><rect width="28" height="28" rx="7" fill="${accent.light.fill}"/><path d="${mark.path}" ${drawn} stroke-linecap="round" stroke-linejoin="round"/></svg>`;
  return new Response(svg, { headers: { "content-type": "image/svg+xml", "cache-control": "public, max-age=86400" } });
}
