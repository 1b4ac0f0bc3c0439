import { AUTH_ERRORS, type AuthErrorCode, fail } from "@/lib/auth/model/errors";
import { env } from "@/lib/env";
import type { Answer, Contract, Told } from "./contract";
import type { Shapes } from "./shapes";

/**
 * Statuses that every route may answer: to an unreadable address or body, to a wrong server key, to a page of another site, and
 * when something is wrong here.
 */
export const ANYWHERE = [400, 401, 403, 413, 415, 500, 503];
/** Those of them that our server answers itself, in plain text, before a route runs. */
const BEFORE_ROUTES = [400, 413, 415];
const EXAMPLES = 3;
/** Only pages upload pictures, no API. */
const NOT_OF_APIS = /^picture_/;

const WORDS: Record<number, string> = {
  200: "Done.",
  201: "Made.",
  204: "Done, and there is nothing to tell.",
  302: "Leads on.",
  303: "Leads on.",
  400: "What was sent cannot be taken.",
  401: "Not without a session or a key, or not with this one.",
  403: "Not for this caller.",
  404: "There is nothing here.",
  409: "Something else was first.",
  413: "What was sent is too large.",
  415: "What was sent is of another type.",
  422: "What was sent is not allowed.",
  429: "Asked too often.",
  500: "A mistake on our side. Nothing was changed.",
  502: "The sign-in service did not answer as expected.",
  503: "The database is away, or there is too much to do. Nothing is lost.",
};
const HEADERS: Record<string, string> = {
  location: "Where it leads.",
  link: "Where more is (RFC 8288).",
  "set-cookie": "A cookie that no script can read.",
  "retry-after": "For how many seconds to wait.",
  "www-authenticate": "How to be let in (RFC 9110, 15.5.2).",
};
const ON_REFUSALS: Record<number, readonly string[]> = {
  401: ["www-authenticate"],
  429: ["retry-after"],
  503: ["retry-after"],
};
const TEXT = { schema: { type: "string" } };

/** An answer of a route, as OpenAPI's Response Object. */
export function answered(status: number, answer: Answer, contract: Contract, shapes: Shapes) {
  const told: Told = "_zod" in answer ? { json: answer } : answer;
  const { is = WORDS[status] ?? "", json, types = [], headers = [] } = told;
  const content = {
    ...(json && { "application/json": shapes.shown(json, "output") }),
    ...Object.fromEntries(types.map((type) => [type, TEXT])),
  };
  return { description: is, ...headersOf(headers, contract), ...(Object.keys(content).length > 0 && { content }) };
}

/** The name and the object of a refusal with this status. Its examples are what `refuse` makes of ours. */
export async function refused(status: number, contract: Contract): Promise<[string, object]> {
  const examples: Record<string, { value: unknown }> = {};
  for (const code of Object.keys(AUTH_ERRORS) as AuthErrorCode[]) {
    const response = contract.api.refuse(fail(code).error, new Request(env().APP_URL));
    if (response.status !== status || NOT_OF_APIS.test(code) || Object.keys(examples).length === EXAMPLES) continue;
    examples[code] = { value: await response.json() };
  }
  const json = { schema: { $ref: "#/components/schemas/Error" }, examples };
  const content = { "application/json": json, ...(BEFORE_ROUTES.includes(status) && { "text/plain": TEXT }) };
  const headers = [...(ON_REFUSALS[status] ?? []), ...(contract.onRefusals ?? [])];
  return [`Refused${status}`, { description: WORDS[status] ?? "", ...headersOf(headers, contract), content }];
}

function headersOf(names: readonly string[], { headers: own = {} }: Contract) {
  if (names.length === 0) return {};
  const told = names.map((name) => [name, { description: own[name] ?? HEADERS[name], ...TEXT }]);
  return { headers: Object.fromEntries(told) };
}
