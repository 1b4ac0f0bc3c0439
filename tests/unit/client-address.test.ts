import { describe, expect, test } from "vitest";
import { clientAddress } from "@/lib/cli/admit";

describe("the address a request came from", () => {
  test.each([
    [
      "is the peer's without a proxy of ours, whatever the client claims (BRUTE-03)",
      "6.6.6.6",
      "1.2.3.4",
      0,
      "1.2.3.4",
    ],
    ["is what our one proxy appended", "6.6.6.6, 9.9.9.9", "10.0.0.1", 1, "9.9.9.9"],
    ["is what the first of our two proxies appended", "6.6.6.6, 9.9.9.9, 10.0.0.2", "10.0.0.1", 2, "9.9.9.9"],
    ["is the peer's when fewer proxies were passed than are ours", "9.9.9.9", "10.0.0.1", 2, "10.0.0.1"],
    ["is the peer's when the entry is no address", "<script>", "10.0.0.1", 1, "10.0.0.1"],
    ["may be of version 6", "2001:db8::7", "10.0.0.1", 1, "2001:db8::7"],
    ["is of version 4 also where the socket speaks both", undefined, "::ffff:1.2.3.4", 0, "1.2.3.4"],
    ["is unknown on a Unix socket (BRUTE-20)", undefined, undefined, 0, null],
  ])("%s", (_, forwardedFor, peer, hops, address) => {
    expect(clientAddress(forwardedFor, peer, hops)).toBe(address);
  });
});
