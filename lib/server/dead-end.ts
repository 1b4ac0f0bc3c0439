import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { SESSION_COOKIE } from "@/lib/wire/cookies";
import { renderPage } from "./render-page";

/** Headers of the connection within the process. */
const NOT_OF_THE_PAGE = ["connection", "keep-alive", "transfer-encoding", "date", "content-length"];

/**
 * Whether Next is about to refuse a page to a person with a session. Its page lacks the frame of the signed-in, because Next would
 * send that with every page, in case; and what `notFound()` or `forbidden()` leave of a page is blank without JavaScript.
 */
export function isDeadEnd({ method, headers }: IncomingMessage, res: ServerResponse, status: number): boolean {
  if ((status !== 403 && status !== 404) || (method !== "GET" && method !== "HEAD")) return false;
  if (!headers.accept?.includes("text/html") || !headers.cookie?.includes(SESSION_COOKIE())) return false;
  return String(res.getHeader("content-type")).startsWith("text/html");
}

/** The page that such a person gets instead, which app/dead-end draws. @param listener renders a page */
export async function renderDeadEnd(listener: RequestListener, { headers }: IncomingMessage, status: number) {
  const page = await renderPage(listener, `/dead-end/${status}`, { accept: "text/html", cookie: headers.cookie ?? "" });
  const kept = Object.entries(page.headers).filter(([name]) => !NOT_OF_THE_PAGE.includes(name));
  // Another status than 200 is an outage, or a fault of ours.
  return { status: page.status === 200 ? status : page.status, headers: new Headers(kept), body: page.body.toString() };
}
