import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { env } from "@/lib/env";
import { ADDRESS_HEADER_OF_FRONT, toldAddress } from "@/lib/wire/client-address";
import { OPERATOR_HEADER, operatorMark } from "@/lib/wire/operator";
import { MAX_BODY_BYTES } from "@/lib/wire/read-json";

/** Addresses for files and other large bodies. Their routes check who sends one, and read no more of a body than they accept. */
const UPLOADS: RegExp[] = [
  // A person's picture.
  /^\/avatar\/upload(\?|$)/,
];
/** How long a refused client may go on sending, so that it can read why. */
const LINGER_MS = 5_000;
/** Headers by which Next's parts talk to each other, or a proxy speaks for the client. None may come from outside. */
const NOT_FOR_CLIENTS =
  /^(x-nonce|x-middleware-.*|x-invoke-.*|x-prerender-.*|x-next-re.*|next-resume|x-nextjs-data|x-matched-path|x-now-route-matches|x-internal-.*|forwarded|x-forwarded-.*|x-real-ip|x-original-url|x-rewrite-url)$/;

const OF_PROXIES = /^(forwarded|x-forwarded-.*|x-real-ip|via|(true-client|cf-connecting|fastly-client)-ip)$/;
const LOOPBACK_NAMES = /^(localhost|127\.0\.0\.1|\[::1\])$/;
const LOOPBACK_PEERS = /^(::1|(::ffff:)?127(\.\d+){3})$/;

/**
 * The outermost check of a request. Refuses requests that no page or route accepts, then sets the headers that only this server
 * knows: the site's host, protocol and port, and the client's address.
 * @param next is called once for a request that may go on, with its body within the limit.
 */
export function checkRequest(req: IncomingMessage, res: ServerResponse, next: () => void): void {
  const refusal = findRefusal(req);
  if (refusal) {
    refuse(req, res, ...refusal);
    return;
  }
  rewriteHeaders(req);
  if (isUpload(req.url ?? "")) {
    const { socket } = req;
    res.once("finish", () => dropRest(req, socket));
    next();
  } else if (req.headers["transfer-encoding"]) holdBody(req, next, () => refuse(req, res, 413, TOO_LARGE));
  else next();
}

/** The methods that an address here takes. Next answers others, like PROPFIND, with an empty 400. */
export const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
const ACTION_ID = /^[0-9a-f]{42}$/;
/**
 * Data of pages that were built ahead of time, which Next answers with half a redirect; the page that ./dead-end.ts renders; and
 * Next's page for a fault, which is a 500.
 */
const NO_PAGES = /^\/(_next\/data\/|dead-end\/|_global-error([/?;.]|$))/;
const NO_ACTION = "The Next-Action header names no action of this site.";
const TOO_LARGE = "That is more than the 100 KB this site accepts.";

function findRefusal(req: IncomingMessage): [status: number, text: string] | null {
  const { method = "", url = "", headers, headersDistinct } = req;
  if (!METHODS.includes(method)) return [405, "This method is not supported."];
  // The whole address in the request line would let a client choose which host the app believes it is.
  if (!url.startsWith("/") || !canDecode(url)) return [400, "This address is malformed."];
  // RFC 9112, 3.2. A proxy before this server may have used the other host.
  if (headersDistinct.host && headersDistinct.host.length > 1) return [400, "A request must name one host."];
  if (NO_PAGES.test(decodeURIComponent(url))) return [404, "There is nothing here."];
  if (headers.origin && headers.origin !== "null" && !URL.canParse(headers.origin))
    return [400, "The Origin header is malformed."];
  // Next's ids of actions are a byte and a SHA-1 in hexadecimal. Next answers other ids too, but logs each of them.
  if (isActionCall(req) && !ACTION_ID.test(String(headers["next-action"]))) return [400, NO_ACTION];
  if ((headers["content-encoding"] ?? "identity") !== "identity") return [415, "Send the body uncompressed."];
  if (Number(headers["content-length"] ?? 0) > MAX_BODY_BYTES && !isUpload(url)) return [413, TOO_LARGE];
  return null;
}

/** Whether this is a call of a server action by script. */
function isActionCall({ method, headers }: IncomingMessage): boolean {
  return method === "POST" && headers["next-action"] !== undefined;
}

