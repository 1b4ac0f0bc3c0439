import type { ProviderOptions } from "@openauthjs/openauth/provider/provider";
import { type Context, Hono } from "hono";
import { ok, type Result } from "@/lib/auth/model/errors";
import { LIMITS } from "@/lib/auth/model/limits";
import { sourceOf } from "@/lib/auth/model/network";
import type { Client } from "@/lib/auth/model/principal";
import { consume } from "@/lib/auth/store/rate-limits";
import { consumeVerification, takeTry } from "@/lib/auth/store/verifications";
import { log } from "@/lib/log";
import { failureName } from "@/lib/oauth/protocol";
import type { ApiCall, ApiHandler } from "@/lib/wire/endpoint";
import type { Routes } from "@/lib/wire/router";
import { arrive, browserOf } from "./arrival";
import { type Authorization, authorizationCookie, refuseApp } from "./authorization";
import { showCode } from "./code-screen";
import { unknownState } from "./errors";
import { type Issuer, isOwn, type PackageProvider } from "./issuer";
import { callbackOf, issuerUrl, pathOf } from "./names";
import { keepVisit, type Visit, visitOf } from "./visits";

/** With the database's time and ours, the person hears within ten seconds. */
const TIMEOUT_MS = 9_000;
const CALLBACK = /^\/callback(\/|$)/;
/** What a provider may tell the app of a sign-in that failed (RFC 6749, 4.1.2.1). */
const ERRORS = ["access_denied", "invalid_request", "invalid_scope", "unauthorized_client", "temporarily_unavailable"];

/** One request to a provider: what its handler is told of by our side, and what came of it. */
type Turn = {
  authorization: Authorization;
  visit: Visit | null;
  client: Client;
  request: Request;
  cookie: string | null;
  /** What its handler threw, and what our side did. */
  problem?: unknown;
  fault?: unknown;
};
type Mounted = { forms: Routes; answers: Routes };

/**
 * The routes of the package's provider objects, below `/openauth`. They are written for Hono's router, so they get one.
 * `answers` are the ones that a provider's own page may post to.
 */
export function mountProviders(issuer: Issuer): Mounted {
  const mounted: Mounted = { forms: {}, answers: {} };
  for (const [name, provider] of Object.entries(issuer.providers)) {
    if (!isOwn(provider)) mount(issuer, name, provider, mounted);
    else if (provider.type === "password") mounted.forms[`GET ${name}/authorize`] = toPasswordScreens;
    else
      for (const method of ["GET", "POST"])
        mounted.forms[`${method} ${name}/authorize`] = (call) => showCode(issuer, name, provider, call);
  }
  return mounted;
}

const toPasswordScreens: ApiHandler = async () =>
  ok(new Response(null, { status: 302, headers: { location: pathOf("password") } }));

function mount(issuer: Issuer, name: string, provider: PackageProvider, { forms, answers }: Mounted): void {
  const routes = new Hono();
  provider.init(routes, optionsOf(issuer, name, provider));
  const app = new Hono<{ Bindings: Turn }>();
  app.route(`/openauth/${name}`, routes);
  app.onError((error, { env: turn }) => {
    turn.problem = error;
    return new Response(null, { status: 500 });
  });
  for (const { method, path } of routes.routes) {
    // Middleware has no path of its own.
    if (path.endsWith("*")) continue;
    const pattern = `${name}${path.replace(/:(\w+)[^/]*/g, "[$1]")}`;
    const handler: ApiHandler = (call) => answer(name, app, call);
    for (const verb of method === "ALL" ? ["GET", "POST"] : [method])
      (CALLBACK.test(path) ? answers : forms)[`${verb} ${pattern}`] = handler;
  }
}

