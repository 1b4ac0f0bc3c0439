import { AUTH_ERRORS } from "@/lib/auth/model/errors";
import { BRAND } from "@/lib/brand";
import { markSvg } from "./mark";
import { PLAIN_STYLE } from "./plain-style";

export const RETRY_AFTER_SECONDS = 5;

/** The page for a database outage. It reloads by itself, since its reader can do nothing else. */
export function unavailablePage(nonce: string): string {
  const text = AUTH_ERRORS.unavailable.message;
  return failurePage({ nonce, title: "Back in a moment", text, again: RETRY_AFTER_SECONDS });
}

/**
 * The page for a fault of ours, in place of Next's, which is blank without JavaScript.
 * @param number finds the log's lines about this request
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

/** A page that uses no part of other pages, because that part may have failed. `again`: reloads after so many seconds. */
function failurePage({ nonce, title, text, footer, again }: FailurePage): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${again ? `<meta http-equiv="refresh" content="${again}">\n` : ""}<title>${title}</title>
<style nonce="${nonce}">${PLAIN_STYLE}</style>
</head>
<body>
<main>
<header>
${markSvg()}
<span>${escaped(BRAND.name)}</span>
</header>
<section>
<hgroup>
<h1>${title}</h1>
<p>${text}</p>
</hgroup>
<a href="" class="button">Try again</a>
</section>
${footer ? `<p>${footer}</p>\n` : ""}</main>
</body>
</html>
`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
