import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import subsetFont from "subset-font";

/** Inter as our pages use it. `npm run font` makes it from the package. */
export const INTER = "app/ui/inter/latin.woff2";
const WHOLE = "node_modules/@fontsource-variable/inter/files/inter-latin-wght-normal.woff2";
const CUT = {
  targetFormat: "woff2" as const,
  // The weights of app/globals.css.
  variationAxes: { wght: { min: 400, max: 550 } },
  // Only those features of Inter that set letters right.
  keepFeatures: ["kern", "ccmp", "locl", "mark", "mkmk"],
};
/** The letters of the package's Latin file, by their numbers, from and to. */
const LETTERS: [from: number, to: number][] = [
  [0x20, 0x7e],
  [0xa0, 0xff],
  [0x131, 0x131],
  [0x152, 0x153],
  [0x2bb, 0x2dc],
  [0x2000, 0x206f],
  [0x20ac, 0x20ac],
  [0x2122, 0x2122],
  [0x2190, 0x2215],
];

/** The package's Latin file, without the weights and features that our pages do not use. */
export function cutInter(): Promise<Buffer> {
  const text = LETTERS.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, n) => from + n));
  return subsetFont(readFileSync(WHOLE), String.fromCodePoint(...text), CUT);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) writeFileSync(INTER, await cutInter());
