import { randomUUID } from "node:crypto";
import { crc32 } from "node:zlib";
import sharp from "sharp";
import { beforeEach, describe, expect, test } from "vitest";
import { removeAvatar, setAvatar } from "@/lib/auth/avatar/change-avatar";
import { encodePicture, MAX_PICTURE_BYTES } from "@/lib/auth/avatar/encode-picture";
import { findAvatar } from "@/lib/auth/store/avatars";
import { deleteUser, updateUser } from "@/lib/auth/store/users";
import { db } from "@/lib/db";
import { GOOD, jpegOfScans, photo, picture } from "@/tests/support/avatar-pictures";
import { client, session, verifiedUser } from "@/tests/support/people";

const SVG = `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>`;
const SCRIPT = "<script>alert(document.domain)</script>";
const TIFF = () =>
  sharp({ create: { width: 9, height: 9, channels: 3, background: "red" } })
    .tiff()
    .toBuffer();
/** The width, written over by a larger or a smaller one, in a picture whose bytes stay those of the former. */
async function lying(bytes: Promise<Buffer> | undefined, at: number, side: number, littleEndian = false) {
  const lie = Buffer.from((await bytes) ?? "");
  if (littleEndian) lie.writeUInt16LE(side, at) && lie.writeUInt16LE(side, at + 2);
  else lie.writeUInt32BE(side, at) && lie.writeUInt32BE(side, at + 4);
  return lie;
}
async function pngBomb() {
  const bomb = await lying(picture(), 16, 8_000);
  bomb.writeUInt32BE(crc32(bomb.subarray(12, 29)), 29);
  return bomb;
}
/** Its canvas, and the first frame on it: of a canvas without such a frame libnsgif believes nothing. */
async function gifBomb() {
  const bytes = await lying(GOOD["animated GIF"]?.(), 6, 5_000, true);
  return lying(Promise.resolve(bytes), bytes.indexOf("2c00000000", "hex") + 5, 5_000, true);
}
/** A small one: others cost what they do not tell. */
const AVIF = () =>
  sharp({ create: { width: 9, height: 9, channels: 3, background: "red" } })
    .avif({ effort: 0 })
    .toBuffer();
const cutOff = async (name: string) => {
  const bytes = (await GOOD[name]?.()) ?? Buffer.from("");
  return bytes.subarray(0, bytes.length * 0.6);
};

const BAD: [what: string, bytes: () => Promise<Buffer> | Buffer, code: string][] = [
  ["no bytes", () => Buffer.from(""), "picture_unreadable"],
  ["text", () => Buffer.from("hello"), "picture_unreadable"],
  ["an SVG, whatever its name says", () => Buffer.from(SVG), "picture_unreadable"],
  [
    "an SVG behind the first bytes of a PNG",
    () => Buffer.from(`\x89PNG\r\n\x1a\n${SVG}`, "latin1"),
    "picture_unreadable",
  ],
  ["a TIFF", TIFF, "picture_unreadable"],
  ["a PDF", () => Buffer.from("%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"), "picture_unreadable"],
  [
    "a drawing for ImageMagick",
    () => Buffer.from("push graphic-context\nimage over 0,0 0,0 'https://x/'"),
    "picture_unreadable",
  ],
  ["half a JPEG", () => cutOff("JPEG"), "picture_unreadable"],
  ["half a PNG", () => cutOff("PNG of 16 bits"), "picture_unreadable"],
  ["an AVIF", AVIF, "picture_unreadable"],
  ["half a WebP", () => cutOff("WebP"), "picture_unreadable"],
  ["a JPEG of few bytes that is drawn 800 times", () => jpegOfScans(800), "picture_too_many_pixels"],
  ["a PNG bomb", pngBomb, "picture_too_many_pixels"],
  ["a GIF bomb", gifBomb, "picture_too_many_pixels"],
  ["a byte more than 5 MB", () => Buffer.alloc(MAX_PICTURE_BYTES + 1), "picture_too_large"],
];

async function signedIn() {
  const user = await verifiedUser();
  return { user, ...(await session(user)) };
}
const imageOf = async ({ id }: { id: string }) => (await db.user.findUnique({ where: { id } }))?.image ?? null;
/** What is served at an address. */
const at = (address: string | null) => {
  const [, , user = "", hash = ""] = (address ?? "").split("/");
  return findAvatar(user, hash);
};
async function shown(bytes: Buffer, by: Awaited<ReturnType<typeof signedIn>>): Promise<string> {
  const result = await setAvatar(by.principal, bytes, client());
  if (!result.ok) throw new Error(`The picture was refused: ${result.error.code}`);
  return result.value.image;
}
async function encoded(bytes: Buffer) {
  const webp = await encodePicture(bytes);
  if (!webp.ok) throw new Error(`The picture was refused: ${webp.error.code}`);
  return webp.value;
}
/** Red, green and blue of one pixel. */
async function pixel(webp: Uint8Array, left: number, top: number) {
  return [...(await sharp(webp).removeAlpha().extract({ left, top, width: 1, height: 1 }).raw().toBuffer())];
}
const isRed = ([red = 0, , blue = 0]: number[]) => red > 150 && blue < 100;

beforeEach(async () => {
  await db.rateLimit.deleteMany();
});

