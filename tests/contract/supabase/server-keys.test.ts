import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ApiServer, SHOP, startApiServer } from "@/tests/support/api-server";
import { newIp } from "@/tests/support/http-client";
import { PASSWORD } from "@/tests/support/people";

/** A key from `npm run api-key`, and its entry for API_SERVER_KEYS. */
function newKey(name: string): { key: string; entry: string } {
  const printed = execFileSync(process.execPath, ["--import", "tsx", "lib/cli/new-api-key.ts", name], {
    encoding: "utf8",
  });
  const key = printed.match(/X-Server-Key: (\S+)/)?.[1] ?? "";
  const entry = printed.match(/API_SERVER_KEYS=(\S+)/)?.[1] ?? "";
  return { key, entry };
}

let server: ApiServer;
const shop = newKey("shop");
beforeAll(async () => {
  server = await startApiServer({ API_SERVER_KEYS: [newKey("appsmith").entry, shop.entry].join(",") });
});
afterAll(async () => void (await server?.stop()));

/** The registrations that one source may make in an hour. */
const FREE = 10;

/** Registers people, one after the other. @returns the statuses */
async function signUp(times: number, headers: Record<string, string>): Promise<number[]> {
  const statuses: number[] = [];
  for (let n = 0; n < times; n++) {
    const email = `${crypto.randomUUID().slice(0, 13)}@example.com`;
    const body = { email, password: PASSWORD };
    statuses.push((await server.call("POST", "/auth/v1/signup", { body, headers })).status);
  }
  return statuses;
}

const ok = Array(FREE).fill(200);

describe("people behind one backend", () => {
  test("have limits of their own when it has a key and says who calls, and the log names it", async () => {
    const backend = { "x-forwarded-for": newIp(), "x-server-key": shop.key };
    const [alice, bob] = ["203.0.113.7", "2001:db8:7::1"];
    expect(await signUp(FREE + 1, { ...backend, "x-client-ip": alice })).toEqual([...ok, 429]);
    expect(await signUp(FREE, { ...backend, "x-client-ip": bob })).toEqual(ok);
    // All calls of one person count together, with or without a backend between.
    expect(await signUp(1, { "x-forwarded-for": alice })).toEqual([429]);
    const line = server
      .output()
      .split("\n")
      .find((each) => each.includes('"ip":"203.0.113.7"'));
    expect(JSON.parse(line ?? "{}")).toMatchObject({ event: "register.started", server: "shop", ip: alice });
    expect(server.output()).not.toContain(shop.key);
  });

  test("share one limit when it has no key, whatever address a header claims", async () => {
    const visitor = { "x-forwarded-for": newIp() };
    const statuses: number[] = [];
    for (let n = 0; n <= FREE; n++)
      statuses.push(...(await signUp(1, { ...visitor, "x-client-ip": newIp(), "x-internal-client-ip": newIp() })));
    expect(statuses).toEqual([...ok, 429]);
  });
});

test("a server key is what any key is in a browser: no page may send it, not even of an allowed site", async () => {
  const asked = { origin: SHOP, "access-control-request-method": "POST" };
  const preflight = await server.call("OPTIONS", "/auth/v1/signup", {
    headers: { ...asked, "access-control-request-headers": "x-server-key, x-client-ip" },
  });
  const allowed = preflight.headers.get("access-control-allow-headers") ?? "";
  expect(allowed).toContain("authorization");
  expect(allowed).not.toMatch(/x-server-key|x-client-ip/i);
  expect((await signUp(1, { origin: SHOP, "x-server-key": shop.key, "x-client-ip": "203.0.113.9" }))[0]).toBe(401);
});
