import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";
import { afterEach, describe, expect, test, vi } from "vitest";
import { log } from "@/lib/log";
import { createStock } from "@/lib/server/stock";
import { emptyStock, keepInStock } from "@/lib/stock";
import { contentSecurityPolicy, createNonce } from "@/lib/wire/security-headers";

type Page = (req: IncomingMessage, nonce: string) => string;
const closing: (() => void)[] = [];
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  for (const close of closing.splice(0)) close();
});

/** A server whose pages come from stock where they may. `rendered` counts how often they did not. */
async function serve(page: Page, headers: Record<string, string> = {}, status = 200) {
  const warned = vi.spyOn(log, "warn").mockImplementation(() => undefined);
  const rendered: string[] = [];
  const listener: RequestListener = (req, res) => {
    rendered.push(req.url ?? "");
    const nonce = createNonce();
    res.writeHead(status, {
      "content-type": "text/html",
      "content-security-policy": contentSecurityPolicy(nonce),
      ...headers,
    });
    res.write(page(req, nonce));
    res.end();
  };
  const stock = createStock(listener);
  const answer = (req: IncomingMessage, res: ServerResponse) => {
    if (!stock.serve(req, res)) stock.watch(req, res, () => listener(req, res));
  };
  const server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(() => server.close());
  const { port } = server.address() as AddressInfo;
  const ask = async (path = "/page", sent: Record<string, string> = {}) => {
    const asked = request({ host: "127.0.0.1", port, path, headers: sent, agent: false }).end();
    const [response] = (await once(asked, "response")) as [IncomingMessage];
    return { headers: response.headers, body: await buffer(response) };
  };
  return { ask, rendered, warned };
}

const html = (nonce: string, text = "") =>
  `<html><head><script nonce="${nonce}"></script></head><body>${text}<script nonce="${nonce}"></script></body></html>`;
const stocked: Page = (_, nonce) => {
  keepInStock("/page", ["hello"]);
  return html(nonce);
};
test("a page that says so is rendered for its first visitor, twice more to compare, and never again", async () => {
  const { ask, rendered } = await serve(stocked);
  await ask();
  await expect.poll(async () => (await ask()).headers["content-length"]).toBeDefined();
  const count = rendered.length;
  await ask();
  await ask();
  expect(rendered.length).toBe(count);
});

test("only addresses that the page names are kept, however many are asked for", async () => {
  const { ask, rendered } = await serve(stocked);
  for (let n = 0; n < 20; n++) expect((await ask(`/page?message=${n % 4}`)).headers["content-length"]).toBeUndefined();
  expect(rendered.length).toBe(20);
  await expect.poll(async () => (await ask("/page?message=hello")).headers["content-length"]).toBeDefined();
});

test("a page that says nothing is rendered for each visitor", async () => {
  const { ask, rendered } = await serve((_, nonce) => html(nonce));
  for (let n = 0; n < 5; n++) expect((await ask()).headers["content-length"]).toBeUndefined();
  expect(rendered.length).toBe(5);
});

describe("what says that it is the same for everyone, and is not, is never kept:", () => {
  const said =
    (text: (req: IncomingMessage) => string, whole = html): Page =>
    (req, nonce) => {
      keepInStock("/page");
      return whole(nonce, text(req));
    };
  let count = 0;
  test.each<[string, Page, Record<string, string>?, number?]>([
    ["it shows a cookie", said(({ headers }) => String(headers.cookie))],
    ["it shows a language", said(({ headers }) => String(headers["accept-language"]))],
    ["it shows an address", said(({ headers }) => String(headers["x-forwarded-for"]))],
    ["it is of the moment", said(() => String(count++))],
    ["a part of it failed", said(() => "<!--$!-->")],
    ["it sets a cookie", said(() => ""), { "set-cookie": "a=b" }],
    ["it failed", said(() => ""), {}, 500],
    ["it leads elsewhere", said(() => ""), { location: "/" }, 307],
    [
      "it has no nonce",
      said(
        () => "",
        () => "<html></html>",
      ),
    ],
    [
      "it was cut off",
      said(
        () => "",
        (nonce) => html(nonce).replace("</html>", ""),
      ),
    ],
  ])("%s", async (_, page, headers, status) => {
    const { ask, warned } = await serve(page, headers, status);
    await ask();
    await expect.poll(() => warned.mock.calls.length).toBe(1);
    expect((await ask()).headers["content-length"]).toBeUndefined();
  });
});

