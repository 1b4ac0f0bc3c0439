import { requestValue } from "./request";
import { singleton } from "./singleton";

/** The addresses at which a page is the same for every visitor without a session, as the page says. */
type StockPage = { addresses: ReadonlySet<string> };

/** One answer in the making, and what its page said of itself. */
export type Render = { page?: StockPage };

const renders = requestValue<Render>("render");
const edition = singleton("stock-edition", () => ({ current: 0 }));

/**
 * Says that the present page is the same for every visitor without a session, so that our front may keep it and hand it out with a
 * fresh nonce. A page calls it after it found no session, and reads nothing else of its visitor: no cookie, no header, no row.
 * Without our front it does nothing.
 * @param path the page's own address
 * @param messages the values of `?message=` that it has words for. Any other query is rendered anew.
 */
export function keepInStock(path: string, messages: Iterable<string> = []): void {
  const render = renders.get();
  if (!render) return;
  const withMessages = Array.from(messages, (message) => `${path}?message=${message}`);
  render.page = { addresses: new Set([path, ...withMessages]) };
}

/** Handles a request, and notes in `render` what its page says of itself. */
export function watchRender(render: Render, handle: () => void): void {
  renders.run(render, handle);
}

/** Empties the stock, because something that pages show has changed. */
export function emptyStock(): void {
  edition.current++;
}

/** Counts how often the stock was emptied. */
export function stockEdition(): number {
  return edition.current;
}
