import plugin from "tailwindcss/plugin";

/**
 * In em: how far Inter reaches above and below the line, by its own tables, and how wide its letters are on an average
 * over the words of our buttons and links, as a browser sets them. What stands at the left does not move by its width.
 */
const INTER = { ascent: 0.9688, descent: 0.2412, average: { 400: 0.5142, 550: 0.5217 } };

/** Fonts that systems have, with that average of theirs: Windows, macOS and iOS the first, Android, and a bare Linux. */
const SYSTEM_FONTS = {
  Arial: { average: 0.4856, same: ["Liberation Sans", "Arimo"] },
  Roboto: { average: 0.4798, same: [] },
  "DejaVu Sans": { average: 0.5432, same: [] },
};

/** Makes them take Inter's place: a page that is drawn before Inter has come is laid out as it will be with it. */
export default plugin(({ addBase }) => {
  addBase({
    "@font-face": Object.entries(SYSTEM_FONTS).flatMap(([name, { average, same }]) =>
      Object.entries(INTER.average).map(([weight, inters]) => ({
        "font-family": `"${name} like Inter"`,
        "font-weight": weight,
        src: [name, ...same].map((local) => `local("${local}")`).join(", "),
        "size-adjust": percent(inters / average),
        "ascent-override": percent((INTER.ascent * average) / inters),
        "descent-override": percent((INTER.descent * average) / inters),
        "line-gap-override": "0%",
      })),
    ),
  });
});

function percent(share: number): string {
  return `${(share * 100).toFixed(2)}%`;
}
