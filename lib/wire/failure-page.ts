import { AUTH_ERRORS } from "@/lib/auth/model/errors";
import { BRAND } from "@/lib/brand";
import { markSvg } from "./mark";

export const RETRY_AFTER_SECONDS = 5;

const { light, dark, onFill } = BRAND.accent;

// It cannot ask app/theme.css, so it has those colors by value.
const STYLE = `
:root { color-scheme: light dark; --fill: ${light.fill}; font: 15px/1.6 system-ui, sans-serif; background: #f6f6f8; color: #17181c; }
main { max-width: 22rem; margin: min(12vh, 7rem) auto 0; padding: 0 1.5rem; }
header { display: flex; align-items: center; gap: 0.5rem; font-weight: 600; }
svg { width: 1.75rem; }
section { margin-top: 1.5rem; padding: 2rem; border: 1px solid #e2e2e7; border-radius: 14px; background: #fff; }
h1 { margin: 0 0 0.5rem; font-size: 1.25rem; line-height: 1.3; }
p { margin: 0 0 1.5rem; }
section + p { margin: 1rem 0; font-size: 13px; opacity: 0.75; overflow-wrap: anywhere; }
a { display: block; padding: 0.5rem 1rem; border-radius: 8px; background: var(--fill); color: ${onFill}; text-align: center; font-weight: 600; text-decoration: none; }
@media (prefers-color-scheme: dark) {
  :root { --fill: ${dark.fill}; background: #0f1013; color: #f2f2f4; }
  section { border-color: #2c2d34; background: #18191e; }
}`;

/** The page for when the database is away. It asks again by itself, since that is all its reader can do. */
export function unavailablePage(nonce: string): string {
  const text = AUTH_ERRORS.unavailable.message;
  return failurePage({ nonce, title: "Back in a moment", text, again: RETRY_AFTER_SECONDS });
}

/**
 * The page for a fault of ours, in place of Next's, which is blank where no script runs.
 * @param number by which the log's lines about this request are found
 */
export function brokenPage(nonce: string, number: string | undefined): string {
  const footer = number && `If this keeps happening, tell us this number: ${number}`;
  return failurePage({ nonce, title: BROKEN.title, text: BROKEN.text, footer });
}

/** What is said of a fault of ours, with or without script. */
const BROKEN = {
  title: "Something went wrong on our side",
  text: "We could not load this page. Nothing is lost. Please try again in a moment.",
};

type FailurePage = { nonce: string; title: string; text: string; footer?: string; again?: number };

/** A page that stands alone, because what every other page is made of may be what failed. `again`: seconds. */
function failurePage({ nonce, title, text, footer, again }: FailurePage): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${again ? `<meta http-equiv="refresh" content="${again}">\n` : ""}<title>${title}</title>
<style nonce="${nonce}">${STYLE}
</style>
</head>
<body>
<main>
<header>
${markSvg().replace("<svg ", '<svg aria-hidden="true" ')}
<span>${escaped(BRAND.name)}</span>
</header>
<section>
<h1>${title}</h1>
<p>${text}</p>
<a href="">Try again</a>
</section>
${footer ? `<p>${footer}</p>\n` : ""}</main>
</body>
</html>
`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
