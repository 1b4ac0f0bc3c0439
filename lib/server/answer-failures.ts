import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { AUTH_ERRORS } from "@/lib/auth/model/errors";
import { noteOutages } from "@/lib/db/request-outage";
import { log, requestNumber } from "@/lib/log";
import { watchActionStart } from "@/lib/wire/action-start";
import { brokenPage, RETRY_AFTER_SECONDS, unavailablePage } from "@/lib/wire/failure-page";
import { createNonce, setSecurityHeaders } from "@/lib/wire/security-headers";
import { mayCallAction } from "./check-request";
import { isDeadEnd, renderDeadEnd } from "./dead-end";

/** The methods that begin an answer. */
const BEGINNINGS = ["writeHead", "flushHeaders", "write", "end"] as const;
/** Headers of the replaced answer that do not fit the new one. */
const NOT_THIS_ANSWERS = ["content-encoding", "content-length", "transfer-encoding", "etag", "link", "set-cookie"];
/** Addresses of APIs, whose clients read no pages. */
const API = /^\/(api|auth|store|admin\/(invites|users)|openauth|\.well-known)(\/|\?|$)/;

/** The facts when an answer begins. `number`: the request's, as in the log. */
type Seen = { status: number; number: string | undefined; outage: boolean; actionBegan: boolean };
type Answer = { status: number; headers: Headers; body: string };

/**
 * Lets Next handle the request, and replaces answers of Next's that do not help: 503 and a page of its own for a database outage,
 * 400 for an action's unreadable body (Next answers both with a bare 500), a page without JavaScript for a fault of ours, and JSON
 * for an unknown route of an API.
 * @param deadEnds renders the page that people with a session get for 403 and 404; without it they get Next's
 */
export function answerFailures(
  req: IncomingMessage,
  res: ServerResponse,
  handle: () => void,
  deadEnds?: RequestListener,
): void {
  const outage = { seen: false };
  const action = { seen: false };
  const number = requestNumber();
  let replaced = false;
  let deadEnd: (() => Promise<Answer>) | null = null;
  for (const name of BEGINNINGS) {
    const method = res[name] as (...args: unknown[]) => unknown;
    const instead = (...args: unknown[]) => {
      const status = Number(name === "writeHead" ? args[0] : res.statusCode);
      const begins = !replaced && !res.headersSent;
      const better = begins
        ? betterAnswer(req, res, { status, number, outage: outage.seen, actionBegan: action.seen })
        : null;
      if (better) {
        replaced = true;
        send(req, res, better);
      } else if (begins && deadEnds && !API.test(req.url ?? "") && isDeadEnd(req, res, status)) {
        replaced = true;
        deadEnd = () => renderDeadEnd(deadEnds, req, status);
      } else if (begins && status === 308) nameType(res);
      if (!replaced) return method.apply(res, args);
      // Not before Next has ended its answer, because it would go on writing into ours.
      if (name === "end" && deadEnd) {
        const drawn = deadEnd();
        deadEnd = null;
        void drawn.catch(broken).then((answer) => send(req, res, answer));
      }
      return name === "write" ? true : res;
    };
    Object.assign(res, { [name]: instead });
  }
  const broken = (err: unknown) => {
    log.error({ err }, "the page in place of a refused one could not be drawn");
    return page(500, (nonce) => brokenPage(nonce, number));
  };
  const watched = () => noteOutages(outage, handle);
  if (mayCallAction(req)) watchActionStart(action, watched);
  else watched();
}

function betterAnswer(
  req: IncomingMessage,
  res: ServerResponse,
  { status, number, outage, actionBegan }: Seen,
): Answer | null {
  const wantsPage = req.headers.accept?.includes("text/html");
  const type = String(res.getHeader("content-type") ?? "");
  if (status === 500 && outage)
    return wantsPage ? page(503, unavailablePage, { "retry-after": String(RETRY_AFTER_SECONDS) }) : unavailableJson();
  // APIs word their own failures. Next's bare text means that no API has this address.
  const isInterfaces = API.test(req.url ?? "") && type !== "text/plain";
  if (status === 500 && mayCallAction(req) && !actionBegan && !isInterfaces) return text(400, UNREADABLE);
  if (!API.test(req.url ?? ""))
    return status === 500 && wantsPage ? page(500, (nonce) => brokenPage(nonce, number)) : null;
  if (status === 404 && type.startsWith("text/html")) return json(404, "not_found", AUTH_ERRORS.not_found.message);
  return null;
}

/** Next redirects an address with a superfluous slash by an answer with text but no Content-Type. */
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

function page(status: number, draw: (nonce: string) => string, more: Record<string, string> = {}): Answer {
  const nonce = createNonce();
  const type = { "content-type": "text/html; charset=utf-8", "x-content-type-options": "nosniff" };
  const headers = new Headers({ ...type, ...more });
  setSecurityHeaders(headers, nonce);
  return { status, headers, body: draw(nonce) };
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
