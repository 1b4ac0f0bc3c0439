import { describe, expect, test } from "vitest";
import { sourceOf } from "@/lib/auth/model/network";
import { mayEnd } from "@/lib/wire/same-network";
import { FIREFOX } from "@/tests/support/browser";

const [HERE, THERE] = ["203.0.113.5", "198.51.100.9"];
const from = (ip: string | null) => ({ ip, userAgent: null });
const ends = (ip: string | null, headers: Record<string, string>, begun: string | null = HERE) =>
  mayEnd(sourceOf(from(begun)), new Request("http://localhost/", { headers }), from(ip));

describe("a visit that a client without cookies began", () => {
  test.each([
    ["says where it comes from", { "sec-fetch-site": "none" }],
    ["says its origin", { origin: "https://shop.example.com" }],
    ["is older than these headers", { "user-agent": FIREFOX }],
  ])("is ended in its network alone by a browser that %s", (_, headers) => {
    expect([ends(HERE, headers), ends(THERE, headers)]).toEqual([true, false]);
    expect(ends(null, headers, null), "and nowhere, where all addresses are unknown").toBe(false);
  });

  test("is ended by a storefront's server from anywhere", () => {
    expect(ends(THERE, { "user-agent": "node" })).toBe(true);
  });
});