test("what could not be kept is tried again a minute later, and not before", async () => {
  let failing = true;
  const { ask, rendered, warned } = await serve((req, nonce) => {
    keepInStock("/page");
    return html(nonce, failing ? String(req.headers.cookie) : "");
  });
  await ask();
  await expect.poll(() => warned.mock.calls.length).toBe(1);
  failing = false;
  const count = rendered.length;
  for (let n = 0; n < 10; n++) expect((await ask()).headers["content-length"]).toBeUndefined();
  expect(rendered.length).toBe(count + 10);
  vi.spyOn(performance, "now").mockReturnValue(performance.now() + 61_000);
  await expect.poll(async () => (await ask()).headers["content-length"]).toBeDefined();
});

test("an emptied stock is filled anew", async () => {
  let text = "before";
  const { ask } = await serve((_, nonce) => {
    keepInStock("/page");
    return html(nonce, text);
  });
  await ask();
  await expect.poll(async () => (await ask()).headers["content-length"]).toBeDefined();
  text = "after";
  expect((await ask()).body.toString()).toContain("before");
  emptyStock();
  expect((await ask()).body.toString()).toContain("after");
  await expect.poll(async () => (await ask()).headers["content-length"]).toBeDefined();
  expect((await ask()).body.toString()).toContain("after");
});

test.each([0, 203, 204, 205, 206, 207, 250])(
  "it is compressed rightly whatever the nonce, also where %i characters before it were there already",
  async (length) => {
    // Compression refers back by at most 258 characters, so one reference may end within a nonce.
    const repeated = Array.from({ length }, (_, index) => String.fromCharCode(65 + ((index * index) % 57))).join("");
    const { ask } = await serve((_, nonce) => {
      keepInStock("/page");
      return html(nonce, `é${repeated}<i nonce="${nonce}"></i>${repeated}<i nonce="${nonce}"\t>`);
    });
    await ask();
    await expect.poll(async () => (await ask()).headers["content-length"]).toBeDefined();
    for (let n = 0; n < 20; n++) {
      const { headers, body } = await ask("/page", { "accept-encoding": "gzip" });
      const nonce = /'nonce-([^']+)'/.exec(String(headers["content-security-policy"]))?.[1] ?? "";
      const plain = html(nonce, `é${repeated}<i nonce="${nonce}"></i>${repeated}<i nonce="${nonce}"\t>`);
      expect(headers["content-encoding"]).toBe("gzip");
      expect(gunzipSync(body).toString()).toBe(plain);
    }
  },
);

test.each([31_000, 33_000, 80_000])("and where %i characters lie between two nonces", async (length) => {
  const hashes = Array.from({ length: length / 64 }, (_, index) =>
    createHash("sha256").update(`${index}`).digest("hex"),
  );
  const random = hashes.join("");
  const text = (nonce: string) => html(nonce, `${random}<i nonce="${nonce}"></i>`.repeat(2));
  const { ask } = await serve((_, nonce) => {
    keepInStock("/page");
    return text(nonce);
  });
  await ask();
  await expect.poll(async () => (await ask()).headers["content-length"]).toBeDefined();
  const { headers, body } = await ask("/page", { "accept-encoding": "gzip" });
  const nonce = /'nonce-([^']+)'/.exec(String(headers["content-security-policy"]))?.[1] ?? "";
  expect(gunzipSync(body).toString()).toBe(text(nonce));
});
