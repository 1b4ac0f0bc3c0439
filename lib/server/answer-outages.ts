import type { IncomingMessage, ServerResponse } from "node:http";
import { AUTH_ERRORS } from "@/lib/auth/model/errors";
import { noteOutages } from "@/lib/db/request-outage";
import { createNonce, setSecurityHeaders } from "@/lib/wire/security-headers";
import { RETRY_AFTER_SECONDS, unavailablePage } from "@/lib/wire/unavailable-page";

/** Every way in which an answer begins. */
const BEGINNINGS = ["writeHead", "flushHeaders", "write", "end"] as const;
/** What the answer that is replaced may have said of itself. */
const NOT_THIS_ANSWERS = ["content-encoding", "content-length", "transfer-encoding", "etag", "link", "set-cookie"];

/**
 * Lets Next handle the request. What fails there because the database is away, Next answers with 500 and a page that
 * is empty without JavaScript; in its place this sends 503 and a page that is not.
 */
export function answerOutages(req: IncomingMessage, res: ServerResponse, handle: () => void): void {
  const request = { seen: false };
  let replaced = false;
  for (const name of BEGINNINGS) {
    const method = res[name] as (...args: unknown[]) => unknown;
    const instead = (...args: unknown[]) => {
      const status = name === "writeHead" ? args[0] : res.statusCode;
      if (status === 500 && request.seen && !replaced && !res.headersSent) {
        replaced = true;
        replace(req, res);
      }
      if (!replaced) return method.apply(res, args);
      return name === "write" ? true : res;
    };
    Object.assign(res, { [name]: instead });
  }
  noteOutages(request, handle);
}

function replace(req: IncomingMessage, res: ServerResponse): void {
  for (const name of BEGINNINGS) delete (res as Partial<ServerResponse>)[name];
  for (const name of NOT_THIS_ANSWERS) res.removeHeader(name);
  const { body, headers } = req.headers.accept?.includes("text/html") ? page() : json();
  headers.set("retry-after", String(RETRY_AFTER_SECONDS));
  res.writeHead(503, Object.fromEntries(headers));
  res.end(req.method === "HEAD" ? undefined : body);
}

function page() {
  const nonce = createNonce();
  const headers = new Headers({ "content-type": "text/html; charset=utf-8", "x-content-type-options": "nosniff" });
  setSecurityHeaders(headers, nonce);
  return { body: unavailablePage(nonce), headers };
}

function json() {
  const { message } = AUTH_ERRORS.unavailable;
  const headers = new Headers({ "content-type": "application/json", "cache-control": "no-store" });
  return { body: JSON.stringify({ error: "unavailable", message }), headers };
}
