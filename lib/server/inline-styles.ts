import { readFile } from "node:fs/promises";
import { join } from "node:path";

const SHEET = /<link rel="stylesheet" href="(\/_next\/static\/[^"?]+\.css)[^"]*" nonce="([^"]+)"[^>]*\/>/g;
const ADDRESS = /url\((\.[^)]+)\)/g;

/**
 * Puts the stylesheets of a page into the page, so that a browser draws it without waiting for another answer. React loads the
 * files once it runs, so the next page has them.
 */
export async function inlineStyles(html: string): Promise<string> {
  let inlined = html;
  for (const [link, href = "", nonce] of html.matchAll(SHEET)) {
    const css = await readFile(join(".next", href.slice("/_next".length)), "utf8");
    if (css.includes("</style")) continue;
    // Addresses in a stylesheet are relative to its file, not to the page.
    const moved = css.replace(ADDRESS, (_, address) => `url(${new URL(address, `http://localhost${href}`).pathname})`);
    inlined = inlined.replace(link, () => `<style nonce="${nonce}">${moved}</style>`);
  }
  return inlined;
}
