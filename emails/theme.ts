import { BRAND } from "@/lib/brand";

// Mail programs know no CSS variables, so a mail carries the values; except for the accent they are those of app/theme.css.
const { light, dark, onFill } = BRAND.accent;

const FONT = '-apple-system, BlinkMacSystemFont, "Segoe UI", Inter, Roboto, Helvetica, Arial, sans-serif';
const MONO = 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace';

/** Inline styles, which every mail program understands. The light theme needs no media query. */
export const styles = {
  body: { margin: 0, padding: 0, backgroundColor: "#f6f6f8", color: "#17181c", fontFamily: FONT },
  page: { padding: "48px 16px", backgroundColor: "#f6f6f8", fontFamily: FONT },
  preview: { display: "none", overflow: "hidden", maxHeight: 0, maxWidth: 0, opacity: 0 },
  card: {
    maxWidth: "520px",
    textAlign: "left",
    backgroundColor: "#ffffff",
    border: "1px solid #e2e2e7",
    borderRadius: "14px",
    borderCollapse: "separate",
  },
  inside: { padding: "40px" },
  brand: { margin: "0 0 32px" },
  mark: {
    width: "32px",
    height: "32px",
    backgroundColor: light.fill,
    color: onFill,
    borderRadius: "8px",
    fontSize: "18px",
    lineHeight: "32px",
    fontWeight: 700,
  },
  name: { padding: "0 0 0 10px", fontSize: "16px", lineHeight: "24px", fontWeight: 600 },
  heading: { margin: "0 0 16px", fontSize: "24px", lineHeight: "32px", fontWeight: 600 },
  text: { margin: "0 0 16px", fontSize: "16px", lineHeight: "24px", overflowWrap: "anywhere" },
  muted: { margin: "0 0 8px", color: "#5c5e69", fontSize: "14px", lineHeight: "20px", overflowWrap: "anywhere" },
  facts: { margin: "0 0 16px" },
  action: { margin: "16px 0 28px" },
  button: { backgroundColor: light.fill, borderRadius: "8px" },
  buttonLink: {
    display: "inline-block",
    padding: "12px 24px",
    color: onFill,
    fontSize: "16px",
    lineHeight: "24px",
    fontWeight: 600,
    textDecoration: "none",
  },
  link: { color: light.text, textDecoration: "underline" },
  code: {
    margin: "8px 0 24px",
    // The space after the last digit is not seen.
    padding: "20px 20px 20px 28px",
    backgroundColor: "#f6f6f8",
    borderRadius: "8px",
    fontFamily: MONO,
    fontSize: "32px",
    lineHeight: "40px",
    fontWeight: 600,
    letterSpacing: "8px",
    textAlign: "center",
  },
  rule: { margin: "24px 0 20px", border: "none", borderTop: "1px solid #e2e2e7" },
  footer: { margin: "24px 0 0", color: "#5c5e69", fontSize: "12px", lineHeight: "16px", textAlign: "center" },
} as const;

/**
 * The stylesheet, for mail programs that know one: phones and the dark theme. `!important` because it overrides inline styles.
 */
export const CSS = `
h1 { text-wrap: balance; }
p { text-wrap: pretty; }
.action:last-child { margin-bottom: 0 !important; }
@media (max-width: 480px) { .inside { padding: 32px 24px !important; } }
:root { color-scheme: light dark; supported-color-schemes: light dark; }
@media (prefers-color-scheme: dark) {
  .page { background-color: #0f1013 !important; color: #f2f2f4 !important; }
  .card { background-color: #18191e !important; border-color: #2c2d34 !important; }
  .code { background-color: #0f1013 !important; }
  .muted { color: #a2a4b0 !important; }
  .link { color: ${dark.text} !important; }
  .rule { border-color: #2c2d34 !important; }
}`;