describe("what is uploaded becomes a square WebP of 256 pixels", () => {
  test.each(Object.entries(GOOD))("%s", async (_, bytes) => {
    const { format, width, height, pages, exif, icc, xmp } = await sharp(await encoded(await bytes())).metadata();
    expect({ format, width, height, pages, exif, icc, xmp }).toEqual({ format: "webp", width: 256, height: 256 });
  });

  test("in its own colours, of the first frame, and of the middle", async () => {
    for (const name of ["CMYK JPEG", "PNG of 16 bits"]) {
      const webp = await encoded((await GOOD[name]?.()) ?? Buffer.from(""));
      expect([isRed(await pixel(webp, 20, 128)), isRed(await pixel(webp, 236, 128))], name).toEqual([true, false]);
    }
    const animated = await encoded((await GOOD["animated GIF"]?.()) ?? Buffer.from(""));
    expect(isRed(await pixel(animated, 128, 128))).toBe(true);
  });

  test("upright, without the place where it was taken", async () => {
    const bytes = await photo();
    expect((await sharp(bytes).metadata()).exif?.includes("Alice"), "the test's own photo says it").toBe(true);
    const webp = await encoded(bytes);
    expect(Buffer.from(webp).includes("Alice")).toBe(false);
    expect((await sharp(webp).metadata()).exif).toBeUndefined();
    expect([isRed(await pixel(webp, 128, 20)), isRed(await pixel(webp, 128, 236))]).toEqual([true, false]);
  });

  test("without what was hidden behind or in it", async () => {
    const jpeg = (await GOOD.JPEG?.()) ?? Buffer.from("");
    const comment = Buffer.concat([Buffer.from([0xff, 0xfe, 0, SCRIPT.length + 2]), Buffer.from(SCRIPT)]);
    const polyglot = Buffer.concat([
      jpeg.subarray(0, 2),
      comment,
      jpeg.subarray(2),
      Buffer.from(`PK\x03\x04${SCRIPT}`),
    ]);
    expect(Buffer.from(await encoded(polyglot)).includes("script")).toBe(false);
  });
});

describe("is refused, with words for a person:", () => {
  test.each(BAD)("%s", async (_, bytes, code) => {
    const alice = await signedIn();
    expect(await setAvatar(alice.principal, await bytes(), client())).toMatchObject({ ok: false, error: { code } });
    expect([await imageOf(alice.user), await db.avatar.count({ where: { userId: alice.user.id } })]).toEqual([null, 0]);
  });
});

test("no other loader is asked what the bytes are", async () => {
  await encodePicture(await picture());
  for (const bytes of [Buffer.from(SVG), await TIFF(), await AVIF()])
    await expect(sharp(bytes).metadata()).rejects.toThrow("unsupported");
});

describe("a picture", () => {
  test("is shown at an address of its own, and the former address is none any more", async () => {
    const alice = await signedIn();
    const first = await shown(await picture(), alice);
    expect(first).toMatch(new RegExp(`^/avatar/${alice.user.id}/[\\w-]{22}$`));
    expect(await imageOf(alice.user)).toBe(first);
    const second = await shown(await photo(), alice);
    expect([await at(first), (await at(second))?.length]).toEqual([null, (await encoded(await photo())).length]);
  });

  test("of another person is found under no other's address, and changed by no other", async () => {
    const [alice, bob] = [await signedIn(), await signedIn()];
    const [hers, his] = [await shown(await picture(), alice), await shown(await photo(), bob)];
    expect(await at(hers.replace(alice.user.id, bob.user.id))).toBeNull();
    await removeAvatar(bob.principal);
    expect([await at(his), await at(hers)]).toEqual([null, expect.any(Uint8Array)]);
  });

  test("goes with a press of Remove, with another picture elsewhere, and with the account", async () => {
    const alice = await signedIn();
    const removed = await shown(await picture(), alice);
    expect(await removeAvatar(alice.principal)).toEqual({ ok: true, value: undefined });
    expect([await at(removed), await imageOf(alice.user)]).toEqual([null, null]);
    const replaced = await shown(await picture(), alice);
    await updateUser(alice.user.id, { image: "https://pictures.example.com/alice.png" });
    expect(await at(replaced)).toBeNull();
    const deleted = await shown(await picture(), alice);
    await deleteUser(alice.user.id);
    expect([await at(deleted), await db.avatar.count({ where: { userId: alice.user.id } })]).toEqual([null, 0]);
  });

  test("of a person who is gone meanwhile is not kept", async () => {
    const alice = await signedIn();
    await deleteUser(alice.user.id);
    const gone = { ok: false, error: { code: "unauthenticated" } };
    expect(await setAvatar(alice.principal, await picture(), client())).toMatchObject(gone);
    expect(await removeAvatar(alice.principal)).toMatchObject(gone);
  });

  test("uploaded twice at once is one of the two", async () => {
    const alice = await signedIn();
    const addresses = await Promise.all([shown(await picture(), alice), shown(await photo(), alice)]);
    const image = await imageOf(alice.user);
    expect(addresses).toContain(image);
    const served = await Promise.all(addresses.map(async (address) => [address, (await at(address)) !== null]));
    expect(served).toEqual(addresses.map((address) => [address, address === image]));
  });

  test("can be changed twenty times an hour by one person, and sixty times from one source", async () => {
    const from = client();
    const outcomes = async (count: number) => {
      const alice = await signedIn();
      const results = await Promise.all(
        Array.from({ length: count }, () => setAvatar(alice.principal, Buffer.from(randomUUID()), from)),
      );
      return results.filter((result) => !result.ok && result.error.code === "too_many_attempts").length;
    };
    expect([await outcomes(21), await outcomes(20), await outcomes(20), await outcomes(1)]).toEqual([1, 0, 0, 1]);
  });
});
