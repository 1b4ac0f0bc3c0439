/**
 * What the site is called and what it looks like: pages, mails, the icon, authenticator apps, OpenAuth's screens and
 * commands read it here. Other colors are in app/theme.css; tests/brand.unit.test.ts says which contrasts are too low.
 */
export const BRAND = {
  name: "Latchkey",
  /** As #rrggbb. `text` is for links, `fill` for buttons and the tile of the mark, `onFill` for what is written on them. */
  accent: {
    light: { text: "#4353d9", fill: "#4353d9" },
    dark: { text: "#98a3ff", fill: "#5262ea" },
    onFill: "#ffffff",
  },
  /** A key whose stem and bit draw an L. Drawn as a line of this width, on a tile of 28 by 28; 0 fills the shape instead. */
  mark: { path: "M12 13a3.75 3.75 0 1 1 0-7.5 3.75 3.75 0 0 1 0 7.5v8.25h6.5M12 17.25h4", line: 2.5 },
};
