import { AUTH_ERRORS, type AuthFailure, fail, ok, type Refusal, type Result } from "@/lib/auth/model/errors";
import type { Client } from "@/lib/auth/model/principal";
import { env } from "@/lib/env";
import { withLogFields } from "@/lib/log";
import { settle } from "@/lib/wire/settle";
import { clientAddress, userAgentOf } from "./client-address";
import { DEVICE_COOKIE } from "./cookies";
import { type CorsPolicy, isForeign, withCors } from "./cors";
import { json } from "./json";
import { readForm } from "./read-form";
import { type JsonObject, readJson } from "./read-json";
import { answerOf } from "./refused";
import { readCookie, sessionTokenOf } from "./request-cookies";
import { isSameOrigin } from "./same-origin";
import { callingServer } from "./server-key";

/** A group of routes with one contract: what browsers may send to it, and how it words a refusal. */
export type Api = CorsPolicy & {
  refuse(failure: AuthFailure, request: Request): Response;
  /** The kind of body; JSON by default. */
  bodies?: "form";
  /** For screens: only our own pages may post to them or read them. */
  ownPagesOnly?: true;
  /** For routes to which another site's page posts by contract, as a provider posts its answer. The route checks by itself that it began the visit. */
  fromAnyPage?: true;
};

/**
 * A request as a dialect sees it: its path's parameters, its JSON body (`{}` for none), the form that was posted (null for
 * none), where it comes from.
 */
export type ApiCall<Params = object> = {
  request: Request;
  url: URL;
  params: Params;
  body: JsonObject;
  form: FormData | null;
  client: Client;
};

export type ApiHandler<Params = object> = (call: ApiCall<Params>) => Promise<Result<Response>>;

/**
 * Makes a route handler from a dialect's. It refuses requests of foreign pages with our cookie, reads the body within its limit,
 * and turns refusals and failures into the contract's words.
 * @param story the route's name in metrics and traces: a pattern, never an address that a client sent.
 */
export function endpoint<Params>(api: Api, answer: ApiHandler<Params>, story = "endpoint") {
  return async (request: Request, context: { params: Promise<Params> }): Promise<Response> => {
    const answered = async () => {
      const refused = refuseForeign(api, request);
      if (refused) return refused;
      const bodies = await readBodies(api, request);
      if (!bodies.ok) return bodies;
      const server = callingServer(request.headers);
      if (!server.ok) return server;
      const url = new URL(request.url);
      const call = { request, url, params: await context.params, ...bodies.value, client: clientOf(request) };
      return server.value ? withLogFields({ server: server.value.name }, () => answer(call)) : answer(call);
    };
    const result = await settle(answered, undefined, story);
    const response = answerOf(result, (failure) => api.refuse(failure, request));
    if (!result.ok && result.error.retryAfter) response.headers.set("retry-after", String(result.error.retryAfter));
    return isScreen(api) ? response : withCors(api, request, withChallenge(request, response));
  };
}

const FOREIGN =
  "This was sent by a page of another site, so nothing was done. Sites allowed to are in API_ALLOWED_ORIGINS.";
const FOREIGN_FORM = "This form was sent from another site, so nothing was done.";

/** Whether browsers show its answer to people, and no script reads it. */
export function isScreen({ ownPagesOnly, fromAnyPage }: Api): boolean {
  return Boolean(ownPagesOnly || fromAnyPage);
}

function refuseForeign({ ownPagesOnly, fromAnyPage }: Api, request: Request): Refusal | null {
  if (fromAnyPage) return null;
  if (ownPagesOnly)
    return isSameOrigin(request.method, request.headers) ? null : fail("forbidden", { message: FOREIGN_FORM });
  return sessionTokenOf(request) && isForeign(request) ? fail("forbidden", { message: FOREIGN }) : null;
}

async function readBodies({ bodies }: Api, request: Request): Promise<Result<Pick<ApiCall, "body" | "form">>> {
  if (bodies !== "form") {
    const body = await readJson(request);
    return body.ok ? ok({ body: body.value, form: null }) : body;
  }
  if (request.method !== "POST") return ok({ body: {}, form: null });
  const form = await readForm(request);
  return form.ok ? ok({ body: {}, form: form.value }) : form;
}

/** Where a request comes from: for a backend with a server key, from the person it calls for. */
export function clientOf(request: Request): Client {
  const { headers } = request;
  const server = callingServer(headers);
  const told = server.ok ? server.value?.clientIp : null;
  const device = readCookie(request, DEVICE_COOKIE());
  return { ip: told ?? clientAddress(headers), userAgent: userAgentOf(headers), device };
}

/** How our own routes, which speak no dialect, word a refusal: `{error, message}`. */
export function refuseJson({ code, message }: AuthFailure): Response {
  return json(AUTH_ERRORS[code].status, { error: code, message });
}

/** A 401 says how to authenticate (RFC 9110, 15.5.2), and whether the token is the reason (RFC 6750, 3.1). */
export function withChallenge(request: Request, response: Response): Response {
  if (response.status !== 401 || response.headers.has("www-authenticate")) return response;
  const headers = new Headers(response.headers);
  const problem = bearerOf(request) ? ', error="invalid_token"' : "";
  headers.set("www-authenticate", `Bearer realm="${new URL(env().APP_URL).host}"${problem}`);
  return new Response(response.body, { status: response.status, headers });
}

/** The token of an `Authorization: Bearer …` header, or null. */
export function bearerOf({ headers }: Request): string | null {
  return headers.get("authorization")?.match(/^bearer\s+(\S+)\s*$/i)?.[1] ?? null;
}
