import type { IncomingMessage, ServerResponse } from "node:http";
import { AUTH_ERRORS } from "@/lib/auth/model/errors";
import { noteOutages } from "@/lib/db/request-outage";
import { watchActionStart } from "@/lib/wire/action-start";
import { createNonce, setSecurityHeaders } from "@/lib/wire/security-headers";
import { RETRY_AFTER_SECONDS, unavailablePage } from "@/lib/wire/unavailable-page";
import { mayCallAction } from "./check-request";

/** Every way in which an answer begins. */
const BEGINNINGS = ["writeHead", "flushHeaders", "write", "end"] as const;
/** What the answer that is replaced may have said of itself. */
const NOT_THIS_ANSWERS = ["content-encoding", "content-length", "transfer-encoding", "etag", "link", "set-cookie"];
/** Where programs ask, which do not read pages. */
const API = /^\/(api|auth|store|admin\/(invites|users)|openauth|\.well-known)(\/|\?|$)/;

type Answer = { status: number; headers: Headers; body: string };

/**
 * Lets Next handle the request, and answers in its place where its own answer does not help: 503 and a page that stands
 * alone where the database is away, 400 where an action was sent what cannot be read (both are a bare 500 of Next's),
 * and JSON where an interface has no such route.
 */
export function answerFailures(req: IncomingMessage, res: ServerResponse, handle: () => void): void {
  const outage = { seen: false };
  const action = { seen: false };
  let replaced = false;
  for (const name of BEGINNINGS) {
    const method = res[name] as (...args: unknown[]) => unknown;
    const instead = (...args: unknown[]) => {
      const status = Number(name === "writeHead" ? args[0] : res.statusCode);
      const better = replaced || res.headersSent ? null : betterAnswer(req, res, status, outage.seen, action.seen);
      if (better) {
        replaced = true;
        send(req, res, better);
      } else if (!replaced && status === 308 && !res.headersSent) nameType(res);
      if (!replaced) return method.apply(res, args);
      return name === "write" ? true : res;
    };
    Object.assign(res, { [name]: instead });
  }
  const watched = () => noteOutages(outage, handle);
  if (mayCallAction(req)) watchActionStart(action, watched);
  else watched();
}

function betterAnswer(
  req: IncomingMessage,
  res: ServerResponse,
  status: number,
  outage: boolean,
  actionBegan: boolean,
): Answer | null {
  const type = String(res.getHeader("content-type") ?? "");
  if (status === 500 && outage)
    return req.headers.accept?.includes("text/html") ? unavailableHtml() : unavailableJson();
  // Interfaces say themselves what failed. Next's bare text comes where one has no such address.
  const isInterfaces = API.test(req.url ?? "") && type !== "text/plain";
  if (status === 500 && mayCallAction(req) && !actionBegan && !isInterfaces) return text(400, UNREADABLE);
  if (!API.test(req.url ?? "")) return null;
  if (status === 404 && type.startsWith("text/html")) return json(404, "not_found", AUTH_ERRORS.not_found.message);
  return null;
}

/** Next sends from an address with a slash too many to the right one with a text that it does not call one. */
function nameType(res: ServerResponse): void {
  if (!res.hasHeader("content-type")) res.setHeader("content-type", "text/plain; charset=utf-8");
}

const UNREADABLE = "What was sent could not be read, so nothing was done. Reload the page and try again.\n";

function send(req: IncomingMessage, res: ServerResponse, { status, headers, body }: Answer): void {
  for (const name of BEGINNINGS) delete (res as Partial<ServerResponse>)[name];
  for (const name of NOT_THIS_ANSWERS) res.removeHeader(name);
  res.writeHead(status, Object.fromEntries(headers));
  res.end(req.method === "HEAD" ? undefined : body);
}

function unavailableHtml(): Answer {
  const nonce = createNonce();
  const headers = new Headers({ "content-type": "text/html; charset=utf-8", "x-content-type-options": "nosniff" });
  setSecurityHeaders(headers, nonce);
  headers.set("retry-after", String(RETRY_AFTER_SECONDS));
  return { status: 503, headers, body: unavailablePage(nonce) };
}

function unavailableJson(): Answer {
  const answer = json(503, "unavailable", AUTH_ERRORS.unavailable.message);
  answer.headers.set("retry-after", String(RETRY_AFTER_SECONDS));
  return answer;
}

function json(status: number, error: string, message: string): Answer {
  const headers = new Headers({ "content-type": "application/json", "cache-control": "no-store" });
  return { status, headers, body: JSON.stringify({ error, message }) };
}

function text(status: number, body: string): Answer {
  const headers = new Headers({ "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" });
  return { status, headers, body };
}
