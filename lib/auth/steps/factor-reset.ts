import { isSecondFactor, type Proof } from "@/lib/auth/model/factors";
import type { Client } from "@/lib/auth/model/principal";
import { deleteAuthenticators } from "@/lib/auth/store/authenticators";
import { endFactorResets, takeDueFactorReset } from "@/lib/auth/store/factor-resets";
import { deletePasskeys } from "@/lib/auth/store/passkeys";
import { deleteRecoveryCodes } from "@/lib/auth/store/recovery-codes";
import { recordEvent } from "@/lib/auth/store/security-events";
import type { User } from "@/prisma/client/client";
import { revokeSessionsAndBegun } from "./revoke-sessions";
import { tellFactorChange } from "./tell-factor-change";

/** Removes a person's second factors, and the recovery codes that stand in for them. */
export async function removeFactors(userId: string): Promise<void> {
  await deleteAuthenticators(userId);
  await deleteRecoveryCodes(userId);
  await deletePasskeys(userId);
}

/**
 * Carries out an admin's reset that is due, at the person's next sign-in by password, mailbox or provider. Factors are used at sign-ins only, so no timer is
 * needed. The person's sessions end.
 */
export async function applyDueFactorReset({ id, email }: Pick<User, "id" | "email">, client: Client): Promise<void> {
  if (!(await takeDueFactorReset(id))) return;
  await removeFactors(id);
  await revokeSessionsAndBegun(id);
  await tellFactorChange({ userId: id, email }, "factors-reset", client);
}

/**
 * Ends an admin's reset that waits, once the person shows a second factor: they have not lost them all. The session must have
 * shown a password, the mailbox or a provider too, because a thief may have planted the factor.
 */
export async function endNeedlessReset(
  userId: string,
  { proof, proofs }: { proof: Proof; proofs: readonly Proof[] },
  client: Client,
): Promise<void> {
  if (!isSecondFactor(proof) || proofs.every(isSecondFactor)) return;
  if (await endFactorResets(userId)) await recordEvent("factor.reset_stopped", { userId, client });
}
