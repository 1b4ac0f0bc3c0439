import { env } from "@/lib/env";
import { isSameOrigin } from "./same-origin";

/** What browsers of other origins may send to a group of routes, and read of its answers. */
export type CorsPolicy = {
  methods: readonly string[];
  requestHeaders: readonly string[];
  exposedHeaders?: readonly string[];
};

const PREFLIGHT_SECONDS = 600;

/** Whether this origin is one of API_ALLOWED_ORIGINS, to the letter: never a pattern, never the end of a name. */
function isAllowed(origin: string): boolean {
  return env().API_ALLOWED_ORIGINS.some((allowed) => allowed.replace(/\/$/, "") === origin);
}

/**
 * Whether the browser says that a page of an origin that is neither ours nor allowed made this request. A visit by a link from
 * another site is no such request: it is a GET without Origin.
 */
export function isForeign({ method, headers }: Request): boolean {
  const origin = headers.get("origin");
  if (origin === null) return !isSameOrigin(method, headers);
  return !isAllowed(origin) && !isSameOrigin("POST", headers);
}

/** Lets pages of allowed origins, and no others, read the answer and send cookies along. */
export function withCors(policy: CorsPolicy, request: Request, response: Response): Response {
  const headers = new Headers(response.headers);
  headers.append("vary", "Origin");
  const origin = request.headers.get("origin");
  if (origin !== null && isAllowed(origin)) {
    headers.set("access-control-allow-origin", origin);
    headers.set("access-control-allow-credentials", "true");
    if (policy.exposedHeaders) headers.set("access-control-expose-headers", policy.exposedHeaders.join(", "));
  }
  return new Response(response.body, { status: response.status, headers });
}

/** The answer to a preflight. A page of a foreign origin is told nothing. */
export function preflight(policy: CorsPolicy): (request: Request) => Response {
  return (request) => {
    const answer = withCors(policy, request, new Response(null, { status: 204 }));
    if (answer.headers.has("access-control-allow-origin")) {
      answer.headers.set("access-control-allow-methods", policy.methods.join(", "));
      answer.headers.set("access-control-allow-headers", policy.requestHeaders.join(", "));
      answer.headers.set("access-control-max-age", String(PREFLIGHT_SECONDS));
    }
    return answer;
  };
}
