import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { SESSION_COOKIE } from "@/lib/wire/cookies";
import { renderPage } from "./render-page";

/**
 * Whether Next is about to answer a person with a session by its own page for 403 or 404. That has no frame, and may be blank
 * without JavaScript: see ARCHITECTURE.md, "A page from stock".
 */
export function isDeadEnd({ method, headers }: IncomingMessage, res: ServerResponse, status: number): boolean {
  if ((status !== 403 && status !== 404) || (method !== "GET" && method !== "HEAD")) return false;
  if (!headers.accept?.includes("text/html") || !headers.cookie?.includes(SESSION_COOKIE())) return false;
  return String(res.getHeader("content-type")).startsWith("text/html");
}

/**
 * What such a person gets instead: app/dead-end, under the same status.
 * @param listener as for `renderPage`
 */
export async function renderDeadEnd(
  listener: RequestListener,
  { headers }: IncomingMessage,
  status: number,
): Promise<{ status: number; headers: Headers; body: string }> {
  const page = await renderPage(listener, `/dead-end/${status}`, { accept: "text/html", cookie: headers.cookie ?? "" });
  // Another status than 200 is an outage, or a fault of ours.
  return {
    status: page.status === 200 ? status : page.status,
    headers: new Headers(page.headers),
    body: page.body.toString(),
  };
}
