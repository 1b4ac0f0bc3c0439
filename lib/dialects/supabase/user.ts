import { z } from "zod";
import { requestEmailChange } from "@/lib/auth/change-email";
import { changePassword } from "@/lib/auth/change-password";
import { fail, ok, type Result } from "@/lib/auth/model/errors";
import { parse } from "@/lib/auth/model/parse";
import type { Principal } from "@/lib/auth/model/principal";
import * as schemas from "@/lib/auth/model/schemas";
import { endAllSessions, endOtherSessions, endSession } from "@/lib/auth/sign-out";
import { findUserById } from "@/lib/auth/store/users";
import { updateMetadata } from "@/lib/auth/update-profile";
import { links } from "@/lib/routes";
import type { ApiCall } from "@/lib/wire/endpoint";
import { json } from "@/lib/wire/json";
import { supabaseError } from "./errors";
import { requireHolder, requirePrincipal } from "./session";
import { refuseLength } from "./sign-up";
import { owingUserObject, userObject } from "./user-object";

/** `GET /user`. Of a session that owes a factor: what is needed to prove it. */
export async function readUser(call: ApiCall): Promise<Result<Response>> {
  const holder = await requireHolder(call);
  if (holder instanceof Response) return ok(holder);
  if (!("owed" in holder)) return answerUser(holder);
  const user = await findUserById(holder.userId);
  return user ? ok(json(200, await owingUserObject(user))) : fail("unauthenticated");
}

const Update = z.object({
  email: schemas.email.nullish(),
  password: schemas.newPassword.nullish(),
  current_password: schemas.currentPassword.nullish(),
  data: schemas.metadata.nullish(),
});

/**
 * `PUT /user`. A password or an address changes with the current password, or within ten minutes after signing in; the
 * address once the new mailbox has confirmed. The session goes on, all others end with a new password.
 */
export async function updateUser(call: ApiCall): Promise<Result<Response>> {
  const principal = await requirePrincipal(call);
  if (principal instanceof Response) return ok(principal);
  const input = parse(Update, call.body);
  if (!input.ok) return input;
  const { email, password, data } = input.value;
  const currentPassword = input.value.current_password ?? undefined;

  // What can be refused for its size goes first: then neither password nor address has changed.
  if (data) {
    const updated = await updateMetadata(principal, data);
    if (!updated.ok) return updated;
  }
  if (password) {
    const refusal = refuseLength(call.request, password);
    if (refusal) return ok(refusal);
    const changed = await changePassword(principal, { newPassword: password, currentPassword }, call.client);
    if (!changed.ok) return changed;
  }
  if (email && email !== principal.email) {
    const asked = await requestEmailChange(principal, { email, currentPassword }, call.client, links);
    if (!asked.ok) return asked;
  }
  return answerUser(principal, email && email !== principal.email ? { new_email: email } : {});
}

async function answerUser(principal: Principal, more: object = {}): Promise<Result<Response>> {
  const user = await findUserById(principal.userId);
  if (!user) return fail("unauthenticated");
  return ok(json(200, { ...(await userObject(user, principal.authenticatedAt)), ...more }));
}

/** `POST /logout?scope=`: everywhere if not otherwise said. A session that owes a factor ends itself only. */
export async function logOut(call: ApiCall): Promise<Result<Response>> {
  const holder = await requireHolder(call);
  if (holder instanceof Response) return ok(holder);
  const scope = call.url.searchParams.get("scope") || "global";
  if (scope !== "global" && scope !== "others" && scope !== "local")
    return ok(supabaseError(call.request, "validation_failed", `Unsupported logout scope "${scope.slice(0, 20)}"`));
  const owing = "owed" in holder;
  if (owing && scope === "others") return ok(supabaseError(call.request, "insufficient_aal"));
  if (owing || scope === "local") await endSession(holder, holder.sessionId);
  else if (scope === "others") await endOtherSessions(holder);
  else await endAllSessions(holder);
  return ok(new Response(null, { status: 204 }));
}
