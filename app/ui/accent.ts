import plugin from "tailwindcss/plugin";
import { BRAND } from "../../lib/brand";

const { light, dark, onFill } = BRAND.accent;

/** Writes the accent of `lib/brand.ts` into the stylesheet while it is built, so that no page has to. */
export default plugin(({ addBase }) => {
  addBase({
    ":root": {
      "--accent": `light-dark(${light.text}, ${dark.text})`,
      "--accent-fill": `light-dark(${light.fill}, ${dark.fill})`,
      "--accent-fill-strong": "color-mix(in srgb, var(--accent-fill) 88%, black)",
      "--on-accent": onFill,
    },
  });
});
