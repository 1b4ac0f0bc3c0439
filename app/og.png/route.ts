import sharp from "sharp";
import { PAGE_COLOR } from "@/app/ui/theme";
import { BRAND } from "@/lib/brand";
import { markSvg } from "@/lib/wire/mark";

/** The picture that others show beside a link to us (Open Graph). The title beside it says the name. Drawn when the site is built. */
// Never at run time, where reading SVG is blocked (lib/auth/avatar): so no code may revalidate the layout of "/".
export const dynamic = "force-static";

const [WIDTH_PX, HEIGHT_PX, MARK_PX] = [1200, 630, 320];

export async function GET(): Promise<Response> {
  const mark = await sharp(Buffer.from(markSvg()), { density: 800 }).resize(MARK_PX).toBuffer();
  const background = sharp({
    create: { width: WIDTH_PX, height: HEIGHT_PX, channels: 3, background: PAGE_COLOR.light },
  });
  const ground = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH_PX}" height="${HEIGHT_PX}"><defs><radialGradient id="g" cx="50%" cy="0%" r="90%"><stop offset="0" stop-color="${BRAND.accent.light.fill}" stop-opacity="0.25"/><stop offset="1" stop-color="${BRAND.accent.light.fill}" stop-opacity="0"/></radialGradient></defs><rect width="100%" height="100%" fill="url(#g)"/></svg>`;
  const png = await background
    .composite([{ input: Buffer.from(ground) }, { input: mark }])
    .png({ palette: true })
    .toBuffer();
  return new Response(new Uint8Array(png), {
    headers: { "content-type": "image/png", "cache-control": "public, max-age=86400" },
  });
}
