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

const SIDE = 7_000;

/**
 * A grey JPEG of 49 million pixels in a hundred kilobytes. It has this many scans besides the first; each refines one coefficient
 * of every block by one bit that is 0.
 */
export function jpegOfScans(count: number): Buffer {
  const blocks = (SIDE / 8) ** 2;
  const segment = (marker: number, ...body: number[]) => [0xff, marker, 0, body.length + 2, ...body];
  const side = [SIDE >> 8, SIDE & 255];
  const huffman = (id: number, symbol: number) => segment(0xc4, id, 1, ...new Array(15).fill(0), symbol);
  const scan = (from: number, to: number, bits: number) => segment(0xda, 1, 1, 0, from, to, bits);
  // Its one symbol says that 16,384 blocks have nothing more.
  const nothing = new Array(Math.ceil((Math.ceil(blocks / 2 ** 14) * 15) / 8)).fill(0);
  const head = [
    ...[
      0xff,
      0xd8,
      ...segment(0xdb, 0, ...new Array(64).fill(1)),
      ...segment(0xc2, 8, ...side, ...side, 1, 1, 0x11, 0),
    ],
    ...[...huffman(0, 0), ...huffman(0x10, 0xe0), ...scan(0, 0, 0)],
  ];
  const scans = Array.from({ length: count }, (_, n) => {
    const [coefficient, bit] = [1 + Math.floor(n / 14), 13 - (n % 14)];
    return [...scan(coefficient, coefficient, bit === 13 ? 13 : ((bit + 1) << 4) | bit), ...nothing];
  });
  return Buffer.from([...head, ...new Array(Math.ceil(blocks / 8)).fill(0), ...scans.flat(), 0xff, 0xd9]);
}
