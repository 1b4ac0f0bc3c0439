import { afterEach, describe, expect, test } from "vitest";
import { env } from "@/lib/env";
import { clientAddress, frontStands } from "@/lib/wire/client-address";
import { clientOf } from "@/lib/wire/endpoint";
import { isSameOrigin, ownOrigin } from "@/lib/wire/same-origin";

const SPOOFED = {
  "x-forwarded-for": "6.6.6.6",
  "x-real-ip": "6.6.6.6",
  "cf-connecting-ip": "6.6.6.6",
  "true-client-ip": "6.6.6.6",
  forwarded: "for=6.6.6.6",
  "x-client-ip": "6.6.6.6",
  "fly-client-ip": "6.6.6.6",
};

/** The address seen with so many proxies of ours in front. */
function seen(hops: number, headers: Record<string, string>, header?: string): string | null {
  env().TRUSTED_PROXY_HOPS = hops;
  env().CLIENT_IP_HEADER = header;
  return clientAddress(new Headers(headers));
}

afterEach(() => {
  env().TRUSTED_PROXY_HOPS = 0;
  env().CLIENT_IP_HEADER = undefined;
  frontStands.yes = false;
});

describe("the client's address", () => {
  test("is not what a header says where no proxy of ours stands in front", () => {
    expect(seen(0, SPOOFED)).toBeNull();
  });

  test("is the entry that our own outermost proxy wrote, whatever came before it", () => {
    expect(seen(1, { "x-forwarded-for": "6.6.6.6, 203.0.113.7" })).toBe("203.0.113.7");
    expect(seen(2, { "x-forwarded-for": "6.6.6.6, 203.0.113.7, 10.0.0.1" })).toBe("203.0.113.7");
    expect(seen(1, { "x-forwarded-for": " 2001:db8::1 " })).toBe("2001:db8::1");
  });

  test("is unknown where fewer proxies wrote than are ours, or something that is no address", () => {
    expect(seen(2, { "x-forwarded-for": "203.0.113.7" })).toBeNull();
    for (const value of ["", "unknown", "203.0.113", "<script>", "203.0.113.7:80", "a".repeat(10_000)])
      expect(seen(1, { "x-forwarded-for": value })).toBeNull();
  });

  test("is what our front says, where it stands before Next, and headers add nothing", () => {
    frontStands.yes = true;
    expect(seen(0, { ...SPOOFED, "x-internal-client-ip": "198.51.100.4" })).toBe("198.51.100.4");
    expect(seen(0, SPOOFED)).toBeNull();
  });

  test("is what the platform says in the header that was named, and nothing where that says none", () => {
    expect(seen(1, { ...SPOOFED, "fly-client-ip": "203.0.113.9" }, "Fly-Client-IP")).toBe("203.0.113.9");
    expect(seen(1, { "x-forwarded-for": "6.6.6.6" }, "fly-client-ip")).toBeNull();
  });

  test("cannot be set by a client under the name that our front uses, where there is none", () => {
    expect(seen(0, { "x-internal-client-ip": "6.6.6.6" })).toBeNull();
  });
});

test("of a client's user agent only the beginning is kept, whatever a script sends", () => {
  const agent = (headers: HeadersInit) => clientOf(new Request("http://localhost/api/me", { headers })).userAgent;
  expect(agent({ "user-agent": `curl/8${"x".repeat(10_000)}` })).toBe(`curl/8${"x".repeat(394)}`);
  expect(agent({})).toBeNull();
});

describe("where a post comes from, in development", () => {
  test("is compared with the name that the dev server was reached by", () => {
    const headers = new Headers({ host: "127.0.0.1:3001", origin: "http://127.0.0.1:3001" });
    expect([isSameOrigin("POST", headers), ownOrigin(headers)]).toEqual([true, "http://127.0.0.1:3001"]);
    headers.set("origin", "http://127.0.0.1:3002");
    expect(isSameOrigin("POST", headers)).toBe(false);
    expect(isSameOrigin("GET", headers)).toBe(true);
  });
});
