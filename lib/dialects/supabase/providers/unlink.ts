import { ok, type Result } from "@/lib/auth/model/errors";
import { disconnectAccount } from "@/lib/oauth/link-account";
import type { ApiCall } from "@/lib/wire/endpoint";
import { json } from "@/lib/wire/json";
import type { PathParams } from "@/lib/wire/router";
import { type SupabaseErrorCode, supabaseError } from "../errors";
import { requirePrincipal } from "../session";

/** `DELETE /user/identities/{id}`: unlinks a provider, unless it is the last way to sign in. Other sessions end. */
export async function unlinkIdentity(call: ApiCall<PathParams>): Promise<Result<Response>> {
  const principal = await requirePrincipal(call);
  if (principal instanceof Response) return ok(principal);
  const { id: accountId = "" } = call.params;
  const refuse = (code: SupabaseErrorCode) => ok(supabaseError(call.request, code));
  if (accountId === principal.userId) return refuse("email_conflict_identity_not_deletable");
  const unlinked = await disconnectAccount(principal, { accountId }, call.client);
  if (unlinked.ok) return ok(json(200, {}));
  if (unlinked.error.code === "last_sign_in_method") return refuse("single_identity_not_deletable");
  return unlinked.error.code === "not_found" ? refuse("identity_not_found") : unlinked;
}
