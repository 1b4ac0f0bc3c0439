import { once } from "node:events";
import { createServer, request } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { env } from "@/lib/env";
import { createFront } from "@/lib/server/front";
import { SESSION_COOKIE } from "@/lib/wire/cookies";
import { ADDRESS_HEADER } from "@/lib/wire/security-headers";

Object.assign(env(), { APP_URL: "https://app.example.com" });
const server = createServer(
  createFront((req, res) => {
    if (req.url?.startsWith("/dead-end/")) {
      res.write("<p>");
      res.destroy();
    } else if (req.url?.endsWith("/refused")) {
      res.statusCode = 403;
      res.setHeader("content-type", "text/html").end("not yours");
    } else res.end(req.headers[ADDRESS_HEADER]);
  }),
);
let port: number;
beforeAll(async () => {
  await once(server.listen(0, "127.0.0.1"), "listening");
  port = (server.address() as AddressInfo).port;
});
afterAll(() => server.close());

test("a page is told its own address, whatever a client says", async () => {
  const headers = { [ADDRESS_HEADER]: "/elsewhere" };
  const sent = request({ host: "127.0.0.1", port, path: "/reports?year=2026", headers }).end();
  const [response] = await once(sent, "response");
  expect(await text(response)).toBe("/reports?year=2026");
});

test.each([
  ["pages", "GET /reports HTTP/1.1\r\nHost: localhost\r\n\r\n"],
  [
    "refused bodies",
    "POST /reports HTTP/1.1\r\nHost: localhost\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx",
  ],
])("no listeners pile up on a connection that asks for many %s", async (_, asked) => {
  const warned = vi.fn();
  process.on("warning", warned);
  const answers = await text(connect(port, "127.0.0.1").end(asked.repeat(20)));
  process.off("warning", warned);
  expect(answers.match(/HTTP\/1\.1 /g)).toHaveLength(20);
  expect(warned).not.toHaveBeenCalled();
});

const signedIn = { accept: "text/html", cookie: `${SESSION_COOKIE()}=x` };

test("a page by which an API refuses stays as it is for the signed-in, too", async () => {
  const answer = await fetch(`http://127.0.0.1:${port}/openauth/refused`, { headers: signedIn });
  expect([answer.status, await answer.text()]).toEqual([403, "not yours"]);
});

test("a page that is cut while it is drawn in place of a refused one is answered as a fault of ours", async () => {
  const answer = await fetch(`http://127.0.0.1:${port}/refused`, { headers: signedIn });
  expect(answer.status).toBe(500);
  expect(await answer.text()).toContain("</html>");
});
