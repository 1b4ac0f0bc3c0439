import sharp from "sharp";
import { markSvg } from "@/lib/wire/mark";

/** The icon for home screens, which take no SVG and round the corners themselves. Drawn when the site is built. */
// Never at run time, where reading SVG is blocked (lib/auth/avatar): so no code may revalidate the layout of "/".
export const dynamic = "force-static";

const SIDE_PX = 512;

export async function GET(): Promise<Response> {
  const png = await sharp(Buffer.from(markSvg({ radius: 0 })))
    .resize(SIDE_PX)
    .png()
    .toBuffer();
  return new Response(new Uint8Array(png), {
    headers: { "content-type": "image/png", "cache-control": "public, max-age=86400" },
  });
}
