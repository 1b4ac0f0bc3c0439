import { z } from "zod";
import { fail, ok, type Result } from "@/lib/auth/model/errors";
import { LIMITS } from "@/lib/auth/model/limits";
import type { BegunSession } from "@/lib/auth/steps/begin-session";
import { countSource } from "@/lib/auth/steps/count-source";
import { giveUsername } from "@/lib/auth/update-profile";
import { transact } from "@/lib/db/transact";
import { env } from "@/lib/env";
import type { OAuthProvider, Profile } from "@/lib/oauth/provider";
import { isAllowedTarget } from "@/lib/oauth/redirects";
import { findVisit, finish, start } from "@/lib/oauth/visit";
import { PROVIDER_TTL_MINUTES } from "@/lib/validity";
import type { ApiCall } from "@/lib/wire/endpoint";
import { answerOf, refused } from "@/lib/wire/refused";
import type { PathParams } from "@/lib/wire/router";
import { sealedCookie } from "@/lib/wire/sealed-cookie";
import { refuse, strapiError } from "./errors";
import { findKept, findNamed, handleCookie, type Kept, keepProfile, signInByKept } from "./handle";
import { answerSignIn, sessionFor } from "./session";
import type { StrapiSettings } from "./settings";

type ProviderCall = ApiCall<PathParams>;

/** The tabs of one browser that may be on a visit at once. */
const MAX_VISITS = 5;
/** The visits that this browser began. No other browser can finish them. */
const visits = sealedCookie("auth.connect", z.array(z.string()), PROVIDER_TTL_MINUTES * 60);
const UNFINISHED = "OAuth authentication requires a completed provider session";

/** `GET /connect/[provider]`: begins a visit, and sends the browser to the provider. */
export async function connect(call: ProviderCall, settings: StrapiSettings): Promise<Result<Response>> {
  const provider = findNamed(call.params.provider ?? "");
  if (!provider) return fail("provider_unknown");
  const wish = call.url.searchParams.get("callback");
  const callback = wish ?? callbackOf(provider, settings);
  if (wish !== null && !isAllowedCallback(wish, callbackOf(provider, settings)))
    return strapiError("ValidationError", "Invalid callback URL provided", { callback: wish.slice(0, 200) });
  const allowed = await countSource(LIMITS.providerPerSource, call.client);
  if (!allowed.ok) return allowed;
  const redirectUri = `${env().APP_URL}/api/connect/${call.params.provider}/callback`;
  const started = await start(provider.id, { redirectUri, payload: { callback }, bound: true });
  if (!started.ok) return refused(leave(callback, failure(started.error.message)), started);
  const { location, visitId } = started.value;
  return ok(visits.write(leave(location, {}), [visitId, ...(visits.read(call.request) ?? [])].slice(0, MAX_VISITS)));
}

/**
 * `GET /connect/[provider]/callback`: finishes the visit, and sends the browser to the client's page with a handle of ours in
 * `access_token`. The handle works once, and stands for the provider's profile. The provider's own token would not do: every other
 * app that has one could sign in here with it.
 */
export async function finishConnect(call: ProviderCall, settings: StrapiSettings): Promise<Result<Response>> {
  const provider = findNamed(call.params.provider ?? "");
  if (!provider) return fail("provider_unknown");
  const query = Object.fromEntries(call.url.searchParams);
  const visit = await findVisit(query.state);
  const mine = visits.read(call.request) ?? [];
  const known = visit?.provider === provider.id && mine.includes(visit.id) ? visit : null;
  const callback = z.string().safeParse(known?.payload.callback).data ?? callbackOf(provider, settings);
  const finished = await finish(provider.id, query, { visitId: mine });
  const others = mine.filter((id) => id !== known?.id);
  if (!finished.ok) {
    const error = finished.error.code === "provider_denied" ? "access_denied" : "oauth_error";
    const response = leave(callback, failure(finished.error.message, error));
    return refused(visits.write(response, others), finished);
  }
  const token = await keepProfile(finished.value.profile, call.client);
  const response = visits.write(leave(callback, { access_token: token }), others);
  return ok(handleCookie.write(response, token));
}

/** `GET /auth/[provider]/callback`: exchanges the handle for a session. */
export async function signInByHandle(call: ProviderCall, settings: StrapiSettings): Promise<Result<Response>> {
  const provider = findNamed(call.params.provider ?? "");
  if (!provider) return fail("provider_unknown");
  const handle = call.url.searchParams.get("access_token") ?? handleCookie.read(call.request);
  const kept = handle ? await findKept(handle, provider.id, call, settings) : null;
  if (!kept) return refused(handleCookie.write(strapiError("ApplicationError", UNFINISHED).answer, null));
  const begun = await transact(() => signInNamed(kept, call, settings));
  if (!begun.ok)
    return { ...strapiError("ApplicationError", refusalOf(begun.error.code, kept.profile, provider)), ...begun };
  const result = await answerSignIn(call, begun.value, settings);
  const answer = handleCookie.write(answerOf(result, refuse), null);
  return result.ok ? ok(answer) : refused(answer, result);
}

/** Signs in the person of a handle, and gives them a username if they have none. One who owes a factor is refused, and gets none. */
async function signInNamed(
  kept: Kept,
  { client }: ProviderCall,
  settings: StrapiSettings,
): Promise<Result<BegunSession>> {
  const signedIn = await signInByKept(kept, client, sessionFor(settings));
  if (!signedIn.ok || signedIn.value.owedFactor) return signedIn;
  const { user } = signedIn.value;
  const wanted = kept.profile.username ?? user.email.split("@")[0] ?? user.email;
  return ok({ ...signedIn.value, user: user.username ? user : await giveUsername(user, wanted) });
}

function refusalOf(code: string, { email }: Profile, { name }: OAuthProvider): string {
  if (code === "provider_state") return UNFINISHED;
  if (code === "account_exists") return "Email is already taken.";
  if (code === "provider_email") return email ? `Email not verified by ${name}` : "Email was not available.";
  if (code === "signup_disabled") return "Register action is actually not available.";
  if (code === "user_disabled") return "Your account has been blocked by an administrator";
  return "Your account email is not confirmed";
}

function callbackOf({ id, grantConfig }: OAuthProvider, settings: StrapiSettings): string {
  return grantConfig?.callback || grantConfig?.callbackUrl || settings.callback(id);
}

/** Allows the configured page with any query, and the pages that API_REDIRECT_URLS lists. */
function isAllowedCallback(wish: string, configured: string): boolean {
  if (isAllowedTarget(wish)) return true;
  if (!URL.canParse(wish) || !URL.canParse(configured)) return false;
  const [given, own] = [new URL(wish), new URL(configured)];
  return given.origin !== "null" && given.origin === own.origin && given.pathname === own.pathname && !given.username;
}

function failure(message: string, error = "oauth_error") {
  return { error, error_description: message };
}

function leave(address: string, parameters: Record<string, string>): Response {
  const url = new URL(address, env().APP_URL);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  const headers = { location: url.href, "cache-control": "no-store", "referrer-policy": "no-referrer" };
  return new Response(null, { status: 302, headers });
}
