import { once } from "node:events";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { env } from "@/lib/env";
import { checkRequest } from "@/lib/server/check-request";
import { isFromOperator } from "@/lib/wire/operator";

Object.assign(env(), { APP_URL: "https://app.example.com", TRUSTED_PROXY_HOPS: 1 });
const server = createServer((req, res) =>
  checkRequest(req, res, () => {
    const headers = new Headers();
    for (const [name, value] of Object.entries(req.headers)) headers.set(name, String(value));
    res.end(String(isFromOperator(headers)));
  }),
);

beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterAll(() => server.close());

async function ask(headers: Record<string, string>): Promise<string> {
  const { port } = server.address() as AddressInfo;
  const sent = request({ host: "127.0.0.1", port, path: "/api/health?verbose", headers }).end();
  const [response] = await once(sent, "response");
  let text = "";
  for await (const chunk of response) text += chunk;
  return text;
}

test.each(["localhost:3000", "127.0.0.1", "[::1]:3000"])(
  "a request on the machine itself to %s is an operator's",
  async (host) => {
    expect(await ask({ host })).toBe("true");
  },
);

test.each([
  ["the site's own name", { host: "app.example.com" }],
  ["a name that leads to this machine", { host: "localhost.evil.example" }],
  ["a proxy that tells the client's address", { host: "localhost", "x-forwarded-for": "203.0.113.7" }],
  ["a proxy and a client that claims to be this machine", { host: "localhost", "x-forwarded-for": "127.0.0.1" }],
  ["a proxy by the standard's header", { host: "localhost", forwarded: "for=203.0.113.7" }],
  ["a proxy that only names itself", { host: "localhost", via: "1.1 edge" }],
  ["a client that forges the mark", { host: "app.example.com", "x-internal-operator": "true" }],
])("a request through %s is not an operator's", async (_, headers) => {
  expect(await ask(headers)).toBe("false");
});

test("a request through a platform that tells the client's address in a header of its own is not an operator's", async () => {
  const header = { "x-edge-client": "203.0.113.7" };
  expect(await ask({ host: "localhost", ...header })).toBe("true");
  env().CLIENT_IP_HEADER = "X-Edge-Client";
  expect(await ask({ host: "localhost", ...header })).toBe("false");
  env().CLIENT_IP_HEADER = undefined;
});
