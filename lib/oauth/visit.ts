import { z } from "zod";
import { type AuthErrorCode, fail, ok, type Result } from "@/lib/auth/model/errors";
import { consumeVerification, findVerificationByToken, issueVerification } from "@/lib/auth/store/verifications";
import { log } from "@/lib/log";
import type { Prisma } from "@/prisma/client/client";
import { driveAuthJs, failureName } from "./protocol";
import type { Profile } from "./provider";
import { isAllowedCallback } from "./redirects";
import { findProvider } from "./registry";
import { isSafeAddress, ProviderFault } from "./transport";

export type JsonObject = Prisma.InputJsonObject;

/** With the time of the database and of our own code, the person has an answer within ten seconds. */
const TIMEOUT_MS = 9_000;
const MAX_STATE = 2_000;
/** What providers call it when the person says no. */
const DENIED = ["access_denied", "user_cancelled_authorize", "user_cancelled_login", "user_denied"];
/** What a provider's answer may hold. Anything else, tokens of the implicit flow first of all, is not looked at. */
const ANSWER = ["code", "state", "iss", "user"];

/** What is kept of a sign-in while the person is at the provider. */
const Visit = z.object({
  provider: z.string(),
  redirectUri: z.string(),
  cookies: z.record(z.string(), z.string()),
  bound: z.boolean(),
  payload: z.record(z.string(), z.json()),
});

/**
 * Begins a sign-in: sends the person to `location`. The provider sends them back to `redirectUri`, whose query belongs
 * to `finish`; `payload` comes back from it. A `bound` visit can be finished only with its `visitId`, for which the
 * browser that began is to keep a cookie.
 * @param input.scopes asked for beside the provider's usual ones. `parameters`: more for the provider to read, none of
 * the protocol's own.
 * @returns `provider_unknown`, `invalid_input` for a redirect URI that is not allowed, `provider_failed`.
 */
export async function start(
  providerId: string,
  input: {
    redirectUri: string;
    payload?: JsonObject;
    bound?: boolean;
    scopes?: string[];
    parameters?: Record<string, string>;
    timeoutMs?: number;
  },
): Promise<Result<{ location: string; visitId: string }>> {
  const { redirectUri, payload = {}, bound = false, timeoutMs = TIMEOUT_MS, scopes, parameters } = input;
  const provider = findProvider(providerId);
  if (!provider) return fail("provider_unknown");
  if (!isAllowedCallback(redirectUri))
    return fail("invalid_input", { fields: { redirectUri: "This address is not on the list of allowed ones." } });
  try {
    const query = { ...parameters, redirect_uri: redirectUri };
    const step = { action: "signin", query, scopes, redirectUri, timeoutMs } as const;
    const { location, cookies } = await driveAuthJs(provider, step);
    const url = new URL(location ?? "");
    const state = url.searchParams.get("state");
    if (!state || !isSafeAddress(url)) throw new ProviderFault("no_usable_authorization_address");
    const visit = { provider: provider.id, redirectUri, cookies, bound, payload };
    const { id } = await issueVerification({ purpose: "oauth", token: state, payload: visit });
    return ok({ location: url.href, visitId: id });
  } catch (problem) {
    return refuse(provider.id, problem);
  }
}

/**
 * Ends a sign-in with what the provider sent back. Each state works once, for the provider it was made for.
 * `visitId`: what the browser's cookie named, null for none; left out where no browser is involved.
 * @returns `provider_unknown`, `provider_state` (missing, unknown, used, expired, another browser's or provider's),
 * `provider_denied`, `provider_failed`.
 */
export async function finish(
  providerId: string,
  query: Record<string, string>,
  options: { visitId?: string | string[] | null; timeoutMs?: number } = {},
): Promise<Result<{ profile: Profile; redirectUri: string; payload: JsonObject; accessToken: string | null }>> {
  const { visitId, timeoutMs = TIMEOUT_MS } = options;
  const provider = findProvider(providerId);
  if (!provider) return fail("provider_unknown");
  const visit = await findVisit(query.state);
  if (!visit || visit.provider !== provider.id || !isHolder(visit, visitId)) return fail("provider_state");
  if (!(await consumeVerification(visit.id))) return fail("provider_state");
  if (query.error) return fail(DENIED.includes(query.error) ? "provider_denied" : "provider_failed");
  if (!query.code) return fail("provider_failed");

  const { redirectUri, cookies, payload } = visit;
  try {
    const answer = Object.fromEntries(Object.entries(query).filter(([key]) => ANSWER.includes(key)));
    const step = { action: "callback", query: answer, cookies, redirectUri, timeoutMs } as const;
    const { found } = await driveAuthJs(provider, step);
    return found ? ok({ ...found, redirectUri, payload: payload as JsonObject }) : refuse(provider.id, undefined);
  } catch (problem) {
    return refuse(provider.id, problem);
  }
}

/** The sign-in a provider's answer belongs to, without spending it; null when there is none. */
export async function findVisit(state: string | undefined): Promise<(z.infer<typeof Visit> & { id: string }) | null> {
  if (!state || state.length > MAX_STATE) return null;
  const verification = await findVerificationByToken(state);
  if (verification?.purpose !== "oauth") return null;
  return { id: verification.id, ...Visit.parse(verification.payload) };
}

function isHolder(visit: { id: string; bound: boolean }, visitId: string | string[] | null | undefined): boolean {
  return visitId === undefined ? !visit.bound : [visitId].flat().includes(visit.id);
}

function refuse(provider: string, problem: unknown): ReturnType<typeof fail> {
  const reason = failureName(problem);
  log.warn({ event: "provider.failed", provider, reason }, "third-party sign-in failed");
  const code: AuthErrorCode = reason.startsWith("InvalidCheck") ? "provider_state" : "provider_failed";
  return fail(code);
}
