import { preflight } from "@/lib/wire/cors";
import { type Api, type ApiHandler, endpoint } from "@/lib/wire/endpoint";
import { refuse } from "./errors";

const api: Api = {
  methods: ["GET", "POST", "DELETE", "OPTIONS"],
  requestHeaders: ["authorization", "content-type", "accept", "x-medusa-locale", "x-publishable-api-key"],
  refuse,
};

/** Parameters of /auth/[actor]/[provider] and what is below it. */
export type ActorParams = { actor: string; provider: string };

/** A route handler that answers like Medusa. */
export function medusa<Params>(answer: ApiHandler<Params>) {
  return endpoint(api, answer);
}

export const medusaPreflight = preflight(api);
/** Next would answer it with GET, and so spend what a provider sent back for whoever only looks. */
export const noHead = () => new Response(null, { status: 405 });
