import { fail, ok, type Result } from "@/lib/auth/model/errors";
import type { Client, Principal } from "@/lib/auth/model/principal";
import { asAdmin } from "@/lib/auth/steps/as-admin";
import { hasSecondFactor } from "@/lib/auth/steps/owed-factor";
import { isFresh } from "@/lib/auth/steps/reauthenticate";
import { refuseToken } from "@/lib/auth/steps/refuse-token";
import { dueAt, endFactorResets, listFactorResets } from "@/lib/auth/store/factor-resets";
import { recordEvent } from "@/lib/auth/store/security-events";
import { consumeVerification, findVerificationByToken, issueVerification } from "@/lib/auth/store/verifications";
import { lockRow } from "@/lib/db/lock-row";
import { transact } from "@/lib/db/transact";
import { sendMail } from "@/lib/mail/messages";
import type { Verification } from "@/prisma/client/client";

const HAS_NONE = { message: "This needs two-step sign-in on your own account. Set it up there first." };

/**
 * An admin takes away the factors of a person who has lost them all. It takes effect after 24 hours, at the person's next
 * sign-in; the person is told by mail at once, with a link that stops it. So does a second factor that they show after another proof.
 * @returns the time from which it takes effect, or `forbidden` (also for oneself, and for an admin without a second factor), `second_factor_required` unless
 * the admin has proved two factors of their own in the last ten minutes, `not_found` for a person without a second factor, `unauthenticated`.
 */
export async function requestFactorReset(
  principal: Principal,
  { userId }: { userId: string },
  stopLink: (token: string) => string,
): Promise<Result<Date>> {
  if (userId === principal.userId) return fail("forbidden");
  return asAdmin(principal, "user:reset-factors", userId, async (user) => {
    if (!isFresh(principal, "two"))
      return (await hasSecondFactor(principal.userId)) ? fail("second_factor_required") : fail("forbidden", HAS_NONE);
    if (!(await hasSecondFactor(userId)))
      return fail("not_found", { message: "This person has not set up two-step sign-in." });
    const [waiting] = await listFactorResets([userId]);
    if (waiting) return ok(waiting.dueAt);
    const { token } = await issueVerification({ purpose: "factor-reset", userId, email: user.email });
    const due = dueAt({ createdAt: new Date() });
    await sendMail(user.email, "factor-reset", { due, url: stopLink(token) });
    await recordEvent("factor.reset_requested", { userId, detail: `by ${principal.userId}` });
    return ok(due);
  });
}

/** The admin takes the reset back. @returns `forbidden`, `not_found`, `unauthenticated`. */
export async function cancelFactorReset(principal: Principal, { userId }: { userId: string }): Promise<Result<void>> {
  return asAdmin(principal, "user:reset-factors", userId, async () => {
    if (!(await endFactorResets(userId))) return fail("not_found");
    await recordEvent("factor.reset_stopped", { userId, detail: `by ${principal.userId}` });
    return ok(undefined);
  });
}

/** The reset that the mailed link stops, without stopping it; null when there is none. */
export async function describeFactorReset(token: string): Promise<{ email: string; dueAt: Date } | null> {
  const reset = await findReset(token);
  return reset?.email ? { email: reset.email, dueAt: dueAt(reset) } : null;
}

/** The person stops the reset by the mailed link, until it is carried out. @returns `token_invalid`, `too_many_attempts`. */
export async function stopFactorReset({ token }: { token: string }, client: Client): Promise<Result<void>> {
  const reset = await findReset(token);
  const userId = reset?.userId;
  if (!reset || !userId) return refuseToken(client, fail("token_invalid"));
  return transact(async () => {
    await lockRow("User", userId);
    if (!(await consumeVerification(reset.id))) return fail("token_invalid");
    await recordEvent("factor.reset_stopped", { userId, client });
    return ok(undefined);
  });
}

async function findReset(token: string): Promise<Verification | null> {
  const verification = await findVerificationByToken(token);
  return verification?.purpose === "factor-reset" ? verification : null;
}
