import { fail, ok, type Result } from "@/lib/auth/model/errors";
import { deleteAuthenticator, findAuthenticator } from "@/lib/auth/store/authenticators";
import { lockRow } from "@/lib/db/lock-row";
import { transact } from "@/lib/db/transact";
import { FACTOR_RESET_AFTER_HOURS } from "@/lib/validity";

/** A factor that counts is removed by a reset in /admin, which a mail tells its owner of, and which they can stop for a day. */
export const COUNTS = fail("forbidden", {
  message: `This factor counts. Request its removal in /admin: the person is told, and can stop it for ${FACTOR_RESET_AFTER_HOURS} hours.`,
});

/**
 * Removes the setup of an authenticator app that no code has confirmed yet.
 * @returns `not_found`, `forbidden` for an authenticator that counts.
 */
export async function removeSetupByOperator(userId: string, id: string): Promise<Result<void>> {
  return transact<Result<void>>(async () => {
    await lockRow("User", userId);
    const found = await findAuthenticator(userId, id);
    if (found?.confirmedAt) return COUNTS;
    return found && (await deleteAuthenticator(userId, id)) ? ok(undefined) : fail("not_found");
  });
}
