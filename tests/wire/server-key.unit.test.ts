import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { env } from "@/lib/env";
import { clientOf } from "@/lib/wire/endpoint";
import { callingServer } from "@/lib/wire/server-key";

const KEY = "lk_server_for-tests";
const PROXIED = { "x-forwarded-for": "198.51.100.4" };
const initial = env().API_SERVER_KEYS;
const sha256 = (key: string) => createHash("sha256").update(key).digest("hex");
const ask = (headers: Record<string, string>) => callingServer(new Headers(headers));
const seen = (headers: Record<string, string>) =>
  clientOf(new Request("https://app.example.com/auth/v1/signup", { headers: { ...PROXIED, ...headers } })).ip;

beforeEach(() => {
  env().TRUSTED_PROXY_HOPS = 1;
  env().API_SERVER_KEYS = [
    { name: "appsmith", hash: sha256("another") },
    { name: "shop", hash: sha256(KEY) },
  ];
});
afterEach(() => {
  env().TRUSTED_PROXY_HOPS = 0;
  env().API_SERVER_KEYS = initial;
});

describe("a backend with a server key", () => {
  test("tells the address of the person it calls for, and is known by its name", () => {
    const headers = { "x-server-key": KEY, "x-client-ip": "203.0.113.7" };
    expect(ask(headers)).toEqual({ ok: true, value: { name: "shop", clientIp: "203.0.113.7" } });
    expect(seen(headers)).toBe("203.0.113.7");
    expect(seen({ ...headers, "x-client-ip": "2001:db8::1" })).toBe("2001:db8::1");
  });

  test("that tells no address counts as itself", () => {
    expect(ask({ "x-server-key": KEY })).toEqual({ ok: true, value: { name: "shop", clientIp: null } });
    expect(seen({ "x-server-key": KEY })).toBe("198.51.100.4");
    for (const none of ["", "  "]) expect(seen({ "x-server-key": KEY, "x-client-ip": none })).toBe("198.51.100.4");
  });

  test.each(["203.0.113", "203.0.113.7, 10.0.0.1", "203.0.113.7:80", "localhost", "<script>", "a".repeat(5_000)])(
    "is told when what it calls an address is none: %j",
    (address) => {
      expect(ask({ "x-server-key": KEY, "x-client-ip": address })).toMatchObject({
        ok: false,
        error: { code: "malformed", message: expect.stringContaining("X-Client-IP") },
      });
    },
  );
});

describe("no key, no address", () => {
  test("a visitor cannot choose theirs", () => {
    expect(ask({ "x-client-ip": "203.0.113.7" })).toEqual({ ok: true, value: null });
    expect(seen({ "x-client-ip": "203.0.113.7" })).toBe("198.51.100.4");
  });

  test.each([
    ["unknown", "lk_server_unknown"],
    ["empty", ""],
    ["two", `${KEY}, ${KEY}`],
    ["the hash itself", sha256(KEY)],
    ["in other letters", KEY.toUpperCase()],
    ["long", "x".repeat(7_000)],
  ])("a key that is %s is refused with words, and moves no address", (_, key) => {
    const headers = { "x-server-key": key, "x-client-ip": "203.0.113.7" };
    expect(ask(headers)).toMatchObject({ ok: false, error: { code: "server_key_refused" } });
    expect(seen(headers)).toBe("198.51.100.4");
  });

  test.each([
    ["origin", "https://app.example.com"],
    ["origin", "null"],
    ["sec-fetch-site", "same-origin"],
  ])("a right key that a browser holds is refused, and its owner told to replace it: %s %s", (name, value) => {
    expect(ask({ "x-server-key": KEY, [name]: value })).toMatchObject({
      ok: false,
      error: { code: "server_key_refused", message: expect.stringMatching(/browser.*replace/) },
    });
  });
});
