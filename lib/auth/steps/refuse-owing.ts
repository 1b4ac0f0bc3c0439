import { fail, type Refusal } from "@/lib/auth/model/errors";
import type { OwedFactor } from "@/lib/auth/model/factors";
import { revokeSession } from "@/lib/auth/store/sessions";
import { links } from "@/lib/routes";
import type { IncompleteSession } from "./begin-session";

/**
 * For a surface that cannot ask for the factor that is owed: ends the session again, so that nothing of it is left.
 * @returns `second_factor_required`, in words that name the page where the person can sign in.
 */
export async function refuseOwing({ user, sessionId, owedFactor }: IncompleteSession): Promise<Refusal> {
  await revokeSession(user.id, sessionId);
  return fail("second_factor_required", { message: whereToPay(owedFactor) });
}

/** Tells a person on which of our pages their sign-in continues. */
export function whereToPay(owed: OwedFactor): string {
  return owed === "setup"
    ? `Two-step sign-in must be set up first. Sign in at ${links.login()} to do so.`
    : `This account signs in with a second step. Sign in at ${links.login()} instead.`;
}
