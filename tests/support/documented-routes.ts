import { vi } from "vitest";
import type { Api } from "@/lib/wire/endpoint";
import type { Routes } from "@/lib/wire/router";
import { judge } from "./documented";

// A setup file: checks the answers of the dialects' routes, called without a server, against their documents.

vi.mock("@/lib/wire/router", async (importOriginal) => {
  const original = await importOriginal<typeof import("@/lib/wire/router")>();
  const router = (api: Api, prefix: string, routes: Routes) => {
    const handlers = Object.entries(original.router(api, prefix, routes)).map(([method, handle]) => [
      method,
      watched(handle),
    ]);
    return Object.fromEntries(handlers);
  };
  return { ...original, router };
});

type Handler = (request: Request) => Promise<Response>;

function watched(handle: Handler): Handler {
  return async (request) => {
    const { method, url } = request;
    const copy = request.clone();
    const response = await handle(request);
    const { status, headers } = response;
    const got = response.clone();
    // A body that a test cut off cannot be read again.
    const sent = copy.text().catch(() => "");
    judge(
      Promise.all([sent, got.text()]).then(([sent, got]) => ({
        method,
        url: new URL(url),
        sent,
        status,
        headers,
        got,
      })),
    );
    return response;
  };
}
