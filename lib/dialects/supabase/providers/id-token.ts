import { fail, ok, type Result } from "@/lib/auth/model/errors";
import { LIMITS } from "@/lib/auth/model/limits";
import type { Client } from "@/lib/auth/model/principal";
import { startRefreshing } from "@/lib/auth/refresh-session";
import { countSource } from "@/lib/auth/steps/count-source";
import { findSession } from "@/lib/auth/store/owing-sessions";
import { transact } from "@/lib/db/transact";
import { presentIdToken } from "@/lib/oauth/present-id-token";
import type { Profile } from "@/lib/oauth/provider";
import { signInWithProfile } from "@/lib/oauth/sign-in";
import type { ApiCall } from "@/lib/wire/endpoint";
import { reword, supabaseError } from "../errors";
import { linkInSession } from "../pkce";
import { type Handed, requirePrincipal, SESSION, signedIn } from "../session";
import { idOf } from "./names";

const MAX_CHARACTERS = 16_000;

/** `POST /token?grant_type=id_token`: signs in by an id_token that the app has, or with `link_identity` links an account. */
export async function byIdToken(call: ApiCall): Promise<Result<Response>> {
  const { request, body, client } = call;
  const { id_token: idToken, provider, nonce, link_identity: isLinking } = body;
  const refuse = (message: string) => supabaseError(request, "validation_failed", message);
  if (typeof idToken !== "string" || idToken === "") return refuse("id_token required");
  if (typeof provider !== "string" || provider === "") return refuse("provider required");
  if (idToken.length > MAX_CHARACTERS) return supabaseError(request, "bad_id_token");
  const principal = isLinking === true ? await requirePrincipal(call) : null;
  if (principal?.ok === false) return principal;

  const allowed = await countSource(LIMITS.providerPerSource, client);
  if (!allowed.ok) return allowed;
  const presented = await presentIdToken(idOf(provider), { idToken, nonce: typeof nonce === "string" ? nonce : null });
  if (!presented.ok) return reword(request, presented, { token_invalid: ["bad_id_token"] });
  if (principal) {
    const linked = await transact(() => link(principal.value.sessionId, presented.value, client));
    return linked.ok ? signedIn(linked.value) : linked;
  }
  const begun = await signInWithProfile(presented.value, client, SESSION);
  if (!begun.ok) return begun;
  return begun.value.session ? signedIn(begun.value.session) : fail("unauthenticated");
}

/** Links an account in a session, and gives the client new tokens. */
async function link(sessionId: string, profile: Profile, client: Client): Promise<Result<Handed>> {
  const linked = await linkInSession(sessionId, profile, client);
  if (!linked.ok) return linked;
  const session = await findSession(sessionId);
  if (!session) return fail("unauthenticated");
  const { absoluteExpires } = session;
  return ok({ sessionId, absoluteExpires, handed: await startRefreshing({ sessionId, absoluteExpires }) });
}
