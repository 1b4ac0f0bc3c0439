import { BRAND } from "@/lib/brand";

// Mail programs know no CSS variables, so a mail carries the values; those beside the accent are of app/theme.css.
const { light, dark, onFill } = BRAND.accent;

const FONT = '-apple-system, BlinkMacSystemFont, "Segoe UI", Inter, Roboto, Helvetica, Arial, sans-serif';
const MONO = 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace';

/** Inline styles: what every mail program understands. Light is the look without media queries. */
export const styles = {
  page: { margin: 0, backgroundColor: "#f7f7f8", color: "#17181c", fontFamily: FONT, padding: "40px 16px" },
  card: { maxWidth: "480px", backgroundColor: "#ffffff", border: "1px solid #e3e3e7", borderRadius: "12px" },
  inside: { padding: "32px" },
  brand: { margin: "0 0 24px", fontSize: "14px", lineHeight: "20px", fontWeight: 600 },
  heading: { margin: "0 0 16px", fontSize: "20px", lineHeight: "28px", fontWeight: 600 },
  text: { margin: "0 0 16px", fontSize: "16px", lineHeight: "24px", overflowWrap: "anywhere" },
  muted: { margin: "0 0 8px", color: "#5c5e69", fontSize: "14px", lineHeight: "20px", overflowWrap: "anywhere" },
  button: {
    margin: "8px 0 24px",
    padding: "12px 20px",
    backgroundColor: light.fill,
    color: onFill,
    borderRadius: "8px",
    fontSize: "16px",
    fontWeight: 600,
  },
  link: { color: light.text, textDecoration: "underline" },
  code: {
    margin: "8px 0 24px",
    padding: "16px",
    backgroundColor: "#f7f7f8",
    borderRadius: "8px",
    fontFamily: MONO,
    fontSize: "32px",
    lineHeight: "40px",
    fontWeight: 600,
    letterSpacing: "8px",
    textAlign: "center",
  },
  rule: { margin: "8px 0 16px", borderTop: "1px solid #e3e3e7" },
  footer: { margin: "24px 0 0", color: "#5c5e69", fontSize: "12px", lineHeight: "16px", textAlign: "center" },
} as const;

/** The dark look, for mail programs that ask for it; `!important` because it overrides inline styles. */
export const DARK_CSS = `
:root { color-scheme: light dark; supported-color-schemes: light dark; }
@media (prefers-color-scheme: dark) {
  .page, .page > table > tbody > tr > td { background-color: #0f1013 !important; color: #f2f2f4 !important; }
  .card { background-color: #17181c !important; border-color: #2c2d34 !important; }
  .code { background-color: #0f1013 !important; }
  .muted { color: #a2a4b0 !important; }
  .link { color: ${dark.text} !important; }
  .rule { border-color: #2c2d34 !important; }
}`;
