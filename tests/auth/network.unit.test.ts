import { describe, expect, test } from "vitest";
import { sourceOf, sourcesOf } from "@/lib/auth/model/network";

const source = (ip: string | null) => sourceOf({ ip, userAgent: null });
const sources = (ip: string | null) => sourcesOf({ ip });

describe("a source, as limits count it", () => {
  test("is one for all clients whose address is unknown", () => {
    expect(sources(null)).toEqual(["unknown"]);
    expect(source(null)).not.toBe(source("203.0.113.7"));
  });

  test("is one address of IPv4, and one /64 network of IPv6, since that is what one line has", () => {
    expect(source("203.0.113.7")).not.toBe(source("203.0.113.8"));
    expect(source("2001:db8:1:2::1")).toBe(source("2001:db8:1:2:ffff:ffff:ffff:fffe"));
    expect(source("2001:db8:1:2::1")).not.toBe(source("2001:db8:1:3::1"));
    expect(source("2001:DB8:1:2::1")).toBe(source("2001:0db8:0001:0002::9"));
    expect(source("fe80::1%eth0")).toBe(source("fe80::2%eth1"));
    expect(source("::1")).not.toBe(source(null));
  });

  test("is wider too for IPv6: the 256 networks of one /56 are one source, and all 65,536 of one /48", () => {
    const seen = Array.from({ length: 65_536 }, (_, n) => sources(`2001:db8:1:${n.toString(16)}::${n.toString(16)}`));
    expect(new Set(seen.map(([narrow]) => narrow)).size).toBe(65_536);
    expect(new Set(seen.map(([, home]) => home)).size).toBe(256);
    expect(sources("2001:db8:1:1200::1")[1]).toBe(sources("2001:db8:1:12ff::1")[1]);
    expect(sources("2001:db8:1:0::1")[1]).not.toBe(sources("2001:db8:2:0::1")[1]);
    expect(new Set(seen.map(([, , wide]) => wide))).toEqual(new Set(["2001:db8:1::/48"]));
    expect(sources("2001:db8:2::1")[2]).not.toBe("2001:db8:1::/48");
    expect(sources("203.0.113.7")).toEqual(["203.0.113.7"]);
  });

  test("of an IPv4 address written as IPv6 is the IPv4 address", () => {
    for (const ip of ["::ffff:203.0.113.7", "::ffff:cb00:7107", "64:ff9b::203.0.113.7", "64:ff9b::cb00:7107"])
      expect(sources(ip)).toEqual(["203.0.113.7"]);
    expect(source("64:ff9c::cb00:7107")).toBe("64:ff9c:0:0::/64");
  });
});
