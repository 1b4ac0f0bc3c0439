import { once } from "node:events";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, expect, test } from "vitest";
import { env } from "@/lib/env";
import { createFront } from "@/lib/server/front";
import { ADDRESS_HEADER } from "@/lib/wire/security-headers";

Object.assign(env(), { APP_URL: "https://app.example.com" });
const server = createServer(createFront((req, res) => res.end(req.headers[ADDRESS_HEADER])));
afterAll(() => server.close());

test("a page is told its own address, whatever a client says", async () => {
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const headers = { [ADDRESS_HEADER]: "/elsewhere" };
  const sent = request({ host: "127.0.0.1", port, path: "/reports?year=2026", headers }).end();
  const [response] = await once(sent, "response");
  let text = "";
  for await (const chunk of response) text += chunk;
  expect(text).toBe("/reports?year=2026");
});
