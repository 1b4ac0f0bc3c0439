import { fail, ok, type Result } from "@/lib/auth/model/errors";
import { LIMITS } from "@/lib/auth/model/limits";
import { sourceOf } from "@/lib/auth/model/network";
import { findSession } from "@/lib/auth/store/owing-sessions";
import { consume } from "@/lib/auth/store/rate-limits";
import { presentIdToken } from "@/lib/oauth/present-id-token";
import { signInWithProfile } from "@/lib/oauth/sign-in";
import type { ApiCall } from "@/lib/wire/endpoint";
import { supabaseError } from "../errors";
import { linkInSession } from "../pkce";
import { requirePrincipal, SESSION, signedIn } from "../session";
import { idOf } from "./names";

const MAX_CHARACTERS = 16_000;

/** `POST /token?grant_type=id_token`: signs in, or with `link_identity` links, by what an app got from the provider itself. */
export async function byIdToken(call: ApiCall): Promise<Result<Response>> {
  const { request, body, client } = call;
  const { id_token: idToken, provider, nonce, link_identity: isLinking } = body;
  const refuse = (message: string) => ok(supabaseError(request, "validation_failed", message));
  if (typeof idToken !== "string" || idToken === "") return refuse("id_token required");
  if (typeof provider !== "string" || provider === "") return refuse("provider required");
  if (idToken.length > MAX_CHARACTERS) return ok(supabaseError(request, "bad_id_token"));
  const principal = isLinking === true ? await requirePrincipal(call) : null;
  if (principal instanceof Response) return ok(principal);

  const allowed = await consume(LIMITS.providerPerSource, sourceOf(client));
  if (!allowed.ok) return allowed;
  const presented = await presentIdToken(idOf(provider), { idToken, nonce: typeof nonce === "string" ? nonce : null });
  if (!presented.ok)
    return presented.error.code === "token_invalid" ? ok(supabaseError(request, "bad_id_token")) : presented;
  if (principal) {
    const linked = await linkInSession(principal.sessionId, presented.value, client);
    const session = linked.ok ? await findSession(principal.sessionId) : null;
    if (!linked.ok) return linked;
    return session ? signedIn({ ...session, sessionId: session.id }) : fail("unauthenticated");
  }
  const begun = await signInWithProfile(presented.value, client, SESSION);
  if (!begun.ok) return begun;
  return begun.value.session ? signedIn(begun.value.session) : fail("unauthenticated");
}
