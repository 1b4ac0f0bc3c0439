import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, request } from "node:http";
import { duplexPair } from "node:stream";
import { buffer } from "node:stream/consumers";
import { type Render, watchRender } from "@/lib/stock";
import type { Rendered } from "./stocked-page";

/** Headers of the connection and the moment. */
const NOT_THE_PAGES = ["connection", "keep-alive", "transfer-encoding", "date", "content-length"];

/**
 * Renders an address within the process, over a connection without a network. The request has these headers and no others, and
 * no visitor can make one like it.
 * @param listener answers as it does for visitors
 * @returns the answer, without headers of the connection, and what its page noted while it was rendered
 */
export async function renderPage(
  listener: RequestListener,
  address: string,
  headers: Record<string, string>,
): Promise<Rendered & Render> {
  const render: Render = {};
  const server = createServer((req, res) => watchRender(render, () => listener(req, res)));
  const [near, far] = duplexPair();
  server.emit("connection", far);
  // Node 20 does not tell one end that the other was cut, and an answer that was cut would be awaited for ever.
  far.once("close", () => near.destroy());
  const asked = request({ createConnection: () => near, path: address, headers: { host: "localhost", ...headers } });
  asked.end();
  const [answer] = (await once(asked, "response")) as [IncomingMessage];
  const body = await buffer(answer);
  const kept = Object.entries(answer.headers).filter(([name]) => !NOT_THE_PAGES.includes(name));
  const named = kept.map(([name, value]) => [name, String(value)]);
  return { ...render, status: answer.statusCode ?? 0, headers: Object.fromEntries(named), body };
}