/** Whether this may be a call of an action: by script, or by a form without JavaScript, which names it in its body. */
export function mayCallAction(req: IncomingMessage): boolean {
  const { method, url = "", headers } = req;
  const isForm = method === "POST" && headers["content-type"]?.startsWith("multipart/form-data");
  return isActionCall(req) || (Boolean(isForm) && !isUpload(url));
}

function canDecode(url: string): boolean {
  try {
    return !decodeURIComponent(url).includes("\0");
  } catch {
    return false;
  }
}

function rewriteHeaders(req: IncomingMessage): void {
  const { headers } = req;
  const address = clientAddress(req);
  const byOperator = isFromThisMachine(req);
  for (const name of Object.keys(headers)) if (NOT_FOR_CLIENTS.test(name)) delete headers[name];

  const { host, protocol, port } = new URL(env().APP_URL);
  headers.host = host;
  headers["x-forwarded-host"] = host;
  headers["x-forwarded-proto"] = protocol.slice(0, -1);
  headers["x-forwarded-port"] = port || (protocol === "https:" ? "443" : "80");
  if (byOperator) headers[OPERATOR_HEADER] = operatorMark();
  if (!address) return;
  headers["x-forwarded-for"] = address;
  headers[ADDRESS_HEADER_OF_FRONT] = address;
}

/**
 * Whether a program on this machine made the request, and not a proxy on it, which speaks for strangers. A proxy names the
 * client's address in a header, because else all visitors would be one source.
 */
function isFromThisMachine({ headers, socket }: IncomingMessage): boolean {
  const isOfProxies = (name: string) => OF_PROXIES.test(name) || name === env().CLIENT_IP_HEADER?.toLowerCase();
  if (Object.keys(headers).some(isOfProxies)) return false;
  const names =
    URL.canParse(`http://${headers.host}`) && LOOPBACK_NAMES.test(new URL(`http://${headers.host}`).hostname);
  return names && LOOPBACK_PEERS.test(socket.remoteAddress ?? "");
}

/** The client's address, from proxies or the platform, else from the connection. Null on a Unix socket, which has none. */
function clientAddress({ headers, socket }: IncomingMessage): string | null {
  const told = toldAddress((name) => headers[name]?.toString());
  const caller = env().CLIENT_IP_HEADER ? null : socket.remoteAddress;
  return (told ?? caller)?.replace(/^::ffff:(?=\d+\.)/, "") ?? null;
}

/** Collects a body without a length before Next reads it, because a body that is too large can be refused only before that. */
function holdBody(req: IncomingMessage, whole: () => void, tooLarge: () => void): void {
  const push = req.push.bind(req);
  const chunks: Buffer[] = [];
  let bytes = 0;
  req.push = (chunk: Buffer | null) => {
    if (chunk) {
      bytes += chunk.length;
      chunks.push(chunk);
      if (bytes <= MAX_BODY_BYTES) return true;
      chunks.length = 0;
      req.push = push;
      tooLarge();
      return true;
    }
    req.push = push;
    whole();
    for (const held of chunks) push(held);
    return push(null);
  };
}

function refuse(req: IncomingMessage, res: ServerResponse, status: number, text: string): void {
  const headers = { "content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff" };
  res.writeHead(status, status === 405 ? { ...headers, allow: METHODS.join(", ") } : headers);
  res.end(`${text}\n`);
  dropRest(req, req.socket);
}

/**
 * Reads and drops the rest of a request that is answered already, so that the client reads the answer and can use its
 * connection for the next request. Closing at once would reset the connection, and lose the answer.
 */
function dropRest(req: IncomingMessage, socket: Socket): void {
  if (req.complete) return;
  const push = req.push.bind(req);
  const hangUp = setTimeout(() => socket.destroy(), LINGER_MS).unref();
  req.push = (chunk) => {
    if (chunk !== null) return true;
    clearTimeout(hangUp);
    return push(null);
  };
  // A reader that read only a part has stopped the socket.
  req.resume();
  socket.resume();
}

function isUpload(url: string): boolean {
  return UPLOADS.some((address) => address.test(url));
}
