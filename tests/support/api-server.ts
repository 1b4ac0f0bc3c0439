import { db } from "@/lib/db";
import { connectFakeResend, type FakeResend } from "./fake-resend";
import { HttpClient } from "./http-client";
import { startServer, type TestServer } from "./server";

/** A site that may call the API from its pages, and where its people come back to. */
export const SHOP = "https://shop.example.com";
export const SHOP_CALLBACK = `${SHOP}/callback`;

export type ApiServer = TestServer & {
  mail: FakeResend;
  /** Sends a request from an address of its own. `body` is sent as JSON; text as it is. */
  call: HttpClient["call"];
  ask: HttpClient["ask"];
};

/**
 * The built app with an API for the shop, on a database of its own. What a test does by itself, like making a user, it
 * does to that database: so call this before anything else asks for it.
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
