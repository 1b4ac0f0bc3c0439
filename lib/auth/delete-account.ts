import { ok, type Result } from "@/lib/auth/model/errors";
import type { Client, Principal } from "@/lib/auth/model/principal";
import { confirmPassword } from "@/lib/auth/steps/reauthenticate";
import { deleteUser } from "@/lib/auth/store/users";
import { hashedAddress, logEvent } from "@/lib/log";

/** Deletes the person's account and all that hangs on it. @returns `wrong_password`, `reauthentication_required`, `too_many_attempts`. */
export async function deleteAccount(
  principal: Principal,
  input: { currentPassword: string },
  client: Client,
  links: { forgotPassword(): string },
): Promise<Result<void>> {
  const confirmed = await confirmPassword(principal, input.currentPassword, client, links);
  if (!confirmed.ok) return confirmed;
  await deleteUser(principal.userId);
  logEvent("user.deleted", { userId: principal.userId, email: hashedAddress(principal.email), ip: client.ip });
  return ok(undefined);
}
