import { Hono } from "hono";
import { ok, type Result } from "@/lib/auth/model/errors";
import { LIMITS } from "@/lib/auth/model/limits";
import { countSource } from "@/lib/auth/steps/count-source";
import { takeTry } from "@/lib/auth/store/verifications";
import { log } from "@/lib/log";
import { failureName } from "@/lib/oauth/protocol";
import type { ApiCall, ApiHandler } from "@/lib/wire/endpoint";
import type { Routes } from "@/lib/wire/router";
import { browserOf } from "./arrival";
import { authorizationCookie, refuseApp } from "./authorization";
import { showCode } from "./code-screen";
import { unknownState } from "./errors";
import { type Issuer, isOwn, type PackageProvider } from "./issuer";
import { issuerUrl, pathOf } from "./names";
import { optionsOf, type Turn } from "./provider-options";
import { visitOf } from "./visits";

/** Leaves time for the database and our own work, so that the person gets an answer within ten seconds. */
const TIMEOUT_MS = 9_000;
const BEGIN = "/authorize";
const CALLBACK = /^\/callback(\/|$)/;
/** The errors of a provider that are passed on to the app (RFC 6749, 4.1.2.1). */
const ERRORS = ["access_denied", "invalid_request", "invalid_scope", "unauthorized_client", "temporarily_unavailable"];

type Mounted = { forms: Routes; answers: Routes };

/**
 * The routes of the issuer's providers, below `/openauth`. The package's provider objects are written for Hono's router, so each
 * gets one. A provider's own page may post to the routes in `answers`.
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
    // Middleware has a path that ends in `*`, and is no route.
    if (path.endsWith("*")) continue;
    const pattern = `${name}${path.replace(/:(\w+)[^/]*/g, "[$1]")}`;
    const isAnswer = CALLBACK.test(path);
    for (const verb of method === "ALL" ? ["GET", "POST"] : [method]) {
      const begins = verb === "GET" && path === BEGIN;
      (isAnswer ? answers : forms)[`${verb} ${pattern}`] = (call) => answer({ name, app, begins, isAnswer }, call);
    }
  }
}

type Route = { name: string; app: Hono<{ Bindings: Turn }>; begins: boolean; isAnswer: boolean };

async function answer({ name, app, begins, isAnswer }: Route, call: ApiCall): Promise<Result<Response>> {
  const { request, client } = call;
  if (begins) {
    const allowed = await countSource(LIMITS.providerPerSource, client);
    if (!allowed.ok) return allowed;
  }
  const visit = begins ? null : await visitOf(request, name);
  const authorization = visit?.authorization ?? authorizationCookie.read(request);
  if (!authorization) return unknownState();
  // Each answer may make the provider object call its provider, so a visit takes only a few.
  if (visit && isAnswer && !(await takeTry(visit.id))) return unknownState();
  const turn: Turn = { authorization, visit, client: browserOf(call), request, cookie: null };
  const drawn = await withinTime(turn, app.fetch(asSeenBy(call), turn));
  if (turn.fault !== undefined) throw turn.fault;
  const response = turn.problem === undefined ? drawn : refuse(name, turn);
  const headers = new Headers(response.headers);
  if (turn.cookie) headers.append("set-cookie", turn.cookie);
  headers.set("cache-control", "no-store");
  return ok(new Response(response.body, { status: response.status, headers }));
}

/** The request with our public address, from which provider objects make their callback address. */
function asSeenBy({ request, url, form }: ApiCall): Request {
  const headers = new Headers(request.headers);
  for (const [name] of request.headers) if (/^(x-forwarded-|content-|host$)/.test(name)) headers.delete(name);
  const body = form && new URLSearchParams([...form].map(([name, value]) => [name, String(value)]));
  const path = url.pathname.slice("/openauth".length) + url.search;
  return new Request(issuerUrl() + path, { method: request.method, headers, body });
}

/** The handler's answer, or a problem for the turn after nine seconds. */
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
