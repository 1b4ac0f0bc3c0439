import plugin from "tailwindcss/plugin";

/**
 * In em: how far Inter reaches above and below the line, by its own tables, and the average width of its letters over the words
 * of our buttons and links, as a browser sets them. Text that begins at the left does not move when its width changes.
 */
const INTER = { ascent: 0.9688, descent: 0.2412, average: { 400: 0.5142, 550: 0.5217 } };

/** Fonts of systems, and the same average of theirs: first Windows, macOS and iOS, then Android, then a bare Linux. */
const SYSTEM_FONTS = {
  Arial: {
    400: { average: 0.4856, names: ["Arial", "Liberation Sans", "Arimo"] },
    550: { average: 0.5196, names: ["Arial Bold", "Liberation Sans Bold", "Arimo Bold"] },
  },
  Roboto: { 400: { average: 0.4798, names: ["Roboto"] }, 550: { average: 0.4827, names: ["Roboto Medium"] } },
  "DejaVu Sans": {
    400: { average: 0.5432, names: ["DejaVu Sans"] },
    550: { average: 0.6106, names: ["DejaVu Sans Bold"] },
  },
};

/** Makes these fonts take Inter's place, so that a page which is drawn before Inter has loaded keeps its layout. */
export default plugin(({ addBase }) => {
  addBase({
    "@font-face": Object.entries(SYSTEM_FONTS).flatMap(([family, fonts]) =>
      ([400, 550] as const).map((weight) => {
        const { average, names } = fonts[weight];
        const size = INTER.average[weight] / average;
        return {
          "font-family": `"${family} like Inter"`,
          "font-weight": String(weight),
          src: names.map((name) => `local("${name}")`).join(", "),
          "size-adjust": percent(size),
          "ascent-override": percent(INTER.ascent / size),
          "descent-override": percent(INTER.descent / size),
          "line-gap-override": "0%",
        };
      }),
    ),
  });
});

function percent(share: number): string {
  return `${(share * 100).toFixed(2)}%`;
}
