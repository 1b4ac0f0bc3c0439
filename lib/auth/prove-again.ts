import { transact } from "@/lib/db/transact";
import type { Result } from "./model/errors";
import type { Client, Principal } from "./model/principal";
import { addProof } from "./steps/add-proof";
import { reauthenticate } from "./steps/reauthenticate";
import type { NewSession } from "./store/sessions";

/**
 * The signed-in person proves again by password who they are, which counts for ten minutes.
 * @returns the session under a new token, or `wrong_password`, `second_factor_required` where a password is not enough,
 * `too_many_attempts`, `unauthenticated`.
 */
export async function proveByPassword(
  principal: Principal,
  { currentPassword }: { currentPassword: string },
  client: Client,
): Promise<Result<NewSession>> {
  const proved = await reauthenticate(principal, currentPassword, client);
  return proved.ok ? transact(() => addProof(principal, "password", client)) : proved;
}
