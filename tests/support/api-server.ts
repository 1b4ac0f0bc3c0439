import { db } from "@/lib/db";
import { connectFakeResend, type FakeResend } from "./fake-resend";
import { HttpClient } from "./http-client";
import { startServer, type TestServer } from "./server";

/** A site that may call the API from its pages, and the address to which its people come back. */
export const SHOP = "https://shop.example.com";
export const SHOP_CALLBACK = `${SHOP}/callback`;

export type ApiServer = TestServer & {
  mail: FakeResend;
  /** Sends a request from an address of its own. `body` is sent as JSON, or as it is if it is text. */
  call: HttpClient["call"];
  ask: HttpClient["ask"];
};

/**
 * The built app with an API for the shop, on a database of its own. Direct work of a test, like making a user, uses that
 * database too: so call this before anything else connects.
 */
export async function startApiServer(given: Record<string, string> = {}): Promise<ApiServer> {
  const server = await startServer({ API_ALLOWED_ORIGINS: SHOP, API_REDIRECT_URLS: SHOP_CALLBACK, ...given });
  Object.assign(process.env, server.settings);
  const stop = async () => {
    await db.$disconnect();
    return server.stop();
  };
  return {
    ...server,
    stop,
    mail: connectFakeResend(server.resendUrl),
    ask: (path, init) => new HttpClient(server.url).ask(path, init),
    call: (method, path, options) => new HttpClient(server.url).call(method, path, options),
  };
}
