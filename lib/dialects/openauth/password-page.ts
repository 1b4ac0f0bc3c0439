import { BRAND } from "@/lib/brand";
import { createNonce, setSecurityHeaders } from "@/lib/wire/security-headers";
import { Html, html } from "./html";
import { themeMarks, themeStyle } from "./theme";

const { light, dark, onFill } = BRAND.accent;

/** The other colors are those of app/theme.css, which only the app's own pages can load. */
const STYLE = `
:root { color-scheme: light dark; --page: #f7f7f8; --surface: #fff; --line: #e3e3e7; --edge: #878892; --ink: #17181c;
  --muted: #5c5e69; --accent: ${light.text}; --fill: ${light.fill}; --on-fill: ${onFill}; --danger: #b3261e; --danger-subtle: #fdf1f0; }
@media (prefers-color-scheme: dark) { :root { --page: #0f1013; --surface: #17181c; --line: #2c2d34; --edge: #6f717d;
  --ink: #f2f2f4; --muted: #a2a4b0; --accent: ${dark.text}; --fill: ${dark.fill}; --danger: #ff8f87; --danger-subtle: #2a1817; } }
* { box-sizing: border-box; margin: 0; }
body { background: var(--page); color: var(--ink); font: 0.9375rem/1.5 system-ui, sans-serif; }
main { max-width: 25rem; margin: 0 auto; padding: clamp(2.5rem, 12vh, 7rem) 1.5rem 3rem; display: grid; gap: 1.5rem; }
section { background: var(--surface); border: 1px solid var(--line); border-radius: 12px; padding: 2rem; display: grid;
  gap: 1.25rem; }
h1 { font-size: 1.25rem; font-weight: 550; }
strong, label { font-weight: 550; }
header p, form p { color: var(--muted); font-size: 0.8125rem; }
form, label { display: grid; gap: 0.375rem; }
form { gap: 1rem; }
input { font: inherit; color: inherit; background: var(--surface); border: 1px solid var(--edge); border-radius: 8px;
  height: 2.5rem; padding: 0 0.75rem; width: 100%; }
[data-component="check"] { display: flex; gap: 0.5rem; font-size: 0.8125rem; font-weight: 400; }
input[type="checkbox"] { flex: none; width: 1rem; height: 1rem; margin-top: 0.125rem; accent-color: var(--fill); }
label input { font-weight: 400; }
button { font: inherit; font-weight: 550; height: 2.5rem; border: 0; border-radius: 8px; cursor: pointer; color: var(--on-fill);
  background: var(--fill); }
a, button[data-component="link"] { color: var(--accent); font-weight: 550; text-decoration: none; background: none; }
nav { display: grid; gap: 0.75rem; }
a[data-component="button"] { border: 1px solid var(--edge); border-radius: 8px; padding: 0.5rem; text-align: center;
  color: var(--ink); }
a:hover { text-decoration: underline; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
form [role="alert"] { background: var(--danger-subtle); color: var(--danger); border-radius: 8px; padding: 0.625rem 0.75rem; }
[role="alert"]:has(span:empty) { display: none; }
`;

type PageProps = { brand: string; title: string; lead: string; content: Html };

/** A page of one card, for the status it is answered with. */
export function page({ brand, title, lead, content }: PageProps): (status: number) => Response {
  const nonce = createNonce();
  const { icon, logo } = themeMarks();
  const markup = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title} · ${brand}</title>${icon}
<style nonce="${nonce}">${new Html(STYLE + themeStyle())}</style>
</head>
<body><main>${logo}<strong>${brand}</strong><section><header><h1>${title}</h1>
<p>${lead}</p></header>
${content}</section></main></body>
</html>
`;
  return (status) => {
    const headers = new Headers({ "content-type": "text/html; charset=utf-8" });
    setSecurityHeaders(headers, nonce);
    return new Response(markup.text, { status, headers });
  };
}
