import { ok, type Result } from "@/lib/auth/model/errors";
import type { Limit } from "@/lib/auth/model/limits";
import { sourceOf } from "@/lib/auth/model/network";
import { consume, standing } from "@/lib/auth/store/rate-limits";
import type { ApiCall } from "@/lib/wire/endpoint";
import type { PathParams } from "@/lib/wire/router";
import { refuse } from "./errors";
import type { StrapiSettings } from "./settings";

const WINDOW_SECONDS = 60;

export type StrapiHandler = (call: ApiCall<PathParams>, settings: StrapiSettings) => Promise<Result<Response>>;

/**
 * Lets so many calls of a route through a minute, and says on every answer how many are left. A route counts under its
 * own name, however its address was spelled. `byEmail`: each address in the body counts by itself, which is Strapi's
 * rule for the routes that are about one; elsewhere a made-up address would buy another ten calls.
 */
export function limitCalls(route: string, handler: StrapiHandler, { byEmail = false } = {}): StrapiHandler {
  return async (call, settings) => {
    const limit: Limit = { name: "strapi", points: settings.callsPerMinute, windowSeconds: WINDOW_SECONDS };
    const { email } = call.body;
    const identifier = byEmail && typeof email === "string" ? email.toLowerCase() : "noIdentifier";
    const key = [route, sourceOf(call.client), identifier].join(":");
    const allowed = await consume(limit, key);
    const result = allowed.ok ? await handler(call, settings) : allowed;
    const response = result.ok ? result.value : refuse(result.error);
    const { remaining, resetAt } = await standing(limit, key);
    response.headers.set("x-ratelimit-limit", String(limit.points));
    response.headers.set("x-ratelimit-remaining", String(remaining));
    response.headers.set("x-ratelimit-reset", String(Math.ceil(resetAt.getTime() / 1000)));
    const wait = result.ok ? undefined : result.error.retryAfter;
    if (wait) response.headers.set("retry-after", String(wait));
    return ok(response);
  };
}
