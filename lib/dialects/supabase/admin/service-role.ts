import { fail } from "@/lib/auth/model/errors";
import { env } from "@/lib/env";
import { logEvent } from "@/lib/log";
import { type ApiHandler, bearerOf } from "@/lib/wire/endpoint";
import type { HandlerFor, PathParams, Routes } from "@/lib/wire/router";
import { isFromBrowser, NOT_IN_BROWSERS, nameOfKey } from "@/lib/wire/server-key";
import { supabaseError } from "../errors";

const nameOf = (key: string | null) => (key === null ? null : nameOfKey(key, env().SUPABASE_SERVICE_KEYS));

/** Admits requests with a service-role key as bearer token, which `createClient(url, key)` sends, and tells the key's name. */
export function byServiceRole(handler: HandlerFor<string>): ApiHandler<PathParams> {
  return async (call) => {
    const token = bearerOf(call.request);
    if (!token) return supabaseError(call.request, "no_authorization");
    const by = nameOf(token);
    if (by) return handler(call, by);
    logEvent("server_key.refused");
    return supabaseError(call.request, "not_admin");
  };
}

/** The same routes, but a browser that sends a service-role key is refused, because a key in a page is no secret. */
export function refusingKeysOfPages(routes: Routes): Routes {
  const guarded = Object.entries(routes).map(([name, handler]): [string, ApiHandler<PathParams>] => [
    name,
    async (call) => {
      const { headers } = call.request;
      const holdsKey = nameOf(bearerOf(call.request)) ?? nameOf(headers.get("apikey"));
      return holdsKey && isFromBrowser(headers)
        ? fail("server_key_refused", { message: NOT_IN_BROWSERS })
        : handler(call);
    },
  ]);
  return Object.fromEntries(guarded);
}
