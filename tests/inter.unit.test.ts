import { readFileSync } from "node:fs";
import subsetFont from "subset-font";
import type { PluginAPI } from "tailwindcss/plugin";
import { expect, test } from "vitest";
import likeInter from "@/app/ui/inter/like-inter";
import { cutInter, INTER } from "@/tests/support/inter";

test("the font of our pages is cut from that of the package: npm run font", async () => {
  expect(readFileSync(INTER).equals(await cutInter())).toBe(true);
});

test("the system's fonts that stand in for it reach as far above and below the line, in both weights", async () => {
  const { ascent, descent, lineGap } = await reachOfInter();
  const faces = standIns();
  expect(faces).toHaveLength(6);
  for (const face of faces) {
    const size = share(face["size-adjust"]);
    expect(size * share(face["ascent-override"])).toBeCloseTo(ascent, 3);
    expect(size * share(face["descent-override"])).toBeCloseTo(descent, 3);
    expect(share(face["line-gap-override"])).toBe(lineGap);
  }
});

/** In em, by the table hhea of the font (OpenType). */
async function reachOfInter(): Promise<{ ascent: number; descent: number; lineGap: number }> {
  const font = await subsetFont(readFileSync(INTER), "x", { targetFormat: "sfnt" });
  const table = (tag: string): Buffer => {
    const tables = Array.from({ length: font.readUInt16BE(4) }, (_, index) => font.subarray(12 + 16 * index));
    const entry = tables.find((record) => record.toString("latin1", 0, 4) === tag);
    return font.subarray(entry?.readUInt32BE(8));
  };
  const unitsPerEm = table("head").readUInt16BE(18);
  const [ascent = 0, descent = 0, lineGap = 0] = [4, 6, 8].map((at) => table("hhea").readInt16BE(at) / unitsPerEm);
  return { ascent, descent: -descent, lineGap };
}

function standIns(): Record<string, string>[] {
  let faces: Record<string, string>[] = [];
  const addBase = (base: object) => {
    faces = Object.values(base)[0];
  };
  likeInter.handler({ addBase } as PluginAPI);
  return faces;
}

function share(percent: string | undefined): number {
  return Number(percent?.replace("%", "")) / 100;
}
