import { cookies } from "next/headers";
import { ok, type Result } from "@/lib/auth/model/errors";
import type { Holder } from "@/lib/auth/model/principal";
import type { ProvedFactor } from "@/lib/auth/steps/prove-factor";
import { cookieOptions, REMEMBERED_COOKIE } from "@/lib/wire/cookies";
import { safeRedirect } from "@/lib/wire/safe-redirect";
import type { FormDone } from "./form-actions";
import { continueBrowserSession } from "./session-cookie";

/** Gives the browser what a proof brought: the session under its new token, and the mark of a device that is not asked again. */
export async function continueProved(
  holder: Holder,
  proved: Result<ProvedFactor>,
  to: string | undefined,
): Promise<Result<FormDone>> {
  if (!proved.ok) return proved;
  const { session, remembered } = proved.value;
  if (remembered) {
    const { token, expires } = remembered;
    (await cookies()).set(REMEMBERED_COOKIE(), token, { ...cookieOptions(), expires });
  }
  return ok({ redirectTo: await continueBrowserSession(holder, session, safeRedirect(to)) });
}
