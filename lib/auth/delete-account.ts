import { lockRow } from "@/lib/db/lock-row";
import { transact } from "@/lib/db/transact";
import { afterCommit } from "@/lib/db/transaction-context";
import { emit } from "@/lib/events/emit";
import { hashedAddress, logEvent } from "@/lib/log";
import { fail, ok, type Result } from "./model/errors";
import type { Client, Principal } from "./model/principal";
import { isLastAdmin, lockAdmins } from "./steps/lock-admins";
import { reauthenticate } from "./steps/reauthenticate";
import { deleteUser } from "./store/users";

/** Deletes the person's account and all that hangs on it. @returns `wrong_password`, `reauthentication_required`, `last_admin`, `too_many_attempts`. */
export async function deleteAccount(
  principal: Principal,
  input: { currentPassword: string | undefined },
  client: Client,
): Promise<Result<void>> {
  const proved = await reauthenticate(principal, input.currentPassword, client);
  if (!proved.ok) return proved;
  const { userId, email, roles } = principal;
  return transact(async () => {
    if (roles.includes("admin") && isLastAdmin(userId, await lockAdmins(userId))) return fail("last_admin");
    await lockRow("User", userId);
    await deleteUser(userId);
    await emit("user.deleted", { userId, email, at: new Date().toISOString() });
    afterCommit(() => logEvent("user.deleted", { userId, email: hashedAddress(email), ip: client.ip }));
    return ok(undefined);
  });
}
