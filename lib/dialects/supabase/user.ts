import { z } from "zod";
import { prepareEmailChange } from "@/lib/auth/change-email";
import { preparePasswordChange } from "@/lib/auth/change-password";
import { proveByEmailCode } from "@/lib/auth/email-code/prove-by-email-code";
import { fail, ok, type Result } from "@/lib/auth/model/errors";
import { parse } from "@/lib/auth/model/parse";
import type { Holder, Principal } from "@/lib/auth/model/principal";
import * as schemas from "@/lib/auth/model/schemas";
import { revokeAllSessions, revokeOtherSessions, revokeOwnSession } from "@/lib/auth/sign-out";
import { changeAsOne, type PreparedChange } from "@/lib/auth/steps/change-as-one";
import { isFresh } from "@/lib/auth/steps/reauthenticate";
import { findPrincipalById } from "@/lib/auth/store/sessions";
import { findUserById } from "@/lib/auth/store/users";
import { updateMetadata } from "@/lib/auth/update-profile";
import type { ApiCall } from "@/lib/wire/endpoint";
import { json } from "@/lib/wire/json";
import { Email } from "./email";
import { reword, supabaseError } from "./errors";
import { linksFor } from "./links";
import { refuseMail } from "./mail-limit";
import { readMetadata } from "./metadata";
import { refuseLength } from "./sign-up";
import { owingUserObject, userObject } from "./user-object";

/** `GET /user`. A session that owes a factor gets only what it needs to prove the factor. */
export async function readUser(_: ApiCall, holder: Holder): Promise<Result<Response>> {
  if (!("owed" in holder)) return answerUser(holder);
  const user = await findUserById(holder.userId);
  return user ? ok(json(200, await owingUserObject(user))) : fail("unauthenticated");
}

export const Update = z.object({
  email: Email.nullish(),
  password: schemas.newPassword.nullish(),
  current_password: schemas.currentPassword.nullish(),
  nonce: z.string().nullish(),
  data: z.unknown().optional(),
});

/**
 * `PUT /user`. A new password or address needs the current password, the `nonce` that `reauthenticate` mailed, or a sign-in of
 * the last ten minutes. The address changes once the new mailbox confirms it. A new password ends all sessions but this one.
 * Either all requested changes are made, or none.
 */
export async function updateUser(call: ApiCall, bearer: Principal): Promise<Result<Response>> {
  const input = parse(Update, call.body);
  if (!input.ok) return input;
  const { email, password, data, nonce } = input.value;
  const links = linksFor(call);
  if (!links.ok) return links;
  const currentPassword = input.value.current_password ?? undefined;
  const metadata = data == null ? null : readMetadata(data, "change");
  if (metadata && !metadata.ok) return metadata;
  const refusal = password ? refuseLength(call.request, password) : null;
  if (refusal) return refusal;
  const proved = nonce && (password || email) ? await takeNonce(bearer, nonce, call) : ok(bearer);
  if (!proved.ok) return proved;
  const principal = proved.value;
  const { request, client } = call;
  const newEmail = email && email !== principal.email ? email : null;
  const changes: PreparedChange[] = metadata ? [() => updateMetadata(principal, metadata.value)] : [];
  if (password) {
    const change = await preparePasswordChange(principal, { newPassword: password, currentPassword }, client);
    if (!change.ok) return change;
    changes.push(change.value);
  }
  if (newEmail) {
    const asked = { budget: "change-email", email: newEmail, client, userId: principal.userId } as const;
    const tooMany = await refuseMail(request, asked);
    if (tooMany) return tooMany;
    const wish = { email: newEmail, currentPassword, withCode: true };
    const change = await prepareEmailChange(principal, wish, client, links.value);
    if (!change.ok) return change;
    changes.push(change.value);
  }
  const changed = await changeAsOne(changes);
  return changed.ok ? answerUser(principal, newEmail ? { new_email: newEmail } : {}) : changed;
}

/**
 * Proves again who the signed-in person is, by the mailed code. A fresh session needs no code, so that a client may send the
 * spent one again with a better password.
 */
async function takeNonce(
  principal: Principal,
  nonce: string,
  { request, client }: ApiCall,
): Promise<Result<Principal>> {
  if (isFresh(principal)) return ok(principal);
  const code = schemas.code.safeParse(nonce);
  if (!code.success) return supabaseError(request, "reauthentication_not_valid");
  const proved = await proveByEmailCode(principal, { code: code.data }, client);
  if (proved.ok) return ok((await findPrincipalById(principal.sessionId)) ?? principal);
  return reword(request, proved, {
    code_invalid: ["reauthentication_not_valid"],
    code_expired: ["reauthentication_not_valid"],
  });
}

async function answerUser(principal: Principal, more: object = {}): Promise<Result<Response>> {
  const user = await findUserById(principal.userId);
  if (!user) return fail("unauthenticated");
  return ok(json(200, { ...(await userObject(user, principal.authenticatedAt)), ...more }));
}

/** `POST /logout?scope=`: by default ends all sessions. A session that owes a factor ends only itself. */
export async function logOut(call: ApiCall, holder: Holder): Promise<Result<Response>> {
  const scope = call.url.searchParams.get("scope") || "global";
  if (scope !== "global" && scope !== "others" && scope !== "local")
    return supabaseError(call.request, "validation_failed", `Unsupported logout scope "${scope.slice(0, 20)}"`);
  const owing = "owed" in holder;
  if (owing && scope === "others") return supabaseError(call.request, "insufficient_aal");
  if (owing || scope === "local") await revokeOwnSession(holder, holder.sessionId);
  else if (scope === "others") await revokeOtherSessions(holder);
  else await revokeAllSessions(holder);
  return ok(new Response(null, { status: 204 }));
}
