import { afterAll, beforeAll, expect, test } from "vitest";
import { type ApiServer, startApiServer } from "@/tests/support/api-server";

let server: ApiServer;
beforeAll(async () => {
  server = await startApiServer();
});
afterAll(async () => void (await server?.stop()));

const ask = (headers?: Record<string, string>) => server.call("GET", "/api/me", { headers });

test("our own API refuses a wrong server key with words that name it", async () => {
  const answer = await ask({ "x-server-key": "x".repeat(43) });
  expect(answer.status).toBe(401);
  expect(answer.text).toMatch(/server key is not known here/);
  expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer realm=/);
});

test("our own API says how to be let in, and when the token is at fault (RFC 9110, RFC 6750)", async () => {
  expect((await ask()).headers.get("www-authenticate")).toMatch(/^Bearer realm="[^"]+"$/);
  const wrong = await ask({ authorization: "Bearer x.y.z" });
  expect(wrong.status).toBe(401);
  expect(wrong.headers.get("www-authenticate")).toMatch(/^Bearer realm="[^"]+", error="invalid_token"$/);
});
