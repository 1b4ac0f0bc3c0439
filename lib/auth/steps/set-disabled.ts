import { recordEvent } from "@/lib/auth/store/security-events";
import { updateUser } from "@/lib/auth/store/users";
import { revokeSessionsAndBegun } from "./revoke-sessions";

/** Disables a user and ends their sessions, or enables them again, in a transaction that has locked them. */
export async function setDisabled(userId: string, disabled: boolean, detail: string): Promise<void> {
  await updateUser(userId, { disabledAt: disabled ? new Date() : null });
  if (disabled) await revokeSessionsAndBegun(userId);
  await recordEvent(disabled ? "user.disabled" : "user.enabled", { userId, detail });
}
