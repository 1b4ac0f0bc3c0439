import { fail, ok, type Result } from "@/lib/auth/model/errors";
import { workQueue } from "@/lib/auth/model/work-queue";
import { singleton } from "@/lib/singleton";

export const MAX_PICTURE_BYTES = 5 * 1024 * 1024;
const SIDE = 256;
const QUALITY = 82;
const WITHIN_SECONDS = 10;
const MEGAPIXELS = 1_000_000;
/**
 * What counts as a picture, and how many pixels it may have: the largest photos of phones, and less where all of them are
 * unpacked at once. No AVIF: a thousand bytes of one can hold pictures, tiles or layers of any size that its own size does not
 * tell of.
 */
const MAX_PIXELS = new Map([
  ["jpeg", 50 * MEGAPIXELS],
  ["png", 50 * MEGAPIXELS],
  ["webp", 50 * MEGAPIXELS],
  ["gif", 16 * MEGAPIXELS],
]);
/** A JPEG may be drawn in thousands of passes over all its pixels, and libvips cannot be stopped in between. 64 for the largest. */
const MAX_DRAWN = 64 * 50 * MEGAPIXELS;
const LOADERS = ["Jpeg", "Png", "Webp", "Nsgif"].map((name) => `VipsForeignLoad${name}Buffer`);

const inTurn = workQueue("pictures", { atOnce: 1, maxWaiting: 20 });

/**
 * Turns a picture into a square WebP of 256 pixels: the upright middle of its first frame, without metadata. The work is done on a thread of libuv, one picture at a time.
 * @param bytes as they were uploaded: at most `MAX_PICTURE_BYTES`, else `picture_too_large`
 * @returns `picture_unreadable`, also for pictures that are cut off or take too long; `picture_too_many_pixels`.
 * @throws {WorkQueueFull}
 */
export async function encodePicture(bytes: Uint8Array): Promise<Result<Uint8Array<ArrayBuffer>>> {
  if (bytes.length > MAX_PICTURE_BYTES) return fail("picture_too_large");
  const sharp = await loadSharp();
  return inTurn(() => encode(sharp, bytes).catch(() => fail("picture_unreadable")));
}

/** libvips, loaded with the first picture: that takes a third of a second of the pages' thread. */
const loadSharp = () => singleton("sharp", load);

async function load() {
  const { default: sharp } = await import("sharp");
  // libvips chooses a loader by the bytes, also for drawings, documents and its own formats, so those are blocked.
  sharp.block({ operation: ["VipsForeignLoad"] });
  sharp.unblock({ operation: LOADERS });
  // No picture comes twice.
  sharp.cache(false);
  sharp.concurrency(1);
  return sharp;
}

type Sharp = Awaited<ReturnType<typeof load>>;

async function encode(sharp: Sharp, bytes: Uint8Array): Promise<Result<Uint8Array<ArrayBuffer>>> {
  const { format, width, height } = await sharp(bytes, { limitInputPixels: false }).metadata();
  const limitInputPixels = MAX_PIXELS.get(format);
  if (!limitInputPixels) return fail("picture_unreadable");
  const passes = format === "jpeg" ? countScans(bytes) : 1;
  if (width * height > limitInputPixels || width * height * passes > MAX_DRAWN) return fail("picture_too_many_pixels");
  const webp = await sharp(bytes, { limitInputPixels })
    .autoOrient()
    .resize(SIDE, SIDE)
    .webp({ quality: QUALITY })
    .timeout({ seconds: WITHIN_SECONDS })
    .toBuffer();
  return ok(new Uint8Array(webp));
}

/** How often a JPEG says that a scan begins. Bytes behind its end may say so too, so photos with a film may have a hundred. */
function countScans(bytes: Uint8Array): number {
  return Buffer.from(bytes).toString("latin1").split("\xff\xda").length - 1;
}
