import { request as rawRequest } from "node:http";
import { expect, inject, test } from "vitest";
import { HttpClient, newIp } from "@/tests/support/http-client";

const { url } = inject("server");
const CALLS = 10;

/** A client of one address, whose calls return how many calls of the route are left. */
function from(ip: string) {
  const client = new HttpClient(url, { ip });
  return async (method: string, path: string, body?: object) => {
    const { headers } = await client.call(method, path, { body });
    return Number(headers.get("x-ratelimit-remaining") ?? Number.NaN);
  };
}

/** Sends a path unchanged, which `fetch` would normalize. @returns the calls left, or the status if the answer does not tell */
function rawly(ip: string, path: string, body: object): Promise<number | string> {
  const { hostname, port } = new URL(url);
  const headers = { "x-forwarded-for": ip, "content-type": "application/json" };
  return new Promise((resolve, reject) => {
    const sent = rawRequest({ hostname, port, path, method: "POST", headers }, (response) => {
      response.resume();
      const left = response.headers["x-ratelimit-remaining"];
      resolve(left === undefined ? `${response.statusCode}` : Number(left));
    });
    sent.on("error", reject).end(JSON.stringify(body));
  });
}

test("middlewares/rateLimit.test.js 1, 2: each address that a route is about counts by itself, in any case", async () => {
  for (const path of ["/api/auth/local/register", "/api/auth/forgot-password"]) {
    const ask = from(newIp());
    expect(await ask("POST", path, { email: "User@Example.com" })).toBe(CALLS - 1);
    expect(await ask("POST", path, { email: "user@example.com" })).toBe(CALLS - 2);
    expect(await ask("POST", path, { email: "other@example.com" })).toBe(CALLS - 1);
  }
});

test("middlewares/rateLimit.test.js 3, 4, 5: a call without an address counts with all that have none", async () => {
  const ask = from(newIp());
  const bodies = [{}, { email: { nested: true } }, { email: 99 }];
  for (const [n, body] of bodies.entries())
    expect(await ask("POST", "/api/auth/forgot-password", body)).toBe(CALLS - 1 - n);
});

test("middlewares/rateLimit.test.js 6, 7, 8: where the address is no part of the route it buys no calls", async () => {
  for (const path of ["local", "reset-password", "change-password"]) {
    const ask = from(newIp());
    for (const [n, email] of ["a@a.com", "b@b.com", "<random>", ""].entries())
      expect(await ask("POST", `/api/auth/${path}`, { email })).toBe(CALLS - 1 - n);
  }
});

test("middlewares/rateLimit.test.js 11: nor at a provider's", async () => {
  const ask = from(newIp());
  expect(await ask("GET", "/api/connect/google/callback?email=a@a.com")).toBe(CALLS - 1);
  expect(await ask("GET", "/api/connect/google/callback?email=b@b.com")).toBe(CALLS - 2);
});

test("middlewares/rateLimit.test.js 10, 13, 14, 16: another spelling of a path is counted with it, or let through by nobody", async () => {
  const ip = newIp();
  expect(await from(ip)("POST", "/api/auth/local", {})).toBe(CALLS - 1);
  let left = CALLS - 1;
  for (const path of [
    "/api/auth/reset-password/../local",
    "//api//auth//local",
    "/API/Auth/Local",
    "/api/auth/local/",
  ]) {
    const answer = await rawly(ip, path, { email: "roll@dice.com" });
    if (typeof answer === "number") expect(answer, path).toBe(--left);
    else expect(["308", "400", "404"], path).toContain(answer);
  }
  expect(await from(ip)("POST", "/api/auth/local", {})).toBe(left - 1);
});

test("middlewares/rateLimit.test.js 17: two sources count by themselves", async () => {
  const body = { email: "victim@example.com" };
  for (const ip of [newIp(), newIp()])
    expect(await from(ip)("POST", "/api/auth/forgot-password", body)).toBe(CALLS - 1);
});
