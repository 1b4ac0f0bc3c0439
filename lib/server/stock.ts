import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { log } from "@/lib/log";
import { type Render, stockEdition, watchRender } from "@/lib/stock";
import { DEVICE_COOKIE, REGISTRATION_COOKIE, SESSION_COOKIE } from "@/lib/wire/cookies";
import { createNonce } from "@/lib/wire/security-headers";
import { inlineStyles } from "./inline-styles";
import { renderPage } from "./render-page";
import { type StockedPage, stockPage } from "./stocked-page";

const AGAIN_AFTER_MS = 60_000;
/** Headers by which Next asks for a part of a page, and not for a document. */
const OF_NEXT = /^(rsc|next-.*)$/;
/** The quality values with which a client accepts gzip (RFC 9110, section 12.5.3). 0 means no. */
const GZIP = /(?:^|,)\s*gzip\s*(?:;\s*q=([\d.]+)\s*)?(?:,|$)/i;

type Place = { edition: number; page: StockedPage | null; askedAt: number };

/**
 * Pages that say by `keepInStock` that they are the same for every visitor: each is rendered once, and handed out with a fresh
 * nonce each time. Pages name their addresses, so there are few.
 * @param listener renders a page
 */
export function createStock(listener: RequestListener) {
  const places = new Map<string, Place>();

  /** Answers from stock. @returns false when Next must answer this request */
  function serve(req: IncomingMessage, res: ServerResponse): boolean {
    const place = places.get(req.url ?? "");
    if (!place?.page || place.edition !== stockEdition() || !isVisit(req)) return false;
    const { headers, body } = place.page(createNonce(), takesGzip(req));
    res.writeHead(200, headers);
    res.end(req.method === "HEAD" ? undefined : body);
    return true;
  }

  /** Lets `handle` answer a request, and afterwards takes its page into stock if the page says so. */
  function watch(req: IncomingMessage, res: ServerResponse, handle: () => void): void {
    if (!isVisit(req)) {
      handle();
      return;
    }
    const render: Render = {};
    const address = req.url ?? "";
    res.once("finish", () => {
      if (render.page?.addresses.has(address)) void takeIn(address);
    });
    watchRender(render, handle);
  }

  async function takeIn(address: string): Promise<void> {
    const [known, edition] = [places.get(address), stockEdition()];
    if (known?.edition === edition && (known.page || performance.now() - known.askedAt < AGAIN_AFTER_MS)) return;
    const place: Place = { edition, page: null, askedAt: performance.now() };
    places.set(address, place);
    try {
      const visits = VISITORS().map(async (headers) => {
        const page = await renderPage(listener, address, headers);
        return { ...page, body: Buffer.from(await inlineStyles(page.body.toString())) };
      });
      const [first, second] = await Promise.all(visits);
      if (!first?.page?.addresses.has(address) || !second?.page?.addresses.has(address))
        throw new Error("it is not stock");
      place.page = stockPage(first, second);
    } catch (err) {
      log.warn(
        { event: "stock.refused", address, reason: err instanceof Error ? err.message : "unknown" },
        "rendered anew for everyone",
      );
    }
  }

  return { serve, watch };
}

/** Two visitors without a session who differ in everything, so that a page which reads its visitor differs too. */
const VISITORS = (): Record<string, string>[] => [
  {},
  {
    "accept-language": "de-DE, de;q=0.9",
    cookie: `${DEVICE_COOKIE()}=other; ${REGISTRATION_COOKIE()}=other`,
    "user-agent":
      "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
    "x-forwarded-for": "203.0.113.7",
  },
];

/** Whether a visitor without a session asks for a whole page. A request with any session cookie is left to the page. */
function isVisit({ method, headers }: IncomingMessage): boolean {
  if (method !== "GET" && method !== "HEAD") return false;
  if (headers.cookie?.includes(SESSION_COOKIE())) return false;
  for (const name in headers) if (OF_NEXT.test(name)) return false;
  return true;
}

function takesGzip({ headers }: IncomingMessage): boolean {
  const found = GZIP.exec(String(headers["accept-encoding"] ?? ""));
  return found !== null && Number(found[1] ?? 1) > 0;
}
