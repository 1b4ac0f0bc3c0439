import { fail, type Refusal, type Result } from "@/lib/auth/model/errors";
import { preflight, withCors } from "./cors";
import { type Api, type ApiCall, type ApiHandler, endpoint, isScreen } from "./endpoint";

/**
 * The handlers of a group of routes, by method and path below its prefix: `"POST token"`, `"GET [provider]/callback"`. A part
 * in brackets is a parameter. A path that spells that part out wins.
 */
export type Routes = Record<string, ApiHandler<PathParams>>;

type Handler = (request: Request) => Promise<Response>;
type Path = { parts: string[]; methods: Map<string, ApiHandler<PathParams>> };

/** The parameters of a path, by their names in its route. */
export type PathParams = Partial<Record<string, string>>;

/** A handler that is told who calls. */
export type HandlerFor<Caller> = (call: ApiCall<PathParams>, caller: Caller) => Promise<Result<Response>>;

/** Makes handlers of such: `find` tells who calls, or refuses the request. */
export function admitting<Caller>(find: (call: ApiCall<PathParams>) => Promise<Result<Caller>>) {
  return (handler: HandlerFor<Caller>): ApiHandler<PathParams> =>
    async (call) => {
      const caller = await find(call);
      return caller.ok ? handler(call, caller.value) : caller;
    };
}

/**
 * The methods of a route file that takes all paths below `prefix`. Other requests are refused in the contract's words: 404 for a
 * path, 405 with `Allow` for a method. HEAD needs a route of its own: answering it by GET, as Next does, would spend a single-use
 * token for a client that only looks.
 */
export function router(api: Api, prefix: string, routes: Routes) {
  const paths = compile(routes);
  const answerPreflight = preflight(api);
  const handle: Handler = async (request) => {
    const found = find(paths, new URL(request.url).pathname.slice(prefix.length + 1));
    if (!found) return refuse(api, request, fail("not_found"));
    const { parts, methods, params } = found;
    if (request.method === "OPTIONS") return answerPreflight(request);
    const handler = methods.get(request.method);
    const story = `${request.method} ${prefix}/${parts.join("/")}`;
    if (handler) return endpoint(api, handler, story)(request, { params: Promise.resolve(params) });
    const response = refuse(api, request, fail("method_not_allowed"));
    response.headers.set("allow", [...methods.keys(), "OPTIONS"].join(", "));
    return response;
  };
  return { GET: handle, HEAD: handle, POST: handle, PUT: handle, PATCH: handle, DELETE: handle, OPTIONS: handle };
}

/** Paths with fewer parameters first. */
function compile(routes: Routes): Path[] {
  const paths = new Map<string, Path>();
  for (const [name, handler] of Object.entries(routes)) {
    const [method = "", path = ""] = name.split(" ");
    const known = paths.get(path) ?? { parts: path.split("/"), methods: new Map() };
    known.methods.set(method, handler);
    paths.set(path, known);
  }
  const parameters = ({ parts }: Path) => parts.filter(isParameter).length;
  return [...paths.values()].sort((a, b) => parameters(a) - parameters(b));
}

function find(paths: Path[], pathname: string): (Path & { params: PathParams }) | null {
  const parts = pathname.split("/");
  for (const path of paths) {
    const params = match(path.parts, parts);
    if (params) return { ...path, params };
  }
  return null;
}

function match(expected: string[], given: string[]): PathParams | null {
  if (expected.length !== given.length) return null;
  const params: PathParams = {};
  for (const [n, part] of expected.entries()) {
    const value = decode(given[n] ?? "");
    if (!value || (!isParameter(part) && part !== value)) return null;
    if (isParameter(part)) params[part.slice(1, -1)] = value;
  }
  return params;
}

function isParameter(part: string): boolean {
  return part.startsWith("[");
}

/** A part of a path as it was meant, or null when it cannot be read. */
function decode(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}

function refuse(api: Api, request: Request, { error }: Refusal): Response {
  const response = api.refuse(error, request);
  return isScreen(api) ? response : withCors(api, request, response);
}
