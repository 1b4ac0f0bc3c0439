import { randomUUID } from "node:crypto";
import type { IncomingMessage, RequestListener, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { env } from "@/lib/env";
import { withLogFields } from "@/lib/log";
import { observeRequest } from "@/lib/telemetry";
import { shareLookups } from "@/lib/wire/lookups";
import { ADDRESS_HEADER, createNonce, nonceHeaders, STRICT_TRANSPORT_SECURITY } from "@/lib/wire/security-headers";
import { answerFailures } from "./answer-failures";
import { checkRequest, METHODS } from "./check-request";
import { createStock } from "./stock";

const HEADERS_TIMEOUT_MS = 20_000;
const REQUEST_TIMEOUT_MS = 30_000;
/** Longer than the minute after which load balancers drop an idle connection, so that they never use one we dropped. */
const KEEP_ALIVE_MS = 65_000;

/**
 * Our front, before Next's server or ours: it checks requests, hands out pages from stock, and replaces answers of Next's that do
 * not help.
 * @param handle Next's own handler
 */
export function createFront(handle: RequestListener): RequestListener {
  const isHttps = env().APP_URL.startsWith("https:");
  const answer = (req: IncomingMessage, res: ServerResponse, deadEnds?: RequestListener): void => {
    // Done in proxy.ts this would cost more: Next copies all headers of a request there and back to change one.
    Object.assign(req.headers, nonceHeaders(createNonce()), { [ADDRESS_HEADER]: req.url });
    const ask = () => {
      if (req.method === "GET") shareLookups(() => handle(req, res));
      else handle(req, res);
    };
    answerFailures(req, res, ask, deadEnds);
  };
  const stock = createStock((req, res) => checkRequest(req, res, () => answer(req, res)));
  return (req, res) => {
    outliveHangUp(req, res);
    if (isHttps) res.setHeader("Strict-Transport-Security", STRICT_TRANSPORT_SECURITY);
    observeRequest(req, res, () =>
      checkRequest(req, res, () => {
        if (stock.serve(req, res)) return;
        // What draws a dead end replaces none: else it could go in circles.
        withLogFields({ request: randomUUID() }, () => stock.watch(req, res, () => answer(req, res, answer)));
      }),
    );
  };
}

/** The requests under way on each connection: several where a client does not wait for answers. */
const underWay = new WeakMap<Socket, Set<IncomingMessage>>();

/**
 * Lets a client hang up in the middle of a request without ending the process. Next gives a request another stream's
 * body and listeners; Node then reports the hang-up to that stream, which has no listener. So we add one when the connection
 * closes, before Node's own.
 */
function outliveHangUp(req: IncomingMessage, res: ServerResponse): void {
  const { socket } = req;
  const requests = underWay.get(socket) ?? new Set();
  if (!underWay.has(socket)) {
    underWay.set(socket, requests);
    socket.prependListener("close", () => {
      for (const request of requests) request.on("error", () => {});
    });
  }
  requests.add(req);
  res.once("close", () => requests.delete(req));
}

/** Cuts clients that send too slowly. Answers requests to upgrade the protocol like others, and refuses CONNECT. */
export function holdConnections(server: Server): void {
  server.headersTimeout = HEADERS_TIMEOUT_MS;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.removeAllListeners("upgrade");
  const refusal = ["HTTP/1.1 405 Method Not Allowed", `Allow: ${METHODS.join(", ")}`, "Connection: close", "\r\n"];
  server.on("connect", (_, socket) => {
    // Node leaves such a connection to us. Without a listener, a client that hangs up would end the process.
    socket.on("error", () => socket.destroy());
    if (socket.writable) socket.end(refusal.join("\r\n"));
    else socket.destroy();
  });
}
