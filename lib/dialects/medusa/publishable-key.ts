import { env } from "@/lib/env";
import type { ApiHandler } from "@/lib/wire/endpoint";
import type { PathParams, Routes } from "@/lib/wire/router";
import { medusaError } from "./errors";

const STORE = /^[A-Z]+ store\//;

/**
 * Requires one of MEDUSA_PUBLISHABLE_KEYS, if it lists any, on the routes of the store. Every browser can read such a key: it
 * tells storefronts apart, and proves nothing.
 */
export function withPublishableKey(routes: Routes): Routes {
  return Object.fromEntries(
    Object.entries(routes).map(([name, handler]) => [name, STORE.test(name) ? checked(handler) : handler]),
  );
}

function checked(handler: ApiHandler<PathParams>): ApiHandler<PathParams> {
  return async (call) => {
    const keys = env().MEDUSA_PUBLISHABLE_KEYS;
    const key = call.request.headers.get("x-publishable-api-key");
    if (keys.length === 0 || keys.includes(key ?? "")) return handler(call);
    return medusaError("not_allowed", key === null ? MISSING : WRONG);
  };
}

const MISSING = "Publishable API key required in the request header: x-publishable-api-key.";
const WRONG = "A valid publishable key is required to proceed with the request";
