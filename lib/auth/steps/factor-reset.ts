import { deleteAuthenticators } from "@/lib/auth/store/authenticators";
import { takeDueFactorReset } from "@/lib/auth/store/factor-resets";
import { deletePasskeys } from "@/lib/auth/store/passkeys";
import { deleteRecoveryCodes } from "@/lib/auth/store/recovery-codes";
import { forgetDevices } from "@/lib/auth/store/remembered-devices";
import { recordEvent } from "@/lib/auth/store/security-events";

/** Takes everything away that can come second, and what stood in for it. */
export async function removeFactors(userId: string): Promise<void> {
  await deleteAuthenticators(userId);
  await deleteRecoveryCodes(userId);
  await deletePasskeys(userId);
  await forgetDevices(userId);
}

/**
 * Carries out an admin's reset whose day has come, at the person's next sign-in: until then nobody could have used it, and
 * so no process has to be awake at the hour.
 */
export async function applyDueFactorReset(userId: string): Promise<void> {
  if (!(await takeDueFactorReset(userId))) return;
  await removeFactors(userId);
  await recordEvent("factors.reset", { userId });
}
