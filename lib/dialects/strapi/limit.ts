import type { Result } from "@/lib/auth/model/errors";
import type { Limit } from "@/lib/auth/model/limits";
import { countSource, sourceCounters } from "@/lib/auth/steps/count-source";
import { type Counter, type Standing, standing } from "@/lib/auth/store/rate-limits";
import type { ApiCall } from "@/lib/wire/endpoint";
import { answerOf, refused } from "@/lib/wire/refused";
import type { PathParams } from "@/lib/wire/router";
import { refuse } from "./errors";
import type { StrapiSettings } from "./settings";

const WINDOW_SECONDS = 60;

export type StrapiHandler = (call: ApiCall<PathParams>, settings: StrapiSettings) => Promise<Result<Response>>;

/**
 * Limits the calls of a route from one source to `callsPerMinute`, and tells in the headers of every answer how many are left. It
 * counts by the route's name, because a client may spell the path in several ways. `byEmail` counts each address in the body by
 * itself, as Strapi does on routes that need an address; on other routes a client could get ten more calls by inventing an address.
 */
export function limitCalls(route: string, handler: StrapiHandler, { byEmail = false } = {}): StrapiHandler {
  return async (call, settings) => {
    const limit: Limit = { name: "strapi:source", points: settings.callsPerMinute, windowSeconds: WINDOW_SECONDS };
    const { email } = call.body;
    const identifier = byEmail && typeof email === "string" ? email.toLowerCase() : "noIdentifier";
    const about = `${route}:${identifier}`;
    const allowed = await countSource(limit, call.client, about);
    const result = allowed.ok ? await handler(call, settings) : allowed;
    const answer = answerOf(result, refuse);
    const { remaining, resetAt } = await scarcest(sourceCounters(limit, call.client, about));
    answer.headers.set("x-ratelimit-limit", String(limit.points));
    answer.headers.set("x-ratelimit-remaining", String(remaining));
    answer.headers.set("x-ratelimit-reset", String(Math.ceil(resetAt.getTime() / 1000)));
    return result.ok ? result : refused(answer, result);
  };
}

/** How many calls are left where the fewest are: of an IPv6 client's network another one may have made them. */
async function scarcest(counters: readonly Counter[]): Promise<Standing> {
  const standings = await Promise.all(counters.map(([limit, key]) => standing(limit, key)));
  return standings.reduce((least, one) => (one.remaining < least.remaining ? one : least));
}
