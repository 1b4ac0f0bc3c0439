import { ok, type Result } from "@/lib/auth/model/errors";
import { removeSetupByOperator } from "@/lib/auth/operator/remove-setup";
import { findUserById } from "@/lib/auth/store/users";
import { json } from "@/lib/wire/json";
import { reword } from "../errors";
import { userObject } from "../user-object";
import { type Call, notFound } from "./users";

/** `GET /admin/users/{id}/factors`. */
export async function listFactors(call: Call): Promise<Result<Response>> {
  const user = await findUserById(call.params.id ?? "");
  return user ? ok(json(200, (await userObject(user, null)).factors)) : notFound(call);
}

/** `DELETE /admin/users/{id}/factors/{factor}`: removes an authenticator app that no code has confirmed yet. */
export async function deleteFactor(call: Call): Promise<Result<Response>> {
  const { id: userId = "", factor: id = "" } = call.params;
  const user = await findUserById(userId);
  if (!user) return notFound(call);
  const factor = (await userObject(user, null)).factors.find((one) => one.id === id);
  const removed = await removeSetupByOperator(userId, id);
  if (removed.ok) return ok(json(200, factor));
  return reword(call.request, removed, { not_found: ["mfa_factor_not_found"] });
}
