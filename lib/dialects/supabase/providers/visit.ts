import { z } from "zod";
import { ok, type Result } from "@/lib/auth/model/errors";
import { LIMITS } from "@/lib/auth/model/limits";
import { sourceOf } from "@/lib/auth/model/network";
import type { Principal } from "@/lib/auth/model/principal";
import { countSource } from "@/lib/auth/steps/count-source";
import { requireFresh } from "@/lib/auth/steps/reauthenticate";
import { env } from "@/lib/env";
import { start } from "@/lib/oauth/visit";
import { PROVIDER_TTL_MINUTES } from "@/lib/validity";
import type { ApiCall } from "@/lib/wire/endpoint";
import { json } from "@/lib/wire/json";
import { sealedCookie } from "@/lib/wire/sealed-cookie";
import { redirectTarget } from "../links";
import { Challenge, readChallenge } from "../pkce";
import { seeOther } from "../redirect";
import { idOf } from "./names";

/** The tabs of one browser that may be on a visit at once. */
const MAX_VISITS = 5;
/** The parameters that a client may pass to the provider. The protocol sets the others. */
const PASSED_ON = ["access_type", "hd", "login_hint", "prompt"];
const MAX_SCOPES = 1_000;

/** The purpose of a visit, stored until it is finished. */
export const Purpose = z.object({
  dialect: z.literal("supabase"),
  target: z.string(),
  challenge: Challenge.nullable(),
  /** The session in which to link the account, and its client's source; null for a sign-in. */
  linking: z.object({ sessionId: z.string(), source: z.string() }).nullable(),
});
export type Purpose = z.infer<typeof Purpose>;

/** The visits that this browser began. No other browser can finish them. */
export const visits = sealedCookie("auth.supabase", z.array(z.string()), PROVIDER_TTL_MINUTES * 60);

/** `GET /authorize`, in the browser: begins a visit to sign in. */
export async function authorize(call: ApiCall): Promise<Result<Response>> {
  const challenge = challengeOf(call);
  if (!challenge.ok) return challenge;
  const begun = await begin(call, challenge.value, null);
  if (!begun.ok) return begun;
  const mine = [begun.value.visitId, ...(visits.read(call.request) ?? [])].slice(0, MAX_VISITS);
  return ok(visits.write(seeOther(begun.value.location), mine));
}

/** `GET /user/identities/authorize`, by the client: begins a visit to link an account, and answers the provider's address. */
export async function authorizeLinking(call: ApiCall, principal: Principal): Promise<Result<Response>> {
  const challenge = challengeOf(call);
  if (!challenge.ok) return challenge;
  const allowed = await requireFresh(principal);
  if (!allowed.ok) return allowed;
  const begun = await begin(call, challenge.value, { sessionId: principal.sessionId, source: sourceOf(call.client) });
  if (!begun.ok) return begun;
  const { location: url } = begun.value;
  return ok(call.url.searchParams.get("skip_http_redirect") === "true" ? json(200, { url }) : seeOther(url));
}

function challengeOf({ request, url }: ApiCall): Result<Challenge | null> {
  return readChallenge(request, Object.fromEntries(url.searchParams));
}

async function begin(
  { url, client }: ApiCall,
  challenge: Challenge | null,
  linking: Purpose["linking"],
): Promise<Result<{ location: string; visitId: string }>> {
  const query = url.searchParams;
  const provider = idOf(query.get("provider") ?? "");
  const allowed = await countSource(LIMITS.providerPerSource, client);
  if (!allowed.ok) return allowed;
  const target = redirectTarget(query.get("redirect_to")) ?? env().APP_URL;
  const payload: Purpose = { dialect: "supabase", target, challenge, linking };
  const wishes = PASSED_ON.map((name) => [name, query.get(name)]).filter(([, value]) => value);
  return start(provider, {
    redirectUri: `${env().APP_URL}/auth/v1/callback`,
    payload,
    // A link is bound to the client's session, so only a sign-in needs to be bound to its browser.
    bound: linking === null,
    scopes: (query.get("scopes") ?? "")
      .slice(0, MAX_SCOPES)
      .split(/[\s,]+/)
      .filter(Boolean),
    parameters: Object.fromEntries(wishes),
  });
}
