import { db } from "@/lib/db";
import { connectFakeResend, type FakeResend } from "./fake-resend";
import { startServer, type TestServer } from "./server";

/** A site that may call the API from its pages, and where its people come back to. */
export const SHOP = "https://shop.example.com";
export const SHOP_CALLBACK = `${SHOP}/callback`;

export type Answer = {
  status: number;
  headers: Headers;
  text: string;
  /** The JSON body, or `{}` when it is none. Of any shape: a test says what it expects. */
  body: Record<string, never> & Record<string, unknown>;
};

export type ApiServer = TestServer & {
  mail: FakeResend;
  /** Sends a request from an address of its own. `body` is sent as JSON; text as it is. */
  call(method: string, path: string, options?: { body?: unknown; headers?: Record<string, string> }): Promise<Answer>;
};

let addresses = 0;
/** A client address that nobody had before. */
export function newAddress(): string {
  addresses += 1;
  return `10.${process.pid % 250}.${(addresses >> 8) & 255}.${addresses & 255}`;
}

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
  return { ...server, stop, mail: connectFakeResend(server.resendUrl), call: caller(server.url) };
}

function caller(url: string): ApiServer["call"] {
  return async (method, path, { body, headers = {} } = {}) => {
    const response = await fetch(url + path, {
      method,
      redirect: "manual",
      headers: {
        ...(body !== undefined && { "content-type": "application/json" }),
        "x-forwarded-for": newAddress(),
        ...headers,
      },
      body: body === undefined || typeof body === "string" ? body : JSON.stringify(body),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: parsed(text) };
  };
}

function parsed(text: string): Answer["body"] {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

/** `name=value` of the cookies that an answer sets. */
export function cookiesOf({ headers }: { headers: Headers }): string {
  return headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0])
    .join("; ");
}
