import { settleEmailChange } from "@/lib/auth/change-email";
import { confirmCode, confirmLink, resendCode } from "@/lib/auth/confirm-email";
import { fail, ok, type Result } from "@/lib/auth/model/errors";
import type { Client } from "@/lib/auth/model/principal";
import type { Verified } from "@/lib/auth/steps/complete-sign-up";
import { rotateSession } from "@/lib/auth/store/sessions";
import { links } from "@/lib/routes";
import { safeRedirect } from "@/lib/wire/safe-redirect";
import { currentPrincipal } from "./current-principal";
import type { FormDone } from "./form-actions";
import { describeToken, pendingId } from "./registration-cookie";
import { renewBrowserSession, startBrowserSession } from "./session-cookie";

/** The code typed on the page that started: signs this browser in. */
export async function confirmCodeHere({ code }: { code: string }, client: Client): Promise<Result<FormDone>> {
  const verificationId = await pendingId();
  return verificationId ? signIn(await confirmCode({ verificationId, code }, client)) : fail("code_expired");
}

/** The button behind a mailed link: proves an address, moves one, or takes a move back. */
export async function confirmLinkHere(
  input: { token: string; password?: string },
  client: Client,
): Promise<Result<FormDone>> {
  const purpose = (await describeToken(input.token))?.purpose;
  if (purpose === "change-email" || purpose === "undo-email-change") return settleHere(input.token, client);
  return signIn(await confirmLink({ ...input, verificationId: await pendingId() }, client));
}

/** Another code for the registration this browser began. */
export async function resendHere(): Promise<Result<FormDone>> {
  const id = await pendingId();
  const result = id ? await resendCode(id, links) : fail("code_expired");
  return result.ok ? ok({ message: "A new code is on its way. The one before no longer works." }) : result;
}

async function signIn(result: Result<Verified>): Promise<Result<FormDone>> {
  if (!result.ok) return result;
  await startBrowserSession(result.value.session, result.value.user.id);
  return ok({ redirectTo: safeRedirect(result.value.to) });
}

async function settleHere(token: string, client: Client): Promise<Result<FormDone>> {
  const principal = await currentPrincipal();
  const result = await settleEmailChange({ token, keepSession: principal ?? undefined }, client);
  if (!result.ok) return result;
  if (result.value.done === "undone") return ok({ redirectTo: "/login?message=email-kept" });
  if (principal?.userId !== result.value.userId) return ok({ redirectTo: "/login?message=email-changed" });
  const session = await rotateSession(principal.sessionId);
  if (session) await renewBrowserSession(session);
  return ok({ redirectTo: "/account?message=email-changed" });
}
