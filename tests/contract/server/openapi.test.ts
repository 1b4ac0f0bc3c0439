import { expect, inject, test } from "vitest";
import { documents } from "@/tests/support/documents";
import { HttpClient } from "@/tests/support/http-client";

// Every answer of every contract test is compared with the documents in tests/support/documented.ts.

const { url } = inject("server");
const client = new HttpClient(url);

test("every document is public, kept for minutes, and found in the catalog", async () => {
  const { text, headers } = await client.ask("/.well-known/api-catalog");
  expect(headers.get("content-type")).toMatch(/^application\/linkset\+json/);
  const { linkset }: { linkset: { "service-desc": { href: string }[] }[] } = JSON.parse(text);
  const listed = linkset.flatMap((entry) => entry["service-desc"].map(({ href }) => href.replace(url, "")));
  const all = await documents();
  expect(listed.sort()).toEqual(all.map(({ address }) => address).sort());
  for (const { address, document } of all) {
    const answer = await client.ask(address, { headers: { origin: "https://stranger.example" } });
    expect([address, answer.status, answer.body]).toEqual([address, 200, document]);
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(answer.headers.get("cache-control")).toBe("public, max-age=300");
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
  }
});
