import { PLAIN_STYLE } from "@/lib/wire/plain-style";
import { createNonce, setSecurityHeaders } from "@/lib/wire/security-headers";
import { Html, html } from "./html";
import { themeMarks, themeStyle } from "./theme";

/** The style of forms, which our other plain pages do not have. */
const STYLE = `
strong, label { font-weight: 550; }
form p, label, label small { font-size: 0.8125rem; line-height: 1.25rem; }
form p, label small { color: var(--muted); font-weight: 400; }
form, label { display: grid; gap: 0.375rem; }
form { gap: 1.25rem; }
input { font: inherit; font-size: 0.9375rem; font-weight: 400; color: inherit; background: var(--surface);
  border: 1px solid var(--edge); border-radius: 8px; height: 2.5rem; padding: 0 0.75rem; width: 100%; }
input:hover { border-color: var(--muted); }
input:focus-visible { border-color: var(--accent); outline-offset: 0; }
[data-component="check"] { display: flex; gap: 0.5rem; align-items: center; font-weight: 400; }
input[type="checkbox"] { flex: none; width: 1rem; height: 1rem; accent-color: var(--fill); }
a, button[data-component="link"] { color: var(--accent); font: inherit; font-weight: 550; text-decoration: none; }
a:hover, button[data-component="link"]:hover { text-decoration: underline; }
button[data-component="link"] { border: 0; background: none; padding: 0.25rem; cursor: pointer; font-size: 0.8125rem; }
nav { display: grid; gap: 0.75rem; }
nav .button { border: 1px solid var(--line); background: none; color: var(--ink); }
nav .button:hover { background: var(--subtle); text-decoration: none; }
form [role="alert"] { background: var(--danger-subtle); border: 1px solid var(--danger-line); color: var(--danger);
  border-radius: 8px; padding: 0.625rem 0.75rem; }
[role="alert"]:has(span:empty) { display: none; }
@media (width < 40rem) {
  /* Below 16 pixels, iOS zooms into the page when an input takes focus. */
  input { height: 2.75rem; font-size: 1rem; }
}
`;

type PageProps = { brand: string; title: string; lead: string; content: Html };

/** Draws a page of one card. The returned function answers it with a status. */
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
<style nonce="${nonce}">${new Html(PLAIN_STYLE + STYLE + themeStyle())}</style>
</head>
<body><main><header>${logo}${brand}</header><section><hgroup><h1>${title}</h1>
<p>${lead}</p></hgroup>
${content}</section></main></body>
</html>
`;
  return (status) => {
    const headers = new Headers({ "content-type": "text/html; charset=utf-8" });
    setSecurityHeaders(headers, nonce);
    return new Response(markup.text, { status, headers });
  };
}
