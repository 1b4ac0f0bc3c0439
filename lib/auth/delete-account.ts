import { transact } from "@/lib/db/transact";
import { fail, ok, type Result } from "./model/errors";
import type { Client, Principal } from "./model/principal";
import { lowerCaseAddress } from "./model/schemas";
import { isLastAdmin, lockAdmins } from "./steps/lock-admins";
import { lockSession } from "./steps/lock-session";
import { reauthenticate } from "./steps/reauthenticate";
import { removeUser } from "./steps/remove-user";

/**
 * Deletes the person's account and all that hangs on it.
 * @param input.typedEmail the address that a page asks a person without a password to type, so that a slip deletes nothing.
 * API clients ask their person themselves.
 * @returns `wrong_password`, `reauthentication_required`, `invalid_input`, `last_admin`, `too_many_attempts`, `unauthenticated`.
 */
export async function deleteAccount(
  principal: Principal,
  input: { currentPassword: string | undefined; typedEmail?: string },
  client: Client,
): Promise<Result<void>> {
  const proved = await reauthenticate(principal, input.currentPassword, client);
  if (!proved.ok) return proved;
  const { userId, email } = principal;
  const hasPassword = proved.value !== null;
  if (!hasPassword && input.typedEmail !== undefined && lowerCaseAddress(input.typedEmail.trim()) !== email)
    return fail("invalid_input", { fields: { typedEmail: `Type ${email} to confirm.` } });
  return transact(async () => {
    // Whatever the role was when the request began: another admin may have given it since.
    if (isLastAdmin(userId, await lockAdmins(userId))) return fail("last_admin");
    if (!(await lockSession(principal))) return fail("unauthenticated");
    await removeUser({ id: userId, email }, { ip: client.ip });
    return ok(undefined);
  });
}
