import { BRAND } from "@/lib/brand";

const { accent, mark } = BRAND;
const { light, onFill } = accent;

/** The mark on its tile as SVG, for what is not a page of ours. `radius` rounds the tile, whose side is 28; `margin` is left around it. */
export function markSvg({ radius = 7, margin = 0 } = {}): string {
  const drawn = mark.line ? `fill="none" stroke="${onFill}" stroke-width="${mark.line}"` : `fill="${onFill}"`;
  const size = 28 + 2 * margin;
  const tile = `<rect width="28" height="28" rx="${radius}" fill="${light.fill}"/>`;
  const shape = `<path d="${mark.path}" ${drawn} stroke-linecap="round" stroke-linejoin="round"/>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" aria-hidden="true" viewBox="${-margin} ${-margin} ${size} ${size}">${tile}${shape}</svg>`;
}