async function answer(name: string, app: Hono<{ Bindings: Turn }>, call: ApiCall): Promise<Result<Response>> {
  const { request, url, client } = call;
  const begins = request.method === "GET" && url.pathname === pathOf(name);
  if (begins) {
    const allowed = await consume(LIMITS.providerPerSource, sourceOf(client));
    if (!allowed.ok) return allowed;
  }
  const visit = begins ? null : await visitOf(request, name);
  const authorization = visit?.authorization ?? authorizationCookie.read(request);
  if (!authorization) return ok(unknownState());
  // Each answer may make a provider object ask its provider, so that one visit brings few of them.
  if (visit && url.pathname.startsWith(callbackOf(name)) && !(await takeTry(visit.id))) return ok(unknownState());
  const turn: Turn = { authorization, visit, client: browserOf(call), request, cookie: null };
  const drawn = await withinTime(turn, app.fetch(asSeenBy(call), turn));
  if (turn.fault !== undefined) throw turn.fault;
  const response = turn.problem === undefined ? drawn : refuse(name, turn);
  const headers = new Headers(response.headers);
  if (turn.cookie) headers.append("set-cookie", turn.cookie);
  headers.set("cache-control", "no-store");
  return ok(new Response(response.body, { status: response.status, headers }));
}

/** The request under the address that the world knows, from which providers make their callback address. */
function asSeenBy({ request, url, form }: ApiCall): Request {
  const headers = new Headers(request.headers);
  for (const [name] of request.headers) if (/^(x-forwarded-|content-|host$)/.test(name)) headers.delete(name);
  const body = form && new URLSearchParams([...form].map(([name, value]) => [name, String(value)]));
  const path = url.pathname.slice("/openauth".length) + url.search;
  return new Request(issuerUrl() + path, { method: request.method, headers, body });
}

/** What a handler answers, or after nine seconds nothing of it. */
async function withinTime(turn: Turn, answered: Response | Promise<Response>): Promise<Response> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Response>((resolve) => {
    timer = setTimeout(() => {
      turn.problem = Object.assign(new Error("The provider took too long"), { error: "temporarily_unavailable" });
      resolve(new Response(null, { status: 504 }));
    }, TIMEOUT_MS);
  });
  return Promise.race([answered, late]).finally(() => clearTimeout(timer));
}

function refuse(name: string, { authorization, problem }: Turn): Response {
  log.warn({ event: "provider.failed", provider: name, reason: failureName(problem) }, "third-party sign-in failed");
  const said = String(Object(problem).error);
  const [error, description] = ERRORS.includes(said)
    ? [said, "The provider refused the sign-in."]
    : ["server_error", "The provider did not answer as expected."];
  return refuseApp(authorization, error, description);
}

/** What a provider object is given: notes in the browser, and what to call once it knows who the person is. */
function optionsOf(issuer: Issuer, name: string, { type }: PackageProvider): ProviderOptions<object> {
  const nothing = { get: notHere, set: notHere, remove: notHere, scan: notHere };
  return {
    name,
    success: (context, properties) =>
      ours(context, async ({ authorization, visit, client, request, problem }) => {
        if (problem !== undefined) throw problem;
        const spent = visit && !(await consumeVerification(visit.id));
        if (spent) return unknownState();
        const value = { ...properties, provider: name };
        return arrive(issuer, { authorization, client, request, value, from: { name, type } });
      }),
    forward: (_, response) => response,
    set: (context, key, seconds, value) => ours(context, (turn) => note(name, turn, key, seconds, value)),
    async get(context, key) {
      const { visit } = context.env as Turn;
      return visit?.notes[key] as never;
    },
    unset: (context, key) => ours(context, (turn) => note(name, turn, key, 0, undefined)),
    invalidate: notHere,
    storage: nothing as never,
  };
}

/** Keeps a provider's note, or takes it back; the last one takes the visit along. */
async function note(name: string, turn: Turn, key: string, seconds: number, value: unknown): Promise<void> {
  const { authorization, visit } = turn;
  const { [key]: _, ...others } = visit?.notes ?? {};
  const notes = value === undefined ? others : { ...others, [key]: value };
  if (Object.keys(notes).length > 0) {
    const kept = await keepVisit(name, { authorization, notes, former: visit?.id ?? null, seconds });
    Object.assign(turn, { visit: { ...kept, authorization, notes }, cookie: kept.cookie });
  } else if (visit) {
    await consumeVerification(visit.id);
    turn.visit = null;
  }
}

/** What fails on our side is ours to answer, and not told to the app as the provider's failure. */
async function ours<T>({ env }: Context, work: (turn: Turn) => Promise<T>): Promise<T> {
  try {
    return await work(env as Turn);
  } catch (error) {
    (env as Turn).fault ??= error;
    throw error;
  }
}

function notHere(): never {
  throw new Error("A provider keeps nothing beside its notes here: `storage` and `invalidate` are not given");
}
