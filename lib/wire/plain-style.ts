import { BRAND } from "@/lib/brand";

const { light, dark, onFill } = BRAND.accent;

/**
 * The look of pages that stand alone, for what cannot load the stylesheet of the others. The colors beside the accent are
 * those of app/theme.css, to which tests/brand.unit.test.ts holds them. A page is a `main` with a `header`, a `section` that
 * is the card, and maybe a `p` below.
 */
export const PLAIN_STYLE = `
:root { color-scheme: light dark; --page: #f6f6f8; --surface: #ffffff; --subtle: #f2f2f4; --line: #e2e2e7; --edge: #878892;
  --ink: #17181c; --muted: #5c5e69; --danger: #b3261e; --danger-subtle: #fdf1f0; --danger-line: #f0cfcc;
  --accent: ${light.text}; --fill: ${light.fill}; --on-fill: ${onFill}; }
@media (prefers-color-scheme: dark) { :root { --page: #0f1013; --surface: #18191e; --subtle: #1f2025; --line: #2c2d34;
  --edge: #6f717d; --ink: #f2f2f4; --muted: #a2a4b0; --danger: #ff8f87; --danger-subtle: #2a1817; --danger-line: #55302d;
  --accent: ${dark.text}; --fill: ${dark.fill}; } }
* { box-sizing: border-box; margin: 0; }
body { background: radial-gradient(70rem 26rem at 50% -8rem, color-mix(in srgb, var(--fill) 12%, transparent), transparent)
  no-repeat var(--page); color: var(--ink); font: 0.9375rem/1.5rem system-ui, sans-serif; overflow-wrap: anywhere; text-wrap: pretty; }
main { max-width: 27rem; margin: 0 auto; padding: clamp(2.5rem, 12vh, 7rem) 1rem 3rem; display: grid; gap: 1.5rem; }
main > header { display: flex; align-items: center; gap: 0.5rem; font-weight: 550; }
header svg { width: 1.75rem; }
header img { display: block; }
section { display: grid; gap: 1.5rem; padding: 2rem; background: var(--surface); border: 1px solid var(--line);
  border-radius: 14px; }
hgroup { display: grid; gap: 0.375rem; color: var(--muted); }
h1 { text-wrap: balance; color: var(--ink); font-size: 1.25rem; line-height: 1.75rem; font-weight: 550; }
main > p { color: var(--muted); font-size: 0.8125rem; line-height: 1.25rem; text-align: center; }
.button { display: block; min-height: 2.5rem; padding: 0.5rem 1rem; border: 0; border-radius: 8px; cursor: pointer;
  font: inherit; font-weight: 550; text-align: center; text-decoration: none; background: var(--fill); color: var(--on-fill); }
.button:hover { background: color-mix(in srgb, var(--fill) 88%, black); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
@media (width < 40rem) {
  main { padding: 2.5rem 1.5rem 3rem; }
  section { padding: 0; border: 0; background: none; }
  main > p { text-align: start; }
  .button { min-height: 2.75rem; padding: 0.625rem 1rem; }
}
`;
