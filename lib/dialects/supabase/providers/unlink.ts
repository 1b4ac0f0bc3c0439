import { ok, type Result } from "@/lib/auth/model/errors";
import type { Principal } from "@/lib/auth/model/principal";
import { disconnectAccount } from "@/lib/oauth/link-account";
import type { ApiCall } from "@/lib/wire/endpoint";
import { json } from "@/lib/wire/json";
import type { PathParams } from "@/lib/wire/router";
import { reword, supabaseError } from "../errors";

/** `DELETE /user/identities/{id}`: unlinks a provider, unless it is the last way to sign in. Other sessions end. */
export async function unlinkIdentity(call: ApiCall<PathParams>, principal: Principal): Promise<Result<Response>> {
  const { request, params, client } = call;
  const { id: accountId = "" } = params;
  if (accountId === principal.userId) return supabaseError(request, "email_conflict_identity_not_deletable");
  const unlinked = await disconnectAccount(principal, { accountId }, client);
  if (unlinked.ok) return ok(json(200, {}));
  return reword(request, unlinked, {
    last_sign_in_method: ["single_identity_not_deletable"],
    not_found: ["identity_not_found"],
  });
}
