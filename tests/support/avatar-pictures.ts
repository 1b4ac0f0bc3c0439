import sharp from "sharp";

const RED = "#cc2222";
const BLUE = "#2222cc";
const WHERE = { IFD0: { Artist: "Alice" }, IFD3: { GPSLatitudeRef: "N", GPSLatitude: "51/1 30/1 0/1" } };

/** A picture of this size, red on the left and blue on the right. */
function redAndBlue(width = 60, height = 40) {
  const half = { width: width / 2, height, channels: 3, background: BLUE } as const;
  return sharp({ create: { width, height, channels: 3, background: RED } }).composite([
    { input: { create: half }, left: width / 2, top: 0 },
  ]);
}

export const picture = (width?: number, height?: number) => redAndBlue(width, height).png().toBuffer();

/** Pictures of every kind that we accept, odd ones too. */
export const GOOD: Record<string, () => Promise<Buffer>> = {
  PNG: () => picture(),
  "PNG of one pixel": () => picture(2, 1),
  "PNG of 16 bits": () => redAndBlue().toColourspace("rgb16").png().toBuffer(),
  "interlaced PNG in grey": () => redAndBlue().greyscale().png({ progressive: true }).toBuffer(),
  JPEG: () => redAndBlue().jpeg().toBuffer(),
  "CMYK JPEG": () => redAndBlue().toColourspace("cmyk").jpeg().toBuffer(),
  WebP: () => redAndBlue().webp().toBuffer(),
  AVIF: () => redAndBlue().avif({ effort: 0 }).toBuffer(),
  "animated GIF": async () =>
    sharp(await frames(), { join: { animated: true } })
      .gif()
      .toBuffer(),
  "animated WebP": async () =>
    sharp(await frames(), { join: { animated: true } })
      .webp()
      .toBuffer(),
};

function frames() {
  const frame = (background: string) => sharp({ create: { width: 20, height: 20, channels: 3, background } });
  return Promise.all([RED, BLUE].map((colour) => frame(colour).png().toBuffer()));
}

/** A photo as phones write it: rotated, and with the place where it was taken. */
export const photo = () => redAndBlue().withExif(WHERE).withMetadata({ orientation: 6 }).jpeg().toBuffer();
